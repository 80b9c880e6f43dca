import jest from "./jest.config.mjs";

const [fast] = jest.projects;

/** The unit tests by which Stryker judges: those that take milliseconds, of the code that it changes. */
export default {
  ...fast,
  testMatch: [
    "<rootDir>/provider/src/core/*.test.ts",
    "<rootDir>/provider/src/resources/people/*.test.ts",
    "<rootDir>/provider/test/people/*.test.ts",
  ],
  // Stryker works on a copy below dist/, which the other tests leave out.
  testPathIgnorePatterns: ["/node_modules/"],
};

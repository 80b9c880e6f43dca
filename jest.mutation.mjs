import jest from "./jest.config.mjs";

const [fast] = jest.projects;

/** The tests by which Stryker judges. */
export default {
  ...fast,
  testMatch: ["<rootDir>/provider/test/unitTests.ts"],
  // Stryker works on a copy below dist/, which the other tests leave out.
  testPathIgnorePatterns: ["/node_modules/"],
};

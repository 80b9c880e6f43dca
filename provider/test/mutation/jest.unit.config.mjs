import { join } from "node:path";
import jest from "../../../jest.config.mjs";

const [fast] = jest.projects;

/** The tests by which Stryker judges the files that unit tests cover. */
export default {
  ...fast,
  testMatch: ["<rootDir>/provider/test/mutation/unitTests.ts"],
  testEnvironment: join(import.meta.dirname, "untilFailure.cjs"),
  // Stryker works on a copy below dist/, which the other tests leave out.
  testPathIgnorePatterns: ["/node_modules/"],
};

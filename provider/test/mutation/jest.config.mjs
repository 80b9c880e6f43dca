import { join } from "node:path";
import jest from "../../../jest.config.mjs";
import { area } from "./areas.mjs";

const [fast] = jest.projects;

/** The tests by which Stryker judges the mutants of an area. */
export default {
  ...fast,
  testMatch: ["<rootDir>/provider/test/mutation/tests.ts"],
  globals: { mutationTests: area.tests },
  // The environment of Stryker needs a realm for each test file.
  runtime: undefined,
  testEnvironment: join(import.meta.dirname, "untilFailure.cjs"),
  // Stryker works on a copy below dist/, which the other tests leave out.
  testPathIgnorePatterns: ["/node_modules/"],
};

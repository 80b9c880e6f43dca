import unit from "./jest.unit.config.mjs";

/** The tests by which Stryker judges the files that only lifecycles cover. */
export default { ...unit, testMatch: ["<rootDir>/provider/test/mutation/lifecycleTests.ts"] };

import unit, { fingerprint } from "./stryker.config.mjs";

/** Mutates the files that only the lifecycle tests cover. */
export default {
  ...unit,
  mutate: ["provider/src/permissions.ts", "provider/src/roster/{change,deletion,invitation}.ts"],
  jest: { ...unit.jest, configFile: "provider/test/mutation/jest.lifecycle.config.mjs" },
  incrementalFile: `node_modules/.cache/stryker-lifecycle-${fingerprint()}.json`,
};

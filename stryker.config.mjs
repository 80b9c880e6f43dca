import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { area, areaName } from "./provider/test/mutation/areas.mjs";

/** Ignores the descriptions of properties, because `make check` compares schema.json. */
const documentation = {
  shouldIgnore(path) {
    const isDescription = path.isObjectProperty() && path.get("key").isIdentifier({ name: "description" });
    return isDescription ? "schema.json holds it, and make check compares that" : undefined;
  },
};

export const strykerPlugins = [{ kind: "Ignore", name: "documentation", value: documentation }];

/** Returns a hash of all tests. Stryker identifies a test by its name, and would not notice a changed one. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const folder of ["framework/src", "provider/src", "provider/test", "gitops/src", "gitops/test"]) {
    const names = readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: "utf8" }).sort();
    for (const name of names.filter((name) => /\.test\.ts$|^acme\.ts$|\btesting\b.*\.ts$/.test(name))) {
      hash.update(name).update(readFileSync(join(import.meta.dirname, folder, name)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

export default {
  plugins: ["@stryker-mutator/jest-runner", import.meta.filename],
  ignorers: ["documentation"],
  mutate: [...area.mutate, "!**/*.test.ts", "!**/testing/**"],
  testRunner: "jest",
  jest: { configFile: "provider/test/mutation/jest.config.mjs", enableFindRelatedTests: false },
  coverageAnalysis: "perTest",
  // Each mutant of a module's constants would run all tests, which takes hours.
  ignoreStatic: true,
  concurrency: 2,
  dryRunTimeoutMinutes: 30,
  // A slow machine must not kill a mutant.
  timeoutMS: 30_000,
  tempDirName: "dist/mutation",
  ignorePatterns: ["/.*", "/bin", "/dist", "/sdk", "/tools"],
  incremental: true,
  // Later runs test only changed sources.
  incrementalFile: `node_modules/.cache/stryker-${areaName}-${fingerprint()}.json`,
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 90, low: 80, break: 80 },
};

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Ignores the descriptions of properties, because `make check` compares schema.json. */
const documentation = {
  shouldIgnore(path) {
    const isDescription = path.isObjectProperty() && path.get("key").isIdentifier({ name: "description" });
    return isDescription ? "schema.json holds it, and make check compares that" : undefined;
  },
};

export const strykerPlugins = [{ kind: "Ignore", name: "documentation", value: documentation }];

/** Returns a hash of all tests. Stryker identifies a test by its name, and would not notice a changed one. */
export function fingerprint() {
  const hash = createHash("sha256");
  for (const folder of ["framework/src", "provider/src", "provider/test"]) {
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
  mutate: [
    "framework/src/{,operations/}*.ts",
    "provider/src/roster/**/*.ts",
    "provider/src/{cidr,configuration}.ts",
    "provider/src/types/{allowlist,unordered}.ts",
    // stryker.lifecycle.config.mjs names these.
    "!provider/src/roster/{change,deletion,invitation}.ts",
    "!**/*.test.ts",
    "!**/testing/**",
  ],
  testRunner: "jest",
  jest: { configFile: "provider/test/mutation/jest.unit.config.mjs", enableFindRelatedTests: false },
  coverageAnalysis: "perTest",
  // Each mutant of a module's constants would run all tests, which takes hours.
  ignoreStatic: true,
  concurrency: 2,
  dryRunTimeoutMinutes: 30,
  // A slow machine must not kill a mutant.
  timeoutMS: 30_000,
  tempDirName: "dist/mutation",
  ignorePatterns: ["/.*", "/bin", "/dist", "/docs", "/examples", "/sdk", "/tools"],
  incremental: true,
  // Later runs test only changed sources.
  incrementalFile: `node_modules/.cache/stryker-${fingerprint()}.json`,
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 90, low: 80, break: 80 },
};

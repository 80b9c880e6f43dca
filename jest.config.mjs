import process from "node:process";

const transform = {
  "/emulator/src/contract/texts\\.ts$": "<rootDir>/scripts/tests/contract.mjs",
  "\\.ts$": [
    "@swc/jest",
    {
      jsc: { target: "es2022", parser: { syntax: "typescript" } },
      // A package is loaded when a test uses it first.
      module: { type: "commonjs", lazy: true },
    },
  ],
};
// The demo and `make` copy packages there. jest would find two packages of the same name.
const modulePathIgnorePatterns = ["<rootDir>/.demo/", "<rootDir>/.browser", "<rootDir>/.pulumi/"];
const base = {
  rootDir: import.meta.dirname,
  testEnvironment: "<rootDir>/scripts/tests/environment.mjs",
  runtime: "<rootDir>/scripts/tests/runtime.mjs",
  modulePathIgnorePatterns,
  transform,
};
const folders = "<rootDir>/{framework,provider,emulator,gitops,scripts}/**/*";
const ignore = ["/node_modules/", "/.pulumi/", "/.demo/", "/dist/", "/sdk/", "/framework/template/"];

// Tests that take long, or test what seldom breaks. `make test-all` and the nightly workflow run them too.
const nightly = {
  ...base,
  displayName: "nightly",
  testMatch: [`${folders}.nightly.test.ts`],
  testPathIgnorePatterns: ignore,
};

if (!["", "all"].includes(process.env.TESTS ?? "")) throw new Error('TESTS must be "all" or absent.');

export default {
  testSequencer: "<rootDir>/scripts/tests/sequencer.mjs",
  reporters: ["default", "<rootDir>/scripts/tests/reporter.mjs"],
  // Only a test that hangs takes this long, even on a busy machine.
  testTimeout: 900_000,
  // Tests often wait for the CLI, so two workers run well on two processors.
  maxWorkers: 2,
  workerIdleMemoryLimit: "1GB",
  projects: [
    {
      ...base,
      displayName: "fast",
      testMatch: [`${folders}.test.ts`],
      testPathIgnorePatterns: [...ignore, "\\.(e2e|nightly)\\.test\\.ts$"],
    },
    {
      ...base,
      displayName: "e2e",
      testMatch: [`${folders}.e2e.test.ts`],
      testPathIgnorePatterns: ignore,
    },
    ...(process.env.TESTS === "all" ? [nightly] : []),
  ],
};

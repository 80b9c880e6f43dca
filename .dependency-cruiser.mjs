import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The direction of imports: gitops → provider → framework; the emulator stands alone. */

/** Forbids imports from `from` to `to`, both regular expressions of paths. */
function forbid(name, comment, from, to) {
  return { name, comment, severity: "error", from, to };
}

const { imports } = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8"));
const entries = Object.values(imports).map((file) => `^${file.replace("./", "").replaceAll(".", "\\.")}$`);

export const tests = "\\.test\\.ts$|/test/|/testing/";

export default {
  forbidden: [
    forbid(
      "no-cycles",
      "Modules that import each other have no order. Move a type to the file that owns its concept, or to the one below.",
      {},
      { circular: true },
    ),
    forbid(
      "no-unresolved",
      "The module does not exist.",
      {},
      { couldNotResolve: true, pathNot: "^(#|\\.\\.?/.*\\.json$)" },
    ),
    forbid(
      "entries-only",
      "Another top folder is imported through its entry (package.json#imports).",
      { path: "^(framework|provider|gitops|emulator|scripts)/" },
      {
        path: "^(framework|provider|emulator|gitops)/",
        pathNot: ["^$1/", ...entries],
      },
    ),
    forbid(
      "examples-through-entries",
      "An example imports the framework as every provider does.",
      { path: "^framework/(examples|test)/" },
      { path: "^framework/src/", pathNot: "/index\\.ts$" },
    ),
    forbid(
      "framework-stands-alone",
      "The framework does not depend on a provider. Its tests know when they run.",
      { path: "^framework/" },
      { path: "^(provider|gitops|emulator|scripts)/", pathNot: "^scripts/tests/" },
    ),
    forbid(
      "only-tests-know-when-they-run",
      "No program contains this folder.",
      { path: "^(framework|provider|gitops|emulator)/", pathNot: tests },
      { path: "^scripts/tests/" },
    ),
    forbid(
      "programs-contain-nothing-else",
      "The package of a dynamic provider contains these files as modules, and nothing else of the framework.",
      { path: "^framework/src/dynamic/program/", pathNot: tests },
      { path: "^framework/", pathNot: "^framework/src/dynamic/program/" },
    ),
    forbid(
      "provider-knows-the-framework-only",
      "The provider imports the framework, and none of the programs.",
      { path: "^provider/src/", pathNot: tests },
      { path: "^(gitops|emulator|scripts)/" },
    ),
    forbid(
      "emulator-stands-alone",
      "The emulator shares no code with what it tests.",
      { path: "^emulator/src/", pathNot: tests },
      { path: "^(framework|provider|gitops|scripts)/" },
    ),
    forbid(
      "previews-are-read-once",
      "Commands read previews, the policy pack reads the resources of the engine, a repeated apply reads if a preview has steps, and a pipeline writes the preview of a failed command. Everything behind them reads the model.",
      {
        path: "^gitops/src/",
        pathNot: [
          tests,
          "^gitops/src/preview/",
          "^gitops/src/commands/(audit|review|test|who)\\.ts$",
          "^gitops/src/policyPack/model\\.ts$",
          "^gitops/src/ci/(appliedStacks|previews)\\.ts$",
        ],
      },
      { path: "^gitops/src/preview/" },
    ),
    forbid(
      "gitops-below-scripts",
      "Scripts are no part of a program.",
      { path: "^gitops/src/", pathNot: tests },
      { path: "^(emulator|scripts)/" },
    ),
    forbid(
      "oracle-stands-alone",
      "The oracle of reviews shares no code with reviews. One file runs the command.",
      { path: "^gitops/test/oracle/", pathNot: "^gitops/test/oracle/reviewOf\\.ts$" },
      { path: "^gitops/(src|test/(?!oracle/))" },
    ),
    forbid(
      "no-tests-in-programs",
      "Tests are no part of a program.",
      { path: "/src/", pathNot: tests },
      { path: tests, pathNot: "^provider/test/support/index\\.ts$" },
    ),
    forbid(
      "http-in-the-api-only",
      "Only the HTTP client of the framework and the forges of pipelines send requests.",
      {
        path: "^(framework|provider|gitops)/",
        pathNot: [
          tests,
          "^framework/src/http/",
          "^gitops/src/ci/requests.ts$",
          "^framework/template/fakeService\\.ts$",
        ],
      },
      { path: "(^|node_modules/)(undici|https?)(/|$)" },
    ),
    forbid(
      "protocols-in-their-folders",
      "Only the plugin, the dynamic provider and the server of policy packs know Pulumi and gRPC.",
      {
        path: "^(framework|provider|gitops)/",
        pathNot: [tests, "^framework/src/(plugin|dynamic|analyzer)/", "^framework/examples/", "^provider/src/dynamic/"],
      },
      { path: "node_modules/(@pulumi|@grpc|google-protobuf)/" },
    ),
    forbid(
      "plugin-without-the-sdk",
      "The plugin takes only the protocol from Pulumi's SDK, which takes half a second to load.",
      { path: "^framework/src/(?!dynamic/)", pathNot: tests },
      { path: "node_modules/@pulumi/pulumi/(?!proto/)" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: {
      path: "^examples/|(^|/)(node_modules/(?!undici|@pulumi|@grpc|google-protobuf)|\\.pulumi|\\.demo|dist|bin|sdk)/",
    },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["node", "require", "import", "default"] },
  },
};

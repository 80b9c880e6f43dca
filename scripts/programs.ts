/** The programs of this repository, and the options of their bundles. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { z } from "zod";
import { type DynamicSource, programOptions } from "#framework/build";

const root = join(__dirname, "..");
const load = createRequire(__filename);

/** The entry of each program. */
export const programs: ReadonlyMap<string, string> = new Map([
  ["pulumi-resource-peridio", "provider/src/plugin/main.ts"],
  ["peridio-emulator", "emulator/src/main.ts"],
  ["peridio-gitops", "gitops/src/main.ts"],
  // The framework's example, which its test runs.
  ["pulumi-resource-notes", "framework/examples/notes/plugin.ts"],
  // The providers of `make conformance`.
  ["conformance/pulumi-resource-conformance", "framework/test/conformance/main.ts"],
  // `make bench` compares with these, in dist/bench.
  ["noop/pulumi-resource-peridio", "scripts/bench/noop/main.ts"],
  ["bare/server", "scripts/bench/bare/main.ts"],
  // `make side-by-side` compares with this one, in dist/side.
  ["nothing/pulumi-resource-notes", "tools/side/nothing/main.ts"],
]);

const texts = z.record(z.string(), z.json());

/** Replaces each texts.ts with the texts that it reads, so that the bundle contains them. Throws if it exports a function. */
const withTexts: Plugin = {
  name: "with-texts",
  setup(build) {
    build.onLoad({ filter: /[\\/]texts\.ts$/ }, ({ path }) => ({
      contents: `module.exports = ${JSON.stringify(texts.parse(load(path)))};`,
    }));
  },
};

export function getProgramOptions(entry: string) {
  return {
    ...programOptions,
    absWorkingDir: root,
    entryPoints: [entry],
    plugins: [...programOptions.plugins, withTexts],
  } satisfies BuildOptions;
}

/** The classes of the dynamic provider, and its part that runs in Pulumi's Node.js host. */
export const dynamicSource: DynamicSource = {
  classes: join(root, "provider/src/dynamic"),
  host: { absWorkingDir: root, entryPoints: ["provider/src/dynamic/host.ts"] },
};

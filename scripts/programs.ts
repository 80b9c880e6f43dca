/** The programs to compile, and the options of esbuild. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { build, formatMessages, type BuildOptions, type Metafile, type Plugin } from "esbuild";

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
]);

/**
 * Leaves out a TypeScript compiler and npm's resolver. @pulumi/pulumi contains them to serialize closures, which a plugin never does.
 * The bundle has a fifth of the size, and Node.js starts it in 90 instead of 230 ms.
 */
const withoutClosures: Plugin = {
  name: "without-closures",
  setup(build) {
    build.onResolve({ filter: /^(typescript|@npmcli\/arborist)$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    build.onLoad({ filter: /./, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** Leaves out undici's browser interface and mocks. With Node.js, the first request leaves 20 ms earlier. */
const withoutBrowser: Plugin = {
  name: "without-browser",
  setup(build) {
    build.onResolve({ filter: /^\.\/lib\/(web|mock)\// }, ({ path, importer }) =>
      /undici[\\/]index\.js$/.test(importer) ? { path, namespace: "no-browser" } : undefined,
    );
    // Every property is an empty class.
    build.onLoad({ filter: /./, namespace: "no-browser" }, () => ({
      contents: "module.exports = new Proxy({}, { get: () => class {} });",
    }));
  },
};

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

/** The options of all bundles. */
const commonOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  legalComments: "eof",
  metafile: true,
} satisfies BuildOptions;

export function getProgramOptions(entry: string) {
  return {
    ...commonOptions,
    entryPoints: [entry],
    // Node.js reads minified code a third faster. Names and short lines keep stack traces readable.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    plugins: [withoutClosures, withoutBrowser, withTexts],
    logLevel: "silent",
  } satisfies BuildOptions;
}

/** Bundles a program into one JavaScript file. Throws if an import cannot be resolved, which would be missing at run time. */
export async function bundle(entry: string, outfile: string, options: BuildOptions = {}): Promise<Metafile> {
  const result = await build({ ...getProgramOptions(entry), ...options, metafile: true, outfile });
  if (result.warnings.length > 0)
    throw new Error((await formatMessages(result.warnings, { kind: "warning" })).join(""));
  return result.metafile;
}

/** The part of the dynamic provider that runs in Pulumi's Node.js host, beside the program's own @pulumi/pulumi. */
export const dynamicHost = {
  ...commonOptions,
  entryPoints: ["provider/src/dynamic/host.ts"],
  external: ["@pulumi/pulumi"],
  keepNames: true,
  logLevel: "warning",
} satisfies BuildOptions;

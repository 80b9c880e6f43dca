/** All files of a provider, made from the module that exports its definition as `provider`. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { BuildOptions } from "esbuild";
import * as z from "zod";
import type { AnyProvider } from "../provider";
import { packageSchema } from "../schema";
import { isRecord } from "../values";
import { listFiles, pack, writeChecksums } from "./archive";
import { bundle, bundleProgram, programOptions } from "./bundle";
import { renderProviderClasses } from "./dynamicClasses";
import { packageDynamic } from "./dynamicPackage";
import { compileProgram } from "./executable";
import { renderPages } from "./reference/pages";
import { nameSystem, type Platform } from "./runtime";
import { type Program, writeThirdParty } from "./thirdParty";

/** This package, whose entries the bundles contain. */
const { name: kit, peerDependencies } = z
  .object({ name: z.string(), peerDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")));

/** A provider to build. */
export interface Source {
  /** The module that exports `provider`, in TypeScript or JavaScript. */
  readonly file: string;
  readonly provider: AnyProvider;
  /** The plugin. */
  readonly program: Program;
}

const exported = z.object({
  provider: z.custom<AnyProvider>((value) => isRecord(value) && isRecord(value.package) && isRecord(value.service)),
});

/**
 * Loads the definition of a provider. Runs the module, whose packages the project must have installed.
 * @throws Error if the module does not export `provider`, the result of `defineProvider`
 */
export async function loadProvider(file: string): Promise<Source> {
  const scratch = mkdtempSync(join(dirname(resolve(file)), ".provider-"));
  try {
    const outfile = join(scratch, "provider.cjs");
    await bundle({ ...programOptions, plugins: [], entryPoints: [file], packages: "external", outfile });
    const { data } = exported.safeParse(createRequire(outfile)(outfile));
    if (data === undefined)
      throw new Error(`${file} does not export \`provider\`. Export the result of \`defineProvider\` by this name.`);
    const { provider } = data;
    const program = { file: `pulumi-resource-${provider.package.name}`, version: provider.package.version };
    return { file, provider, program };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/**
 * Writes schema.json, the plugin for Node.js in `bin`, the npm package of the dynamic provider in `dynamic`, and a page for each resource
 * and function in `reference`. Replaces these files of the folder `output`.
 */
export async function buildProvider(source: Source, output: string): Promise<void> {
  const { provider, program } = source;
  const bin = join(output, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(output, "schema.json"), `${JSON.stringify(packageSchema(provider), undefined, 2)}\n`);
  const metafile = await bundleProgram({ ...pluginOf(source), outfile: join(bin, program.file) });
  writeThirdParty(bin, program, metafile);
  const reference = join(output, "reference");
  rmSync(reference, { recursive: true, force: true });
  mkdirSync(reference);
  for (const [name, text] of renderPages(provider)) writeFileSync(join(reference, name), text);
  await buildDynamic(source, output);
}

async function buildDynamic({ file, provider, program }: Source, output: string): Promise<void> {
  const { description, license, version } = provider.package;
  const title = program.file;
  const classes = mkdtempSync(resolve(output, "classes-"));
  const folder = join(output, "dynamic");
  try {
    const preamble = [
      'import type * as pulumi from "@pulumi/pulumi";',
      `import { DynamicResource, type HostExports, invoke } from "${kit}/program";`,
      `const packageName = ${JSON.stringify(title)};`,
      // A program that calls no function does not load the host.
      'function loadHost(): HostExports { return require("./host") as HostExports; }',
    ];
    writeFileSync(join(classes, "index.ts"), renderProviderClasses(provider, preamble));
    const host = `import { dynamicHost } from "${kit}/dynamic"; export const { serve, ask } = dynamicHost(provider);`;
    await packageDynamic({ classes, host: entry(file, "host", host) }, folder, { title, version });
  } finally {
    rmSync(classes, { recursive: true });
  }
  const manifest = {
    name: title,
    version,
    description,
    license,
    main: "index.js",
    types: "index.d.ts",
    exports: { ".": "./index.js", "./dynamic/host": "./host.js", "./package.json": "./package.json" },
    peerDependencies: { "@pulumi/pulumi": peerDependencies["@pulumi/pulumi"] },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/**
 * Writes the archives of a release: the plugin for each platform, under the name that the Pulumi CLI expects, and SHA256SUMS. They contain
 * the file LICENSE of the project, if there is one. Equal sources make equal files. Replaces the folder `output`.
 */
export async function releaseProvider(source: Source, output: string, platforms: readonly Platform[]): Promise<void> {
  const { program } = source;
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  for (const platform of platforms) {
    const folder = `${resolve(output)}-${platform}`;
    try {
      await compileProgram(pluginOf(source), program, folder, platform);
      if (existsSync("LICENSE")) copyFileSync("LICENSE", join(folder, "LICENSE"));
      const archive = `${program.file}-v${program.version}-${nameSystem(platform)}.tar.gz`;
      await pack(resolve(output, archive), folder, listFiles(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  writeChecksums(output);
}

function pluginOf({ file }: Source): BuildOptions {
  const plugin = `import { runPlugin } from "${kit}/plugin"; runPlugin(provider);`;
  return { ...programOptions, ...entry(file, "plugin", plugin) };
}

/** Returns the options of a bundle of code that uses the provider of a module. */
function entry(file: string, name: string, code: string): BuildOptions {
  const contents = `import { provider } from ${JSON.stringify(resolve(file))}; ${code}`;
  return { stdin: { contents, resolveDir: dirname(resolve(file)), sourcefile: `${name}.ts`, loader: "ts" } };
}

#!/usr/bin/env node
/** The command `pulumi-provider-kit`. */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { initProvider } from "./init";
import { buildProvider, loadProvider, releaseProvider } from "./provider";
import { isPlatform, platforms } from "./runtime";

const usage = `Usage:
  pulumi-provider-kit init NAME [FOLDER]
  pulumi-provider-kit build MODULE [--output FOLDER]
  pulumi-provider-kit release MODULE [--output FOLDER] [--platform PLATFORM]...

MODULE exports \`provider\`, the result of \`defineProvider\`. The folder of --output is \`dist\` by default.

init     writes a provider for a REST service into FOLDER, which is new or empty. By default, FOLDER is NAME
build    writes schema.json, the plugin for Node.js in bin, the npm package of the dynamic provider in dynamic, and a page
         in Markdown for each resource and function in reference
release  also writes an archive of the plugin for each PLATFORM, and SHA256SUMS, in release. Needs the package \`bun\`.
         PLATFORM is one of: ${platforms.join(", ")}. By default, all.
`;

async function main(args: string[]): Promise<void> {
  const options = {
    output: { type: "string", default: "dist" },
    platform: { type: "string", multiple: true },
    help: { type: "boolean" },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [command = "", file, ...others] = positionals;
  const chosen = (values.platform ?? platforms).filter(isPlatform);
  const isWrong = others.length > 0 || chosen.length < (values.platform?.length ?? 0);
  if (values.help === true) {
    console.log(usage);
    return;
  }
  if (command === "init" && file !== undefined && others.length <= 1) {
    const folder = resolve(others[0] ?? file);
    initProvider(file, folder);
    console.log(`Wrote a provider to ${folder}. Next, run there: npm install && npm test`);
    return;
  }
  if (file === undefined || isWrong || !["build", "release"].includes(command)) throw new Error(usage);
  const source = await loadProvider(file);
  await buildProvider(source, values.output);
  if (command === "release") await releaseProvider(source, join(values.output, "release"), chosen);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

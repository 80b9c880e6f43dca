/**
 * Provides a Pulumi CLI in .pulumi/bin, with the hosts of the named languages, or of all. Links to an installed CLI that is new enough
 * and complete, or builds the versions that tools/ pins. After an interruption, the next run continues with the missing parts.
 * Usage: `ts-node scripts/toolchain.ts [LANGUAGE…]`, such as `nodejs yaml`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findGo } from "./toolchain/go";
import { findInstalled, findShortcoming, languages, listCompanions, oldestPulumi } from "./toolchain/installed";
import { describeOldHosts } from "./toolchain/oldHosts";
import { isFresh, type Part, listPinnedParts } from "./toolchain/part";
import { showProgress } from "./toolchain/progress";

const tools = join(__dirname, "../tools");
const home = join(__dirname, "../.pulumi");
const bin = join(home, "bin");
const recipes = join(home, "recipes");
const partial = join(home, "partial");

async function main(names: readonly string[]): Promise<void> {
  const companions = listCompanions(names);
  for (const directory of [bin, recipes, partial]) mkdirSync(directory, { recursive: true });
  const installed = findInstalled(process.env.PATH ?? "", bin);
  const pulumi = installed.get("pulumi");
  if (pulumi === undefined) return build(companions, "no pulumi is on PATH");
  const version = readVersion(pulumi);
  const reason = findShortcoming(version, new Set(installed.keys()), companions);
  if (reason !== undefined) return build(companions, `${pulumi} ${reason}`);
  for (const [name, file] of installed) await link(name, file);
  console.log(`Pulumi ${version} is ready: .pulumi/bin links to ${pulumi}`);
}

function readVersion(pulumi: string): string {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    return execFileSync(pulumi, ["version"], { encoding: "utf8", env }).trim();
  } catch {
    return "";
  }
}

async function link(name: string, target: string): Promise<void> {
  if (attempt(() => readlinkSync(join(bin, name))) === target) return;
  await install(name, "", (file) => {
    symlinkSync(target, file);
  });
}

async function build(companions: readonly string[], reason: string): Promise<void> {
  const cli = join(tools, "pulumi");
  const go = findGo(cli, readFileSync(join(cli, "go.mod"), "utf8"));
  const parts = listPinnedParts(tools, go).filter(({ name }) => name === "pulumi" || companions.includes(name));
  const stale = parts.filter(({ name, recipe }) => !isFresh(join(bin, name), readRecipe(name), recipe));
  if (stale.length > 0) console.log(`Building Pulumi (once, about five minutes): ${reason}`);
  for (const [index, part] of stale.entries()) {
    await showProgress(`[${index + 1}/${stale.length}] ${part.name} ${part.version}`, (step) => make(part, step));
  }
  console.log(`Pulumi ${parts.find(({ name }) => name === "pulumi")?.version ?? ""} is ready in .pulumi/bin`);
  if (stale.length > 0) console.log(describeOldHosts(parts));
}

function make(part: Part, step: () => void): Promise<void> {
  return install(part.name, part.recipe, (file) => part.make(file, step));
}

function readRecipe(name: string): string | undefined {
  return attempt(() => readFileSync(join(recipes, name), "utf8"));
}

/** Writes a part to a temporary file and renames it, so that a file in .pulumi/bin is always complete. */
async function install(name: string, recipe: string, write: (file: string) => Promise<void> | void): Promise<void> {
  const file = join(partial, `${name}.${process.pid}`);
  try {
    await write(file);
    rmSync(join(recipes, name), { force: true });
    renameSync(file, join(bin, name));
    writeFileSync(join(recipes, name), recipe);
  } finally {
    rmSync(file, { force: true });
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

main(process.argv.length > 2 ? process.argv.slice(2) : languages).catch((error: unknown) => {
  console.error(`There is no Pulumi CLI in .pulumi/bin: ${error instanceof Error ? error.message : String(error)}`);
  console.error(
    `Run the command again to continue, or install Pulumi ${oldestPulumi} or newer (https://www.pulumi.com/docs/install).`,
  );
  process.exitCode = 1;
});

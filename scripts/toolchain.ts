/**
 * Provides a Pulumi CLI in .pulumi/bin, with the hosts of the named languages. Links to an installed CLI that is new enough and has these
 * hosts. Otherwise downloads the version that tools/pulumi pins. If the download fails, builds the versions that tools/ pins. After an
 * interruption, the next run continues with the missing components. Usage: `ts-node scripts/toolchain.ts LANGUAGE…`, such as `nodejs yaml`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { downloadPulumi } from "./toolchain/download";
import { findGo, findPinnedTool, type Go } from "./toolchain/go";
import { findInstalled, findShortcoming, listCompanions, oldestPulumi } from "./toolchain/installed";
import { describeOldHosts } from "./toolchain/oldHosts";
import { isFresh, type ToolchainComponent, listPinnedComponents } from "./toolchain/component";
import { showProgress } from "./toolchain/progress";

const tools = join(__dirname, "../tools");
const home = join(__dirname, "../.pulumi");
const bin = join(home, "bin");
const recipes = join(home, "recipes");
const partial = join(home, "partial");
const cli = join(tools, "pulumi");
const goMod = readFileSync(join(cli, "go.mod"), "utf8");
const { version } = findPinnedTool(goMod);
const release = join(home, "versions", version);

async function main(names: readonly string[]): Promise<void> {
  // The plugins and scripts that the CLI runs for the languages.
  const companions = listCompanions(names);
  for (const directory of [bin, recipes, partial]) mkdirSync(directory, { recursive: true });
  const reason = await link(process.env.PATH ?? "", companions);
  if (reason === undefined || (await link(join(release, "bin"), companions)) === undefined) return;
  const go = attempt(() => findGo(cli, goMod));
  if (go !== undefined && listStaleComponents(go, companions).length === 0) {
    console.log(`Pulumi ${version} is ready in .pulumi/bin`);
    return;
  }
  console.log(
    `No usable Pulumi CLI: ${reason}. Downloading ${version} (first run only). If the download fails, Go builds it.`,
  );
  if ((await download()) && (await link(join(release, "bin"), companions)) === undefined) return;
  await build(companions);
}

/** Links to the first Pulumi in the folders of `path`. Returns why it is unusable, or undefined if .pulumi/bin links to it. */
async function link(path: string, companions: readonly string[]): Promise<string | undefined> {
  const found = findInstalled(path, bin);
  const pulumi = found.get("pulumi");
  if (pulumi === undefined) return "no pulumi is on PATH";
  let version = "";
  const shortcoming = findShortcoming(new Set(found.keys()), companions, () => (version = readVersion(pulumi)));
  if (shortcoming !== undefined) return `${pulumi} ${shortcoming}`;
  for (const [name, file] of found) await linkFile(name, file);
  console.log(`Pulumi ${version} is ready: .pulumi/bin links to ${pulumi}`);
  return undefined;
}

/** Downloads the pinned release. If that fails, prints the reason and returns false. */
async function download(): Promise<boolean> {
  try {
    await showProgress(`Downloading Pulumi ${version}`, (report) =>
      downloadPulumi(version.replace("v", ""), release, report),
    );
    return true;
  } catch (error) {
    console.log(`The download from get.pulumi.com failed: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

function readVersion(pulumi: string): string {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    return execFileSync(pulumi, ["version"], { encoding: "utf8", env }).trim();
  } catch {
    return "";
  }
}

async function linkFile(name: string, target: string): Promise<void> {
  if (attempt(() => readlinkSync(join(bin, name))) === target) return;
  await install(name, "", (file) => {
    symlinkSync(target, file);
  });
}

function listStaleComponents(go: Go, companions: readonly string[]): readonly ToolchainComponent[] {
  return listPinnedComponents(tools, go).filter(
    ({ name, recipe }) =>
      (name === "pulumi" || companions.includes(name)) && !isFresh(join(bin, name), readRecipe(name), recipe),
  );
}

async function build(companions: readonly string[]): Promise<void> {
  const go = findGo(cli, goMod);
  const stale = listStaleComponents(go, companions);
  if (stale.some(({ name }) => name === "pulumi")) console.log("Building Pulumi (about seven minutes)");
  for (const [index, component] of stale.entries()) {
    await showProgress(`[${index + 1}/${stale.length}] ${component.name} ${component.version}`, (report) =>
      make(component, report),
    );
  }
  console.log(`Pulumi ${version} is ready in .pulumi/bin`);
  const hosts = describeOldHosts(listPinnedComponents(tools, go).filter(({ name }) => companions.includes(name)));
  if (hosts !== undefined) console.log(hosts);
}

function make(component: ToolchainComponent, report: (done: string) => void): Promise<void> {
  let compiled = 0;
  const onCompiled = () => {
    compiled += 1;
    report(`${compiled} packages compiled`);
  };
  return install(component.name, component.recipe, (file) => component.make(file, onCompiled));
}

function readRecipe(name: string): string | undefined {
  return attempt(() => readFileSync(join(recipes, name), "utf8"));
}

/** Writes a component to a temporary file and renames it, so that a file in .pulumi/bin is always complete. */
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

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`make pulumi failed: ${error instanceof Error ? error.message : String(error)}`);
  console.error(
    `Run the command again to continue, or install Pulumi ${oldestPulumi} or newer (https://www.pulumi.com/docs/install).`,
  );
  process.exitCode = 1;
});

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { findInstalled, findShortcoming, listCompanions, listFolders } from "./installed";

/** The program of the official npm package `pulumi`. If PULUMI_HOME lacks the CLI, the program runs Pulumi's installer. */
const launcher = createRequire(__filename).resolve("pulumi/run.js");

/** The longest times without progress, in seconds: until the archive arrives, and later. */
const stallTimeouts = { arrival: Number(process.env.DOWNLOAD_TIMEOUT ?? 20), progress: 60 };

/** The installer itself is smaller than this number of bytes. */
const smallestArchive = 100_000;

/**
 * Downloads a release of the Pulumi CLI with all language hosts into the folder `bin` of `target`. Makes `target` only if the download
 * is complete and reports this version. Reports progress. Rejects with a reason of one line.
 */
export async function downloadPulumi(version: string, target: string, report: (done: string) => void): Promise<void> {
  const parent = dirname(target);
  mkdirSync(parent, { recursive: true });
  const home = mkdtempSync(join(parent, "partial-"));
  const remove = () => {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const reported = await runInstaller(version, home, report, remove);
    const downloaded = join(home, "versions", version);
    const found = new Set(findInstalled(join(downloaded, "bin")).keys());
    if (!found.has("pulumi")) throw new Error("the download contains no pulumi");
    const shortcoming = findShortcoming(found, listCompanions(), () => reported);
    if (shortcoming !== undefined) throw new Error(`the downloaded pulumi ${shortcoming}`);
    if (reported !== `v${version}`) throw new Error(`the downloaded pulumi is ${reported}, not v${version}`);
    rmSync(target, { recursive: true, force: true });
    renameSync(downloaded, target);
  } finally {
    remove();
  }
}

/** Runs the installer and then `pulumi version`, and returns the version. */
async function runInstaller(
  version: string,
  home: string,
  report: (done: string) => void,
  onInterrupt: () => void,
): Promise<string> {
  const temporary = join(home, "tmp");
  mkdirSync(temporary);
  const env = {
    ...process.env,
    // The installer starts the pulumi on PATH. It must not be this launcher.
    PATH: listFolders(process.env.PATH ?? "").join(delimiter),
    PULUMI_HOME: home,
    PULUMI_VERSION: version,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    TMPDIR: temporary,
  };
  // The installer starts further programs. Their process group makes it possible to stop them all.
  const child = spawn(process.execPath, [launcher, "version"], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // The processes have ended.
    }
  };
  const interrupt = () => {
    stop();
    onInterrupt();
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupt);
  let [printed, errors] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (printed += text.toString()));
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  let stalled: string | undefined;
  let [size, since] = [0, Date.now()];
  const watch = setInterval(() => {
    const measured = measure(home);
    if (measured !== size) [size, since] = [measured, Date.now()];
    report(`${Math.round(size / 1_000_000)} MB on the disk`);
    const limit = size < smallestArchive ? stallTimeouts.arrival : stallTimeouts.progress;
    if (Date.now() - since <= limit * 1000) return;
    stalled = `nothing arrived for ${limit} seconds`;
    clearInterval(watch);
    stop();
  }, 200);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject).on("close", resolve);
    });
    if (code !== 0) throw new Error(stalled ?? findReason(errors));
    return printed.trim().split("\n").at(-1) ?? "";
  } finally {
    clearInterval(watch);
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupt);
  }
}

/** Returns the first error that the installer printed, and leaves out what curl prints about its progress. */
function findReason(errors: string): string {
  const pattern = /\b(?:curl|tar|gzip): .+|(?<=\bpulumi: )(?!Command failed).+/;
  return pattern.exec(errors)?.[0].trim() ?? "the installer failed";
}

/** Returns the bytes in a folder, whose files other programs write and remove. */
function measure(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  } catch {
    return 0;
  }
}

/**
 * Makes all files of a release, with checksums. Equal sources make equal files. Usage: `ts-node scripts/release.ts [FOLDER]`, by
 * default dist/release.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { platforms, writeChecksums } from "#framework/build";
import { writeInstallation } from "./release/installation";
import {
  packDynamicProvider,
  packGitops,
  packGoModule,
  packPrograms,
  packPythonSdk,
  root,
  packSdk,
  type Stage,
} from "./release/packages";
import { showProgress } from "./toolchain/progress";

const usualFolder = join(root, "dist/release");

async function main(folder: string): Promise<void> {
  // Compilers and packagers derive file modes from the umask.
  process.umask(0o022);
  if (folder === usualFolder) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0)
    throw new Error(`${folder} contains files. Name an empty folder, or remove them.`);
  // Compilers find packages only in a folder of the repository.
  mkdirSync(join(root, "dist"), { recursive: true });
  const scratch = mkdtempSync(join(root, "dist/staging-"));
  const steps: readonly ReleaseStep[] = [
    ...platforms.map((platform): ReleaseStep => [`programs for ${platform}`, (stage) => packPrograms(stage, platform)]),
    ["SDK for Node.js", packSdk],
    ["dynamic provider", packDynamicProvider],
    ["peridio-gitops for npm", packGitops],
    ["SDK for Python", packPythonSdk],
    ["SDK for Go", packGoModule],
  ];
  try {
    await perform(steps, (name) => ({ output: folder, scratch: join(scratch, name) }));
    writeChecksums(folder);
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
    console.log(writeInstallation(folder, commit));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type ReleaseStep = readonly [name: string, work: (stage: Stage) => Promise<void>];

/** Performs as many steps at a time as the machine has processors. After a failure, starts no more steps. */
async function perform(steps: readonly ReleaseStep[], stage: (name: string) => Stage): Promise<void> {
  const waiting = [...steps.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, [name, make]] = next;
      await showProgress(`[${index + 1}/${steps.length}] ${name}`, () => make(stage(String(index))));
    }
  };
  const workers = Array.from({ length: availableParallelism() }, () =>
    work().catch((error: unknown) => {
      waiting.length = 0;
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  await Promise.all(workers);
}

main(resolve(process.argv[2] ?? usualFolder)).catch((error: unknown) => {
  console.error("make dist:", error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

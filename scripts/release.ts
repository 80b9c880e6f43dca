/**
 * Makes all files of a release, with checksums. Equal sources make equal files. Usage: `ts-node scripts/release.ts [FOLDER]`, by
 * default dist/release.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeChecksums } from "./release/archive";
import {
  packDynamicProvider,
  packGitops,
  packGoModule,
  packPlugins,
  packPythonSdk,
  root,
  packSdk,
  packTools,
  type Stage,
} from "./release/packages";

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
  const stage = (name: string): Stage => ({ output: folder, scratch: join(scratch, name) });
  try {
    await packPlugins(stage("plugin"));
    await packTools(stage("tools"));
    packSdk(stage("nodejs"));
    packDynamicProvider(stage("dynamic"));
    packGitops(stage("gitops"));
    await packPythonSdk(stage("python"));
    await packGoModule(stage("go"));
    writeChecksums(folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main(resolve(process.argv[2] ?? usualFolder)).catch((error: unknown) => {
  console.error("make dist:", error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

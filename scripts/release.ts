/**
 * Makes everything that a release publishes: `ts-node scripts/release.ts [FOLDER]`, by default dist/release. Two runs on the same
 * sources make the same bytes, and SHA256SUMS says which.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeChecksums } from "./release/checksums";
import { goModule } from "./release/go";
import { dynamicPackage, gitopsPackage, sdkPackage } from "./release/npm";
import { plugins } from "./release/plugin";
import { pythonPackages } from "./release/python";
import { root, type Stage } from "./release/stage";

async function main(folder: string): Promise<void> {
  // Compilers and packagers take the modes of new files from the umask.
  process.umask(0o022);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Inside the repository, where compilers find its packages.
  mkdirSync(join(root, "dist"), { recursive: true });
  const scratch = mkdtempSync(join(root, "dist/staging-"));
  const stage = (name: string): Stage => ({ root, output: folder, scratch: join(scratch, name) });
  try {
    await plugins(stage("plugin"));
    sdkPackage(stage("nodejs"));
    dynamicPackage(stage("dynamic"));
    gitopsPackage(stage("gitops"));
    await pythonPackages(stage("python"));
    await goModule(stage("go"));
    writeChecksums(folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main(resolve(process.argv[2] ?? join(root, "dist/release"))).catch((error: unknown) => {
  console.error("make dist:", error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

/** The licenses of third-party packages, which ship with their code. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { z } from "zod";

const repository = join(__dirname, "..");
const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** Returns the notices of every package whose code esbuild put into the bundle. Throws if a package has no license file. */
export function collectNotices({ outputs }: Pick<Metafile, "outputs">, root = repository): string {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
  const folders = [...new Set(files.flatMap((file) => findPackageFolder(file) ?? []))].sort();
  const notices = folders.map((folder) => readNotice(join(root, folder)));
  return [`This program contains code of ${folders.length} packages.\n`, ...notices].join(`\n${"=".repeat(80)}\n`);
}

/** The folder of the package that a file belongs to; undefined for a file of this repository. */
export function findPackageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

/** The first line of a package's notice. */
export function readTitle(folder: string): string {
  const { name, version, license } = manifest.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  return `${name} ${version} (${license})`;
}

function readNotice(folder: string): string {
  const title = readTitle(folder);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (files.length === 0)
    throw new Error(`${title} has no license file. Do not bundle it before you have its license.`);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [title, ...texts, ""].join("\n\n");
}

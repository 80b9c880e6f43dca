import { existsSync } from "node:fs";
import { basename, join } from "node:path";

/** A file that the emulator reads at run time: beside the code when bundled, else at its place in the repository. */
export function asset(pathInRepository: string): string {
  const bundled = join(__dirname, basename(pathInRepository));
  return existsSync(bundled) ? bundled : join(__dirname, "../..", pathInRepository);
}

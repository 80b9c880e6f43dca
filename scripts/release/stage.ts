import { execFileSync } from "node:child_process";
import { join } from "node:path";

export const root = join(__dirname, "../..");

/** Where one part of a release is made. */
export interface Stage {
  /** The repository. */
  readonly root: string;
  /** Where what is to be published goes. */
  readonly output: string;
  /** A folder of this part's own, which does not exist yet and is removed afterwards. */
  readonly scratch: string;
}

/** When everything in a release was made, as archives say it: the time that npm gives to all files, too. */
export const made = new Date("1985-10-26T08:15:00Z");

/** Runs a command quietly; the error holds what it printed. */
export function command(program: string, args: readonly string[], cwd: string): void {
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(made.getTime() / 1000) };
  execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

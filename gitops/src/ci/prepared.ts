import { join } from "node:path";
import * as z from "zod";
import { CommandError } from "../exit";
import { readText, writeText } from "../terminal/files";
import { parseJson } from "../terminal/text";
import type { Terminal } from "../terminal/terminal";

/** A change that a job has reviewed, and that a later job applies. */
const prepared = z.object({
  /** The reviewed commit. */
  commit: z.string(),
  /** The commit whose stacks and rules judge the change. */
  base: z.string(),
  /** The logins of the authors; absent if they are not known. */
  authors: z.array(z.string()).optional(),
  needsApproval: z.boolean(),
  /** The commit that was applied last when the change was reviewed; absent if it was not known. */
  applied: z.string().optional(),
});

export type Prepared = z.output<typeof prepared>;

const file = "prepared.json";

/** Keeps a change for the job that applies it. */
export function savePrepared(terminal: Terminal, kept: string, change: Prepared): void {
  writeText(terminal, join(kept, file), `${JSON.stringify(change, null, 2)}\n`);
}

/** @throws CommandError if the job before this one has kept no change. */
export function readPrepared(terminal: Terminal, kept: string): Prepared {
  const { data } = prepared.safeParse(parseJson(readText(terminal, join(kept, file))));
  if (data === undefined)
    throw new CommandError(
      `${join(kept, file)} is not the file of \`peridio-gitops ci prepare\`. Pass the files of that job to this one.`,
    );
  return data;
}

/** Returns the file of a review that a job keeps. */
export function getReviewFile(kept: string): string {
  return join(kept, "review.json");
}

import { rmSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../exit";
import { readText, writeText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { getStackName, previewStacks, type StackPreview } from "./previews";
import type { Job } from "./review";

/** The preview of one stack by the program of the base. */
interface BasePreview {
  /** `project/stack`. */
  readonly stack: string;
  /** The output of Pulumi; empty if the preview failed. */
  readonly text: string;
}

/**
 * Previews stacks by the program of the base, in a folder outside the checkout. Run this before the first preview of the change, whose code
 * could replace files. The memory of this process keeps the previews. A failed preview only makes a review longer.
 */
export async function previewBase(
  job: Job,
  { base, stacks }: { readonly base: string; readonly stacks: readonly string[] },
): Promise<readonly BasePreview[]> {
  const { checkout, forge, terminal } = job;
  const folder = join(forge.work, "base-checkout");
  try {
    checkout.addWorktree(base, folder);
    const options = { folder: "base-previews", subject: "the base of " };
    const previews = await previewStacks({ ...job, terminal: { ...terminal, folder } }, stacks, options);
    return previews.map((preview) => readBasePreview(preview, terminal));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    forge.announce("notice", `The base has no preview, so no change counts as pending: ${error.message}`);
    return stacks.map((stack) => ({ stack, text: "" }));
  } finally {
    checkout.removeWorktree(folder);
    rmSync(join(forge.work, "base-previews"), { recursive: true, force: true });
  }
}

function readBasePreview({ stack, file, hasSucceeded }: StackPreview, terminal: Terminal): BasePreview {
  return { stack, text: hasSucceeded ? readText(terminal, file) : "" };
}

/** Writes previews of the base for a review. @returns the files */
export function saveBasePreviews({ forge, terminal }: Job, previews: readonly BasePreview[]): readonly string[] {
  const folder = join(forge.work, "base-previews");
  return previews.map(({ stack, text }) => {
    const file = join(folder, `${getStackName(stack)}.json`);
    writeText(terminal, file, text);
    return file;
  });
}

import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import { CommandError } from "../exit";
import { writeText } from "../terminal/files";
import { joinAnd } from "../wording";
import type { Checkout, PipelineFiles } from "./checkout";
import type { Forge } from "./forge";

/** The stacks and rules that judge a change, and the files that it changes. A change never chooses its judges. */
export interface Controls {
  /** The stacks of the base, as `project/stack`, in the order in which the pipeline applies them. */
  readonly stacks: readonly string[];
  /** The options of `review` and `plan` that name the copies of the rules and the list of changed files. */
  readonly options: readonly string[];
  /** The copy of the rules of the base; undefined without rules. */
  readonly rules: string | undefined;
  /** The changed files that control the review. */
  readonly changed: readonly string[];
}

const stackLine = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\/[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** The parts of a job that its controls need. */
interface ControlledJob {
  readonly checkout: Checkout;
  readonly forge: Pick<Forge, "work" | "reserved">;
  readonly options: PipelineFiles;
}

/**
 * Copies the list of stacks and the rules to a folder that no commit can replace.
 * @param base the commit whose stacks and rules judge the change, and since which changed files are a part of it
 * @throws CommandError if a path leads out of the checkout, or if a file is missing in the base or in the change, or lists no stacks.
 */
export function copyControls(
  { checkout, forge: { work, reserved }, options: files }: ControlledJob,
  base: string,
): Controls {
  // Previews run programs of the repository, so no path may lead out of it, or replace the files that a job keeps.
  checkout.rejectLinks(reserved);
  const copy = (commit: string, path: string, side: "base" | "change", remedy: string) => {
    const contents = checkout.read(commit, path);
    if (contents === undefined) throw new CommandError(remedy);
    const target = join(work, side, path);
    const text = decode(contents, path);
    writeText(checkout, target, text);
    return { target, text };
  };
  const read = (path: string) => ({
    base: copy(base, path, "base", `The base of the change contains no ${path}. Commit this file to the base first.`),
    change: copy("HEAD", path, "change", `The change removes ${path}. Keep this file.`),
  });
  const stacks = read(files.stacks);
  // The list of the change is parsed too, because it judges the next change.
  const [own] = [stacks.base, stacks.change].map(({ text }) => parseStacks(text, files.stacks));
  const rules = files.rules === undefined ? undefined : read(files.rules);
  const changed = checkout.listControls(base, files.layout);
  const list = join(work, "change", "controls.txt");
  writeText(checkout, list, changed.map((file) => `${file}\n`).join(""));
  return {
    stacks: own ?? [],
    options: [
      ...(rules === undefined
        ? ["--fail-on", "high"]
        : ["--rules", rules.base.target, "--proposed-rules", rules.change.target]),
      ...["--changed-controls", list],
    ],
    rules: rules?.base.target,
    changed,
  };
}

/** Returns a text in UTF-8. Replaced bytes could change the meaning of a rule. */
function decode(contents: Buffer, path: string): string {
  if (isUtf8(contents)) return contents.toString();
  throw new CommandError(`${path} is not UTF-8. Save the file as UTF-8.`);
}

/** Returns the stacks of a list. @throws CommandError if it has none, an invalid line, or stacks of several projects. */
export function parseStacks(text: string, file: string): readonly string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0 || !lines.every((line) => stackLine.test(line)))
    throw new CommandError(
      `${file} contains an invalid line, or none. Write one stack on each line of ${file}, such as access/dev.`,
    );
  // Pulumi runs in one folder, which has one project.
  const projects = [...new Set(lines.map((line) => line.slice(0, line.indexOf("/"))))];
  if (projects.length > 1)
    throw new CommandError(
      `${file} contains stacks of several projects: ${joinAnd(projects)}. List only the stacks of the project in Pulumi.yaml. Use another repository for another project.`,
    );
  return lines;
}

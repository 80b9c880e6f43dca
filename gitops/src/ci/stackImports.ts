import { CommandError } from "../exit";
import type { StackImport } from "../export/documents";
import { readText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import { joinAnd } from "../wording";
import { parseStacks } from "./controls";
import { readProject } from "./layoutProgram";
import { getStackName } from "./previews";

/**
 * Divides organizations by the stacks of a list whose program, Pulumi.yaml in the terminal's folder, declares them. A stack without any of
 * them has no import.
 * @throws CommandError if a file cannot be read, if the program does not show what a stack declares, or if two layouts declare one organization.
 */
export function divideByStacks(
  file: string,
  organizations: readonly string[],
  terminal: Terminal,
): readonly StackImport[] {
  const stacks = parseStacks(readText(terminal, file), file);
  const { program } = readProject(readText(terminal, "Pulumi.yaml"));
  if (program === undefined || program.hasConnections)
    throw new CommandError(
      "Pulumi.yaml does not show which organizations a stack declares: only a program in YAML without `connection` does, whose resources are layouts. Export the organizations of each stack with --organization, without --stacks.",
    );
  for (const name of organizations) {
    const declared = stacks.flatMap((stack) =>
      program.listLayouts(stack, name).map((layout) => `the layout ${layout} of ${stack}`),
    );
    if (declared.length > 1)
      throw new CommandError(
        `${joinAnd(declared)} declare ${name}, and only one stack can manage it. Correct \`only\` in Pulumi.yaml, or ${file}.`,
      );
  }
  return stacks.flatMap((stack) => {
    const layouts = new Map<string, string[]>();
    for (const name of organizations)
      for (const layout of program.listLayouts(stack, name))
        layouts.set(layout, [...(layouts.get(layout) ?? []), name]);
    return layouts.size === 0 ? [] : [{ stack: getStackName(stack), file: getImportFile(stack), layouts }];
  });
}

/** Returns the file of an export for the import of a stack. */
export function getImportFile(stack: string): string {
  return `import-${getStackName(stack)}.json`;
}

import { CommandError } from "../exit";
import { readText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import type { Kind } from "./document";
import { type Preview, readPreview } from "./preview";

/**
 * Reads the output of Pulumi from files, one for each stack. `-` stands for standard input.
 * @throws CommandError unless each file is a complete preview of that kind, and each of another stack.
 */
export async function readPreviewFiles(
  files: readonly string[],
  kind: Kind,
  terminal: Terminal,
): Promise<readonly Preview[]> {
  const previews = new Map<string, Preview>();
  for (const file of files) {
    const [source, text] = file === "-" ? ["standard input", await terminal.input()] : [file, readText(terminal, file)];
    const preview = readPreview(text, source, kind);
    const [other] = [...previews].find(([, { stack }]) => stack === preview.stack) ?? [];
    if (other !== undefined) {
      throw new CommandError(
        `The stack ${preview.stack} has two previews: ${other} and ${source}. Pass one preview for each stack.`,
      );
    }
    previews.set(source, preview);
  }
  return [...previews.values()];
}

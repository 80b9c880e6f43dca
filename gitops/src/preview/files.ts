import { readText } from "../terminal/files";
import type { Terminal } from "../terminal/terminal";
import type { Kind } from "./document";
import { type Preview, readPreview } from "./preview";

/**
 * Reads the output of Pulumi from files, one for each stack. `-` stands for standard input.
 * @throws CommandError unless each file is a complete preview of that kind.
 */
export async function readPreviewFiles(
  files: readonly string[],
  kind: Kind,
  terminal: Terminal,
): Promise<readonly Preview[]> {
  const previews: Preview[] = [];
  for (const file of files) {
    const [source, text] = file === "-" ? ["standard input", await terminal.input()] : [file, readText(terminal, file)];
    previews.push(readPreview(text, source, kind));
  }
  return previews;
}

import { version } from "#provider";
import { formatLayoutMistake, type Layout, parseLayout, readLayoutFiles } from "#layout";
import type { Terminal } from "../terminal/terminal";

/**
 * Reads a layout, a file or a folder. Prints its warnings to standard error.
 * @throws InvalidLayoutError or UserError if the layout cannot be read.
 */
export function readLayout(path: string, terminal: Terminal): Layout {
  const { folder, now } = terminal;
  const layout = parseLayout(readLayoutFiles(path, folder), { today: now.toISOString().slice(0, 10), version });
  for (const warning of layout.warnings) terminal.say(`peridio-gitops: ${formatLayoutMistake(warning)}\n`);
  return layout;
}

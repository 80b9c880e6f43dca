import type { SourceFile } from "#framework/documents";
import { version } from "#provider";
import { type Layout, parseLayout, readLayoutFiles } from "#layout";
import { readRevision } from "../plan/revision";
import type { Terminal } from "../terminal/terminal";
import { LayoutFiles } from "./layoutFiles";

/** A layout, and the texts of its files. */
export interface EditedLayout {
  readonly files: LayoutFiles;
  readonly layout: Layout;
}

/** A layout before an edit. */
export interface EditableLayout extends EditedLayout {
  readonly sources: readonly SourceFile[];
  /** Parses files as of a moment; by default, of this run. */
  readonly parse: (sources: readonly SourceFile[], moment?: Date) => Layout;
}

/**
 * Opens the layout in the folder or, with a commit, as the commit contains it.
 * @throws InvalidLayoutError, UserError or CommandError if the layout cannot be read.
 */
export function openLayout(path: string, terminal: Terminal, commit?: string): EditableLayout {
  const parse = (sources: readonly SourceFile[], moment = terminal.now) =>
    parseLayout(sources, { now: moment, version });
  const sources =
    commit === undefined ? readLayoutFiles(path, terminal.folder) : readCommittedLayout(commit, path, terminal);
  return { sources, files: new LayoutFiles(sources), layout: parse(sources), parse };
}

/** The names of the files do not contain the commit. */
function readCommittedLayout(commit: string, path: string, terminal: Terminal): readonly SourceFile[] {
  return readRevision(commit, path, terminal).map((source) => ({
    ...source,
    file: source.file.slice(commit.length + 1),
  }));
}

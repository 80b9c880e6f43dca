import type { SourceFile } from "#framework/documents";
import { version } from "#provider";
import { type Layout, parseLayout, readLayoutFiles } from "#layout";
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

/** @throws InvalidLayoutError or UserError if the layout cannot be read. */
export function openLayout(path: string, { folder, now }: Terminal): EditableLayout {
  const parse = (sources: readonly SourceFile[], moment = now) => parseLayout(sources, { now: moment, version });
  const sources = readLayoutFiles(path, folder);
  return { sources, files: new LayoutFiles(sources), layout: parse(sources), parse };
}

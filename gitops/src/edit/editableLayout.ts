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
  readonly parse: (sources: readonly SourceFile[]) => Layout;
}

/** @throws InvalidLayoutError or UserError if the layout cannot be read. */
export function openLayout(path: string, { folder, now }: Terminal): EditableLayout {
  const parse = (sources: readonly SourceFile[]) => parseLayout(sources, { now, version });
  const sources = readLayoutFiles(path, folder);
  return { sources, files: new LayoutFiles(sources), layout: parse(sources), parse };
}

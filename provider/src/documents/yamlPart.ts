import { isAlias, isScalar, parseDocument } from "yaml";
import { formatPath, type Path } from "../core/path";
import { type Place, shown } from "../core/place";
import type { Kind } from "./kind";
import type { Mistake } from "./mistakes";
import type { Part } from "./part";
import type { Text } from "./text";
import { aliases, child, type Entry, misreadKeys, oddKeys, repeatedKeys, startOf } from "./yamlNodes";

/** More than this, and a short file could stand for one that fills the memory. */
const maxAliasCount = 100;

/** What a file says, in YAML 1.2 or JSON, with the place of everything in it. */
export function yamlPart({ file, text }: Text, kind: Kind): Part {
  const document = parseDocument(text, {
    schema: "core",
    merge: true,
    prettyErrors: false,
    // Nothing is printed: it would mix with what Pulumi shows.
    logLevel: "error",
    // Found below, with both places.
    uniqueKeys: false,
  });
  const place = (offset = 0): Place => {
    // The library's LineCounter knows no lines in a quotation that does not end.
    const before = text.slice(0, offset).split("\n");
    return { file, line: before.length, column: (before.at(-1) ?? "").length + 1 };
  };
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

  const at = (path: Path, which: "key" | "value"): Place => {
    let found: Entry = { key: document.contents, value: document.contents };
    for (const step of path) {
      const next = child(found.value, step, resolve);
      if (next === undefined) return place(startOf(found.key));
      found = next;
    }
    return place((which === "value" ? startOf(found.value) : undefined) ?? startOf(found.key));
  };
  const written = (path: Path): string | undefined => {
    const node = path.reduce<unknown>((above, step) => child(above, step, resolve)?.value, document.contents);
    const found = resolve(node);
    return isScalar(found) ? found.source : undefined;
  };
  const asAWhole = (reason: string, offset = 0): Mistake => ({ path: "", reason, place: place(offset) });

  const { contents } = document;
  const invalid = [...document.errors, ...document.warnings].map(({ code, message, pos }) =>
    asAWhole(reworded(code, message, kind), pos[0]),
  );
  if (invalid.length > 0) return { value: undefined, at, written, mistakes: invalid };
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return { value: undefined, at, written, mistakes: [asAWhole(`is empty: ${kind.ifEmpty}`)] };
  }
  const unreadable = [
    ...aliases(contents)
      .filter((alias) => resolve(alias) === undefined)
      .map((alias) => {
        const reason = `has no anchor &${alias.source} before this: write one, or what *${alias.source} stands for`;
        return asAWhole(reason, startOf(alias));
      }),
    ...oddKeys(contents).map((key) => asAWhole("has a key here that is no text: put it in quotes", startOf(key))),
  ];
  if (unreadable.length > 0) return { value: undefined, at, written, mistakes: unreadable };
  const misread = misreadKeys(contents).map(({ path, key, read, written }) => {
    const value = typeof key.value === "number" ? `the number ${read}` : read || "nothing";
    const reason = `reads as ${value}: put it in quotes, as ${JSON.stringify(written)}`;
    // From here on it is what was meant, so that no other mistake comes of it.
    key.value = written;
    return { path: formatPath(path), reason, place: place(startOf(key)) };
  });
  const repeated = repeatedKeys(contents).map(({ path, first, again }) => ({
    path: formatPath(path),
    reason: `is given before, at ${shown(place(startOf(first)))}: keep one of the two`,
    place: place(startOf(again)),
  }));
  const mistakes = [...misread, ...repeated];
  try {
    return { value: document.toJS({ maxAliasCount }), at, written, mistakes };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      value: undefined,
      at,
      written,
      mistakes: [...mistakes, asAWhole(`cannot be read: ${reason}. Write out what its \`*\` and \`<<\` stand for`)],
    };
  }
}

/** What the parser says of the text, with what to do where it does not say. */
function reworded(code: string, message: string, { many }: Kind): string {
  if (code === "MULTIPLE_DOCS")
    return "has a second document here: remove the line `---`, or make it a file of its own";
  if (code === "TAB_AS_INDENT") return "is indented with a tab here: YAML takes spaces only";
  if (code === "TAG_RESOLVE_FAILED") return `has a tag here that means nothing in ${many} (${message}): remove it`;
  const [first = ""] = message.split("\n");
  return `is no valid YAML here: ${first.replace(/[.:]$/, "")}. Check indentation, quotes and brackets`;
}

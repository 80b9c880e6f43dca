import { type Alias, Composer, isScalar, Parser } from "yaml";
import { formatPath, type Path } from "../path";
import { type Place, shown } from "../place";
import { tooDeep, tooLongChain } from "./depth";
import type { DocumentKind } from "./kind";
import { Lines } from "./lines";
import type { Mistake } from "./mistakes";
import type { ParsedDocument } from "./part";
import { mostRepeated, tooRepetitive } from "./repetition";
import type { SourceFile } from "./text";
import { aliasTargets, type Entry, misreadKeys, oddKeys, repeatedKeys, startOf, Tree } from "./yamlNodes";

/** The limit of the YAML library would refuse normal files; `tooRepetitive` has a limit of our own. */
const unlimited = -1;

const options = {
  schema: "core",
  merge: true,
  // Nothing is printed: it would mix with what Pulumi shows.
  logLevel: "error",
  // Found below, with both places.
  uniqueKeys: false,
} as const;

const secondDocument = "has a second document here: remove the line `---`, or make it a file of its own";

const nested = "is nested too deeply here: remove levels";

const repetitive =
  `repeats too much here: its aliases (\`*\`) stand for more than ${mostRepeated.toLocaleString("en")} values. ` +
  "Use fewer aliases within what other aliases stand for";

/** What a file says, in YAML 1.2 or JSON, with the place of everything in it. */
export function parseYaml({ file, text, undecodable }: SourceFile, kind: DocumentKind): ParsedDocument {
  const lines = new Lines(text);
  const place = (offset = 0): Place => ({ file, ...lines.at(offset) });
  if (undecodable !== undefined) {
    return unreadablePart("has bytes here that are no UTF-8: save the file in UTF-8", { file, ...undecodable });
  }
  const tokens = [...new Parser().parse(text)];
  const deep = tooDeep(tokens);
  if (deep !== undefined) return unreadablePart(nested, place(deep));
  const [document, another] = new Composer(options).compose(tokens, true, text.length);
  if (document === undefined) return unreadablePart(`is empty: ${kind.ifEmpty}`, place());
  const { contents } = document;
  const targets = contents === null ? new Map<Alias, unknown>() : aliasTargets(contents);
  const chain = contents === null ? undefined : tooLongChain(contents, targets);
  if (chain !== undefined) return unreadablePart(nested, place(startOf(chain)));
  const bomb = contents === null ? undefined : tooRepetitive(contents, targets);
  if (bomb !== undefined) return unreadablePart(repetitive, place(startOf(bomb)));
  const tree = new Tree(targets);

  const at = (path: Path, which: "key" | "value"): Place => {
    let found: Entry = { key: contents, value: contents };
    for (const step of path) {
      const next = tree.child(found.value, step);
      if (next === undefined) return place(startOf(found.key));
      found = next;
    }
    return place((which === "value" ? startOf(found.value) : undefined) ?? startOf(found.key));
  };
  const written = (path: Path): string | undefined => {
    const node = path.reduce<unknown>((above, step) => tree.child(above, step)?.value, contents);
    const found = tree.resolve(node);
    return isScalar(found) ? found.source : undefined;
  };
  const asAWhole = (reason: string, offset = 0): Mistake => ({ path: "", reason, place: place(offset) });

  const invalid = [...document.errors, ...document.warnings].map(({ code, message, pos }) =>
    asAWhole(reworded(code, message, kind), pos[0]),
  );
  if (another !== undefined) invalid.push(asAWhole(secondDocument, another.range[0]));
  if (invalid.length > 0) return { value: undefined, locate: at, sourceOf: written, mistakes: invalid };
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return { value: undefined, locate: at, sourceOf: written, mistakes: [asAWhole(`is empty: ${kind.ifEmpty}`)] };
  }
  const unreadable = [
    ...[...targets]
      .filter(([, target]) => target === undefined)
      .map(([alias]) => {
        const reason = `has no anchor &${alias.source} before this: write one, or what *${alias.source} stands for`;
        return asAWhole(reason, startOf(alias));
      }),
    ...oddKeys(contents).map((key) => asAWhole("has a key here that is no text: put it in quotes", startOf(key))),
  ];
  if (unreadable.length > 0) return { value: undefined, locate: at, sourceOf: written, mistakes: unreadable };
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
    return { value: document.toJS({ maxAliasCount: unlimited }), locate: at, sourceOf: written, mistakes };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      value: undefined,
      locate: at,
      sourceOf: written,
      mistakes: [...mistakes, asAWhole(`cannot be read: ${reason}. Write out what its \`*\` and \`<<\` stand for`)],
    };
  }
}

/** A file that cannot be read as a document. */
function unreadablePart(reason: string, place: Place): ParsedDocument {
  return { value: undefined, locate: () => place, sourceOf: () => undefined, mistakes: [{ path: "", reason, place }] };
}

/** What the parser says of the text, with what to do where it does not say. */
function reworded(code: string, message: string, { many }: DocumentKind): string {
  if (code === "TAB_AS_INDENT") return "is indented with a tab here: YAML takes spaces only";
  if (code === "TAG_RESOLVE_FAILED") return `has a tag here that means nothing in ${many} (${message}): remove it`;
  const [first = ""] = message.split("\n");
  return `is no valid YAML here: ${first.replace(/[.:]$/, "")}. Check indentation, quotes and brackets`;
}

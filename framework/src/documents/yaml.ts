import { Composer, isScalar, Parser } from "yaml";
import { getErrorMessage } from "../errors";
import { formatPath } from "../path";
import { formatLocation } from "../source";
import { type DocumentKind, type Mistake, type ParsedDocument, wrapValue } from "./document";
import { LineIndex, type SourceFile } from "./sourceFile";
import { findDeepAlias, findDeepValue, findExcessiveAlias, maxRepeatedValues } from "./yamlLimits";
import { findAliasTargets, findMisreadKeys, findNonTextKeys, findRepeatedKeys, startOf, YamlTree } from "./yamlTree";

const options = {
  schema: "core",
  merge: true,
  // Nothing is printed, because it would mix with Pulumi's output.
  logLevel: "error",
  // `findRepeatedKeys` reports both places.
  uniqueKeys: false,
} as const;

/** The limit of the YAML library would reject normal files. `findExcessiveAlias` replaces it. */
const unlimited = -1;

const nested = "is nested too deeply here: remove levels";

const repetitive =
  `is too large: its aliases (\`*\`) expand to more than ${maxRepeatedValues.toLocaleString("en")} values. ` +
  "Use fewer nested aliases";

const noText = "has a key here that is not a string: put the key in quotes";

const template =
  "has a template (`{{`) here, which is not replaced: write the value, or put a text with braces in quotes";

const itemAmongKeys =
  "has a list item here among keys: write a name as a key (`name:`) without the hyphen, or correct the indentation";

/** Parses a file in YAML 1.2 or JSON. */
export function parseYaml({ file, text, undecodable }: SourceFile, kind: DocumentKind): ParsedDocument {
  const lines = new LineIndex(text);
  const locationAt = (offset = 0) => ({ file, ...lines.positionAt(offset) });
  const mistakeAt = (offset: number | undefined, reason: string): Mistake => {
    return { path: "", reason, location: locationAt(offset) };
  };
  if (undecodable !== undefined) {
    const reason = "has bytes here that are not UTF-8: save the file in UTF-8";
    return reject([{ path: "", reason, location: { file, ...undecodable } }]);
  }
  const empty = mistakeAt(0, `is empty: ${kind.ifEmpty}`);

  const tokens = [...new Parser().parse(text)];
  const deepValue = findDeepValue(tokens);
  if (deepValue !== undefined) return reject([mistakeAt(deepValue, nested)]);
  const [document, second] = new Composer(options).compose(tokens, true, text.length);
  if (document === undefined) return reject([empty]);
  const { contents } = document;

  const targets = findAliasTargets(document);
  const deepAlias = findDeepAlias(document, targets);
  if (deepAlias !== undefined) return reject([mistakeAt(startOf(deepAlias), nested)]);
  const excessiveAlias = findExcessiveAlias(document, targets);
  if (excessiveAlias !== undefined) return reject([mistakeAt(startOf(excessiveAlias), repetitive)]);

  const errors = [...document.errors, ...document.warnings];
  const itemLines = new Set(errors.filter(isItemAmongKeys).map(({ pos }) => lines.positionAt(pos[0]).line));
  /** The lines and the codes of earlier errors, of which others are consequences. */
  const seen = new Set<number | string>();
  const invalid = errors.flatMap((error): readonly Mistake[] => {
    const [offset] = error.pos;
    // The error is at the start of the line.
    if (isItemAmongKeys(error)) return [mistakeAt(offset + text.slice(offset).search(/\S|$/), itemAmongKeys)];
    // Other errors in that line are consequences.
    const { line } = lines.positionAt(offset);
    if (itemLines.has(line) || seen.has(line) || seen.has(error.code)) return [];
    seen.add(line);
    if (error.code === "BAD_INDENT") seen.add(error.code);
    const { at, reason } = explainError(error, text, kind);
    return [mistakeAt(at, reason)];
  });
  if (second !== undefined) {
    const reason = "has a second document here: remove the line `---`, or move the second document to another file";
    invalid.push(mistakeAt(second.range[0], reason));
  }
  if (invalid.length > 0) return reject(invalid);
  if (contents === null || (isScalar(contents) && contents.value === null)) return reject([empty]);

  const unresolved = [...targets].filter(([, target]) => target === undefined);
  const unreadable = [
    ...unresolved.map(([alias]) => {
      const reason = `has no anchor &${alias.source} before the alias *${alias.source}: if you mean a pattern, put it in quotes ("*${alias.source}"), otherwise add the anchor`;
      return mistakeAt(startOf(alias), reason);
    }),
    ...findNonTextKeys(document).map((key) => {
      const offset = startOf(key) ?? 0;
      return mistakeAt(offset, text.slice(offset - 1, offset + 1) === "{{" ? template : noText);
    }),
  ];
  if (unreadable.length > 0) return reject(unreadable);

  const misread = findMisreadKeys(document).map(({ path, key, read, written }) => {
    const value = typeof key.value === "number" ? `the number ${read}` : read || "null";
    const reason = `is read as ${value}: put the key in quotes, as ${JSON.stringify(written)}`;
    // Corrects the key, so that it causes no other mistake.
    key.value = written;
    return { path: formatPath(path), reason, location: locationAt(startOf(key)) };
  });
  const repeated = findRepeatedKeys(document).map(({ path, first, again }) => ({
    path: formatPath(path),
    reason: `is already declared, at ${formatLocation(locationAt(startOf(first)))}: keep one of the two`,
    location: locationAt(startOf(again)),
  }));
  const mistakes = [...misread, ...repeated];
  const tree = new YamlTree(contents, targets);
  try {
    return {
      value: document.toJS({ maxAliasCount: unlimited }),
      locate: (path, which) => locationAt(tree.offsetOf(path, which)),
      sourceOf: (path) => tree.sourceOf(path),
      mistakes,
    };
  } catch (error) {
    const reason = getErrorMessage(error);
    const remedy = "Replace each alias (`*`) and merge key (`<<`) with its value";
    return reject([...mistakes, mistakeAt(0, `cannot be read: ${reason}. ${remedy}`)]);
  }
}

function reject(mistakes: readonly Mistake[]): ParsedDocument {
  return { ...wrapValue(undefined), mistakes };
}

/** Reports whether a list item is where YAML expects a key. */
function isItemAmongKeys({ code, message }: { readonly code: string; readonly message: string }): boolean {
  return code === "BLOCK_AS_IMPLICIT_KEY" && message.startsWith("A block sequence");
}

interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** Rewords an error of the YAML library with a remedy, and finds its place. */
function explainError(
  { code, message, pos: [offset] }: YamlError,
  text: string,
  { many }: DocumentKind,
): { readonly at: number; readonly reason: string } {
  const here = (reason: string) => ({ at: offset, reason });
  const [first = ""] = message.split("\n");
  if (code === "TAB_AS_INDENT") return here("is indented with a tab here: use spaces");
  if (code === "TAG_RESOLVE_FAILED")
    return here(`has a tag here that ${many} do not support (${message}): remove the tag`);
  if (text[offset] === "*") return here("has a value here that begins with `*`: put the value in quotes");
  if (first.includes("must start at the same column"))
    return here("is indented differently from the lines above: begin all keys of a map in the same column");
  if (code === "MULTILINE_IMPLICIT_KEY") return here("has a key here without a colon: write `name:`");
  if (first.startsWith("Nested mappings"))
    return here("has a second colon in this line: put the text of this value in quotes");
  const [, reserved] = /^Plain value cannot start with .* character (.)/.exec(first) ?? [];
  if (reserved !== undefined) return here(`has a value here that begins with \`${reserved}\`: put the value in quotes`);
  const [, quote] = /^Missing closing (['"])quote/.exec(first) ?? [];
  if (quote !== undefined)
    return {
      at: text.lastIndexOf(quote, offset - 1),
      reason: `has a text here without its closing quote: add ${quote} at its end`,
    };
  const [, bracket] = /end with an? ([\]}])/.exec(first) ?? [];
  if (bracket !== undefined)
    return here(`has no \`${bracket}\` before this place: add \`${bracket}\` at the end of the list or map`);
  return here(`is not valid YAML here: ${first.replace(/[.:]$/, "")}. Check indentation, quotes and brackets`);
}

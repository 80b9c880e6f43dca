import { isDeepStrictEqual } from "node:util";
import { Lexer, parseDocument } from "yaml";
import { isRecord, type Path } from "#framework";
import { formatPath, getErrorMessage } from "#framework/messages";
import { subtract } from "../grouping";
import { findIndex, Place, type Splice, UneditableError } from "./place";

/** A text in YAML or JSON after an edit. */
export interface EditedText {
  readonly text: string;
  /** The comments inside of what the edit removes or replaces. All other comments are in the text. */
  readonly lostComments: readonly string[];
}

/**
 * Sets the value of a key. Adds the key if it is absent, and the maps that lead to it. If the former and the new value are maps, changes
 * only the keys that differ. Every other character of the text stays.
 * @throws UneditableError if the text cannot be edited at this place.
 */
export function setEntry(text: string, path: Path, value: unknown): EditedText {
  const former = getAt(readData(text), path);
  if (isDeepStrictEqual(former, value)) return { text, lostComments: [] };
  if (!isRecord(former) || !isRecord(value) || Object.keys(former).every((key) => value[key] === undefined))
    return edit(
      text,
      path,
      (data) => writeAt(data, path, value),
      (place) => place.set(value),
    );
  return [...new Set([...Object.keys(value), ...Object.keys(former)])].reduce<EditedText>(
    ({ text: before, lostComments }, key) => {
      const inner = [...path, key];
      const after = value[key] === undefined ? removeEntry(before, inner) : setEntry(before, inner, value[key]);
      return { text: after.text, lostComments: [...lostComments, ...after.lostComments] };
    },
    { text, lostComments: [] },
  );
}

/**
 * Removes a key, or an item of a list by its index. Leaves an empty map or list. Every character outside of the entry stays.
 * @throws UneditableError if the text cannot be edited at this place, for example because a merged map (`<<`) contains the key.
 */
export function removeEntry(text: string, path: Path): EditedText {
  return edit(
    text,
    path,
    (data) => writeAt(data, path, undefined),
    (place) => place.remove(),
  );
}

/**
 * Adds an item to a list: in order if the items are in order, otherwise at the end. Adds the list if it is absent. Every other character of the text stays.
 * @throws UneditableError if the text cannot be edited at this place.
 */
export function addItem(text: string, path: Path, item: string): EditedText {
  const list = getAt(readData(text), path);
  if (!Array.isArray(list) || list.length === 0) return setEntry(text, path, [item]);
  const index = findIndex(list.map(String), item);
  const longer = list.toSpliced(index, 0, item);
  return edit(
    text,
    [...path, index],
    (data) => writeAt(data, path, longer),
    (place) => place.insert(item),
  );
}

/**
 * Writes a comment of the editor into the line above an entry, in place of the former one with this label; without a text, only removes the
 * former one. Every other character of the text stays.
 * @param label the beginning of the comment, with which only the editor's own comments begin
 * @throws UneditableError if the text has no line for the comment.
 */
export function explainEntry(text: string, path: Path, label: string, comment: string | undefined): EditedText {
  if (comment === undefined && !text.includes(label)) return { text, lostComments: [] };
  return edit(
    text,
    path,
    (data) => data,
    (place) => place.explain(label, comment),
  );
}

/** Makes one edit. Refuses it unless the edited text reads as the expected data. The order of keys does not matter. */
function edit(
  text: string,
  path: Path,
  expect: (data: unknown) => unknown,
  find: (place: Place) => Splice,
): EditedText {
  const { contents, data } = parse(text);
  const { start, end, insert } = find(new Place(text, contents, path));
  const edited = text.slice(0, start) + insert + text.slice(end);
  if (!reads(edited, expect(data))) {
    const reason = "cannot be changed alone: an anchor (`&`), an alias (`*`) or a merged map (`<<`) shares it";
    throw new UneditableError(`${formatPath(path)} ${reason}`);
  }
  return { text: edited, lostComments: subtract(listComments(text), listComments(edited)) };
}

function reads(text: string, expected: unknown): boolean {
  try {
    return isDeepStrictEqual(parse(text).data, expected);
  } catch (error) {
    if (error instanceof UneditableError) return false;
    throw error;
  }
}

/** @throws UneditableError if the text is not valid. The reader of the file has limited its aliases. */
function parse(text: string): { readonly contents: unknown; readonly data: unknown } {
  const options = {
    keepSourceTokens: true,
    merge: true,
    schema: "core",
    uniqueKeys: false,
    logLevel: "error",
  } as const;
  const document = parseDocument(text, options);
  try {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return { contents: document.contents, data: document.toJS({ maxAliasCount: -1 }) };
  } catch (error) {
    throw new UneditableError(`The text is not valid YAML: ${getErrorMessage(error)}`);
  }
}

/** Returns the data of a text. @throws UneditableError if the text is not valid. */
export function readData(text: string): unknown {
  return parse(text).data;
}

/** Returns the value at a path of data; undefined if there is none. */
export function getAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (above, step) => (Array.isArray(above) ? above[Number(step)] : isRecord(above) ? above[step] : undefined),
    data,
  );
}

/** Returns the data with another value at a path; without the entry if the value is undefined. Copies what contains it. */
function writeAt(data: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(data)) {
    const inner = writeAt(data[Number(step)], rest, value);
    return data.toSpliced(Number(step), 1, ...(inner === undefined ? [] : [inner]));
  }
  const { [step]: former, ...others } = isRecord(data) ? data : {};
  const inner = writeAt(former, rest, value);
  return inner === undefined ? others : { ...others, [step]: inner };
}

/** The token of the lexer before a scalar without quotes, whose text can start with `#`. */
const scalarFollows = "\u001F";

function listComments(text: string): string[] {
  const tokens = [...new Lexer().lex(text)];
  return tokens.filter((token, index) => token.startsWith("#") && tokens[index - 1] !== scalarFollows);
}

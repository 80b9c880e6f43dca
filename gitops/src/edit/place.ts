import { isAlias, isCollection, isPair, isScalar, isSeq, stringify } from "yaml";
import { isRecord, type Path } from "#framework";
import { formatPath } from "#framework/messages";

/** A replacement of the characters from `start` to `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

/** The text has no place for an edit, or the edit would change something else too. */
export class UneditableError extends Error {
  constructor(reason: string, remedy = "Edit the layout by hand") {
    super(`${reason}. ${remedy}.`);
  }
}

/** The beginning of the comments that the editor itself writes and removes. Each is in the line above its entry. */
export const ownComment = "# Reason (";

/** An entry of a map, or an item of a list. For an item, key and value are the item. */
interface Entry {
  readonly key: unknown;
  readonly value: unknown;
  readonly start: number;
  /** The offset behind the value, before a comment. */
  readonly end: number;
  /** The offset behind the colon; undefined if there is none. */
  readonly colon?: number | undefined;
}

/** A map or list in the text. */
interface Collection {
  readonly isFlow: boolean;
  readonly isList: boolean;
  readonly entries: readonly Entry[];
}

/** A place in a text in YAML or JSON, where an entry is or could be. Finds the characters that an edit of this entry replaces. */
export class Place {
  readonly #lineBreak: string;
  readonly #isJson: boolean;

  /** @param root the root of the parsed text, with its source tokens */
  constructor(
    private readonly text: string,
    private readonly root: unknown,
    private readonly path: Path,
  ) {
    this.#lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
    this.#isJson = /^\s*\{/.test(text);
  }

  /** Replaces the value, or adds the entry with the maps that lead to it. */
  set(value: unknown): Splice {
    let node = this.root;
    for (const [depth, step] of this.path.entries()) {
      const rest = this.path.slice(depth + 1);
      const entry = this.#find(node, step);
      if (entry === undefined) return this.#add(node, step, nest(rest, value));
      if (rest.length === 0) return this.#replace(entry, value);
      if (isEmpty(entry.value)) return this.#replace(entry, nest(rest, value));
      node = entry.value;
    }
    throw this.#fail("is the whole text");
  }

  /** Inserts an item into a list that has items, at the index with which the path ends. */
  insert(item: string): Splice {
    const { parent } = this.#findParent();
    return this.#add(parent, this.path.at(-1) ?? "", item);
  }

  /** Removes the entry. Leaves an empty map or list if there is no other entry. */
  remove(): Splice {
    const { parent, owner } = this.#findParent();
    const collection = this.#describe(parent);
    const entry = this.#find(parent, this.path.at(-1) ?? "");
    if (collection === undefined || entry === undefined)
      throw this.#fail("is not written at this place: it comes from an alias (`*`) or a merged map (`<<`)");
    if (collection.entries.length > 1) return this.#drop(collection, entry);
    if (owner === undefined) throw this.#fail("is the only entry of the text");
    return this.#replaceBy(owner, collection.isList ? "[]" : "{}");
  }

  /**
   * Writes an own comment into the line above the first line of the entry, in place of the former one with the same label. Without a text,
   * only removes the former one.
   */
  explain(label: string, text: string | undefined): Splice {
    const { parent, owner } = this.#findParent();
    const entry = this.#find(parent, this.path.at(-1) ?? "");
    // In a line with several people, the comment could be about any of them.
    const isFirst = [entry, owner].some((one) => one !== undefined && /^\s*$/.test(this.#lookAround(one).before));
    if (entry === undefined || this.#isJson || !isFirst) {
      if (text === undefined) return { start: 0, end: 0, insert: "" };
      throw this.#fail("has no line for a comment in this file");
    }
    const { lineStart, before } = this.#lookAround(entry);
    const [indent = ""] = /^\s*/.exec(before) ?? [];
    const start = this.#skipOwnComments(lineStart);
    const others = this.text
      .slice(start, lineStart)
      .split(/(?<=\n)/)
      .filter((line) => !line.trimStart().startsWith(label));
    const own = text === undefined ? "" : `${indent}${label}${text}${this.#lineBreak}`;
    return { start, end: lineStart, insert: others.join("") + own };
  }

  /** Returns the start of the own comments in the lines directly above a line. */
  #skipOwnComments(lineStart: number): number {
    const former = this.text.lastIndexOf("\n", lineStart - 2) + 1;
    const isOwn = lineStart > 0 && this.text.slice(former, lineStart).trimStart().startsWith(ownComment);
    return isOwn ? this.#skipOwnComments(former) : lineStart;
  }

  /** Returns the map or list that contains the entry, and the entry of this map or list; undefined if an alias or a merged map contains them. */
  #findParent(): { readonly parent: unknown; readonly owner: Entry | undefined } {
    let [parent, owner]: [unknown, Entry | undefined] = [this.root, undefined];
    for (const step of this.path.slice(0, -1)) {
      owner = this.#find(parent, step);
      parent = owner?.value;
    }
    return { parent, owner };
  }

  #fail(reason: string): UneditableError {
    return new UneditableError(`${formatPath(this.path)} ${reason}`);
  }

  #replace(entry: Entry, value: unknown): Splice {
    return this.#replaceBy(entry, this.#write(value, isScalar(entry.value) ? entry.value.type : undefined));
  }

  #replaceBy({ value, end, colon }: Entry, written: string): Splice {
    const start = getRange(value)?.[0];
    // Keeps the spaces between a key and its value, but not an anchor.
    if (start !== undefined && start < end && /^ *$/.test(this.text.slice(colon ?? start, start)))
      return { start, end, insert: written };
    if (colon === undefined) throw this.#fail("has no value that can be replaced");
    return { start: colon, end, insert: ` ${written}` };
  }

  /** Adds an item to a list at an index, or a key to a map in the order of its keys. */
  #add(parent: unknown, step: string | number, value: unknown): Splice {
    const collection = this.#describe(parent);
    const last = collection?.entries.at(-1);
    if (collection === undefined || last === undefined || collection.isList !== (typeof step === "number"))
      throw this.#fail(
        "has no place in this file, because a value above it is an alias (`*`), or neither a map nor a list",
      );
    const { isFlow, isList, entries } = collection;
    const names = entries.map(({ key }) => nameOf(key) ?? "");
    const index = typeof step === "number" ? step : findIndex(names, step);
    const written = typeof step === "number" ? this.#write(value) : this.#writePair(step, value);
    const [former, next] = [entries[index - 1], entries[index]];
    if (isFlow && former !== undefined) return this.#append(former, written);
    const { lineStart: start, lineEnd, before, behind } = this.#lookAround(former ?? next ?? last);
    if (isFlow && !hasOwnLine(before, behind))
      return { start: next?.start ?? last.start, end: next?.start ?? last.start, insert: `${written}, ` };
    if (!isFlow && !(isIndent(before, isList) && isComment(behind)))
      throw this.#fail("has no line for its own in this file");
    const lineStart = this.#skipOwnComments(start);
    return former === undefined
      ? { start: lineStart, end: lineStart, insert: `${before}${written}${isFlow ? "," : ""}${this.#lineBreak}` }
      : { start: lineEnd, end: lineEnd, insert: `${this.#breakAt(lineEnd)}${before}${written}` };
  }

  /** Adds an entry behind another one in braces or brackets: in a line for its own, if the other one has such a line. */
  #append({ start, end }: Entry, written: string): Splice {
    const { lineEnd, before, behind } = this.#lookAround({ start, end });
    if (!hasOwnLine(before, behind)) return { start: end, end, insert: `, ${written}` };
    const line = `${this.#breakAt(lineEnd)}${before}${written}`;
    return /^\s*,/.test(behind)
      ? { start: lineEnd, end: lineEnd, insert: `${line},` }
      : { start: end, end: lineEnd, insert: `,${behind}${line}` };
  }

  /** Removes one of several entries, with the comma that separates it from the others. */
  #drop({ isFlow, isList, entries }: Collection, entry: Entry): Splice {
    const index = entries.findIndex(({ start }) => start === entry.start);
    const [former, next] = [entries[index - 1], entries[index + 1]];
    const { lineStart, lineEnd, before, behind } = this.#lookAround(entry);
    const lines = this.#cutLines(lineStart, lineEnd);
    if (!isFlow) {
      if (isIndent(before, isList) && isComment(behind)) return lines;
      throw this.#fail("shares a line with something else");
    }
    if (!hasOwnLine(before, behind)) {
      if (next !== undefined) return { start: entry.start, end: next.start, insert: "" };
      return { start: former?.end ?? entry.start, end: entry.end, insert: "" };
    }
    if (next !== undefined || former === undefined || /^\s*,/.test(behind)) return lines;
    // JSON has no comma behind the last entry.
    const between = this.text.slice(former.end, lines.start).replace(/^(\s*),/, "$1");
    return { start: former.end, end: lines.end, insert: between };
  }

  /** Returns the line break at an offset, which the former line keeps; at the end of the text, the usual one. */
  #breakAt(offset: number): string {
    return /^\r?\n/.exec(this.text.slice(offset))?.[0] ?? this.#lineBreak;
  }

  /** Removes lines with their line break, or at the end of the text with the one before them. */
  #cutLines(start: number, lineEnd: number): Splice {
    if (lineEnd < this.text.length) return { start, end: this.text.indexOf("\n", lineEnd) + 1, insert: "" };
    return { start: Math.max(0, start - this.#lineBreak.length), end: lineEnd, insert: "" };
  }

  /** Returns the text before an entry in its first line, and behind it in its last line. */
  #lookAround({ start, end }: Pick<Entry, "start" | "end">) {
    const lineStart = this.text.lastIndexOf("\n", start - 1) + 1;
    const [behind = ""] = /^[^\r\n]*/.exec(this.text.slice(end)) ?? [];
    return { lineStart, before: this.text.slice(lineStart, start), behind, lineEnd: end + behind.length };
  }

  /** Writes a key with its value. A new key at the top of a YAML file has a line for each entry of its value. */
  #writePair(key: string, value: unknown): string {
    if (this.path[0] !== key || this.#isJson || !isRecord(value)) return `${this.#write(key)}: ${this.#write(value)}`;
    const lines = Object.entries(value).map(([name, inner]) => `  ${this.#write(name)}: ${this.#write(inner)}`);
    return [`${this.#write(key)}:`, ...lines].join(this.#lineBreak);
  }

  /** Writes a value in one line. A scalar has the quotes of the former one. */
  #write(value: unknown, former?: string): string {
    if (Array.isArray(value)) return `[${value.map((item) => this.#write(item)).join(", ")}]`;
    if (isRecord(value)) {
      const pairs = Object.entries(value).map(([key, inner]) => `${this.#write(key)}: ${this.#write(inner)}`);
      return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
    }
    const isQuoted = former === "QUOTE_DOUBLE" || former === "QUOTE_SINGLE";
    const quotes = this.#isJson ? "QUOTE_DOUBLE" : isQuoted ? former : "PLAIN";
    // As an item of a list in brackets, a text has quotes if it contains a comma or a bracket.
    const list = stringify([value], {
      collectionStyle: "flow",
      flowCollectionPadding: false,
      lineWidth: 0,
      schema: "core",
      defaultStringType: quotes,
    });
    return list.trimEnd().slice(1, -1);
  }

  /** Returns an entry that the text itself contains at this place: not through an alias or a merged map. */
  #find(node: unknown, step: string | number): Entry | undefined {
    const { entries, isList } = this.#describe(node) ?? { entries: [] };
    return isList === true ? entries[Number(step)] : entries.findLast(({ key }) => nameOf(key) === String(step));
  }

  #describe(node: unknown): Collection | undefined {
    if (!isCollection(node)) return undefined;
    const entries = node.items.flatMap((item: unknown): readonly Entry[] => {
      const { key, value, srcToken } = isPair(item) ? item : { key: item, value: item };
      const [start, keyEnd = 0] = getRange(key) ?? [];
      if (start === undefined) return [];
      const colon = srcToken?.sep?.find(({ type }) => type === "map-value-ind");
      const afterColon = colon && "offset" in colon ? colon.offset + 1 : undefined;
      return [{ key, value, start, colon: afterColon, end: this.#endOf(value) ?? afterColon ?? keyEnd }];
    });
    return { isFlow: node.flow === true, isList: isSeq(node), entries };
  }

  /** Returns the offset behind the last character of a value. The range of a block also contains line breaks and comments. */
  #endOf(value: unknown): number | undefined {
    if (isCollection(value) && value.flow !== true) return this.#describe(value)?.entries.at(-1)?.end;
    if (isScalar(value) && value.source === "" && value.type === "PLAIN") return undefined;
    const [start, end] = getRange(value) ?? [];
    return start === undefined ? undefined : start + this.text.slice(start, end).trimEnd().length;
  }
}

/** Returns the maps that lead to a value. */
function nest(path: Path, value: unknown): unknown {
  return path.reduceRight((inner, step) => (typeof step === "number" ? [inner] : { [step]: inner }), value);
}

function getRange(node: unknown): readonly number[] | undefined {
  return isScalar(node) || isCollection(node) || isAlias(node) ? (node.range ?? undefined) : undefined;
}

function nameOf(key: unknown): string | undefined {
  return isScalar(key) && typeof key.value !== "symbol" ? String(key.value) : undefined;
}

/** Reports if a value is absent, or a map or list without entries. */
function isEmpty(value: unknown): boolean {
  return (
    value === null || (isScalar(value) && value.value === null) || (isCollection(value) && value.items.length === 0)
  );
}

/** Returns the index of a new name: in order if the names are in order, otherwise at the end. */
export function findIndex(names: readonly string[], name: string): number {
  const isInOrder = names.length > 1 && names.every((one, index) => index === 0 || (names[index - 1] ?? "") < one);
  const index = isInOrder ? names.findIndex((one) => one > name) : -1;
  return index === -1 ? names.length : index;
}

/** Reports if a line has nothing before an entry: for an item of a list, except its hyphen. */
function isIndent(before: string, isList: boolean): boolean {
  return (isList ? /^\s*- +$/ : /^\s*$/).test(before);
}

function isComment(behind: string): boolean {
  return /^\s*(?:#.*)?$/.test(behind);
}

/** Reports if an entry in braces or brackets shares its lines with no other entry. */
function hasOwnLine(before: string, behind: string): boolean {
  return /^\s*$/.test(before) && /^\s*,?\s*(?:#.*)?$/.test(behind);
}

import stringWidth from "string-width";
import { printableLine } from "#framework/messages";

interface Column {
  readonly title: string;
  /**
   * The width from which cells continue on further lines, unless a part of a word is wider. By default, the width of the
   * longest cell. The last column takes the rest of the line.
   */
  readonly most?: number;
}

const gap = "  ";

/** The least width of the last column. If the others leave less, lines are longer than the given width. */
const leastRest = 24;

/** Joins the parts of an answer that have any text, with an empty line between them. */
export function joinParts(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n");
}

/**
 * Formats rows below titles, in lines of `width` characters; empty for no rows. Long cells continue on further lines. Words are
 * broken only at punctuation. If that leaves parts that are too long, lines are longer.
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string {
  if (rows.length === 0) return "";
  const titles = columns.map(({ title }) => title.toUpperCase());
  const lines = rows.map((row) => columns.map((_, index) => printableLine(row[index] ?? "")));
  const widths = columns.reduce<readonly number[]>((before, { most = Infinity }, index) => {
    if (index === columns.length - 1) {
      return [...before, Math.max(leastRest, width - before.reduce((sum, used) => sum + used + gap.length, 0))];
    }
    const texts = [titles, ...lines].map((line) => line[index] ?? "");
    const longestPart = measure(texts.flatMap((text) => text.split(" ")).flatMap(listParts));
    return [...before, Math.min(measure(texts), Math.max(most, longestPart))];
  }, []);
  const formatRow = (cells: readonly string[]): readonly string[] => {
    const parts = cells.map((cell, index) => wrap(cell, widths[index] ?? 1));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, at) =>
      parts
        .map((part, index) => {
          const text = part[at] ?? "";
          return text + " ".repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(text)));
        })
        .join(gap)
        .trimEnd(),
    );
  };
  return [titles, ...lines].flatMap((line) => formatRow(line).map((text) => `${text}\n`)).join("");
}

/** Lists texts below a title; empty for no texts. */
export function formatList(title: string, texts: readonly string[], width: number): string {
  if (texts.length === 0) return "";
  const lines = texts.flatMap((text) =>
    wrap(printableLine(text), width - 2).map((line, index) => `${index === 0 ? "- " : "  "}${line}\n`),
  );
  return `${title}:\n${lines.join("")}`;
}

/**
 * Breaks a text into lines of at most `width` columns: at spaces, and in longer words at punctuation. A line is longer if a
 * part without both is. Asian characters take two columns.
 */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  const append = (part: string, separator: string) => {
    const longer = line === "" ? part : line + separator + part;
    if (line !== "" && stringWidth(longer) > width) {
      lines.push(line);
      line = part;
    } else line = longer;
  };
  for (const word of text.split(" ")) {
    const [first = "", ...others] = stringWidth(word) <= width ? [word] : listParts(word);
    append(first, " ");
    for (const part of others) append(part, "");
  }
  return [...lines, line];
}

/** Splits a word, such as an address, a path or a list without spaces, where a line may end. */
function listParts(word: string): readonly string[] {
  return word.split(/(?<=[-./_,:])|(?=@)/);
}

function measure(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);
}

/** Characters that control a terminal, and the mark of a pipeline's command. */
const commanding = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]|(?<=#)#/gu;

/** Finds a text that may contain such characters. Without their categories, the search of a long report takes a fraction of the time. */
const suspicious = /[^\n -~]|##/;

/** Returns a value as JSON. Escapes commands to a terminal or a pipeline, so that the value stays complete. */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${suspicious.test(text) ? text.replace(commanding, escapeCharacter) : text}\n`;
}

/** Returns the value of a JSON text; undefined for any other text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function escapeCharacter(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** Formats a command for a shell. */
export function formatCommand(words: readonly string[]): string {
  return words.map(quoteArgument).join(" ");
}

function quoteArgument(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

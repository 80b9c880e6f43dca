import stringWidth from "string-width";
import { printableLine } from "#framework";

/** The width that terminals and logs show without line breaks. */
const terminalWidth = 100;

interface Column {
  readonly title: string;
  /** The maximum in characters. By default, the width of the column. The last column takes the rest of the line. */
  readonly most?: number;
}

const gap = "  ";

/** Formats rows below titles, in lines of at most `width` characters. Long cells continue on further lines. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = terminalWidth,
): string {
  const cells = (row: readonly string[]) => columns.map((_, index) => row[index] ?? "");
  const widths = columns.reduce<readonly number[]>((before, { title, most = Infinity }, index) => {
    const used = before.reduce((sum, columnWidth) => sum + columnWidth + gap.length, 0);
    const required = Math.max(...[title, ...rows.map((row) => cells(row)[index] ?? "")].map(stringWidth));
    const isLast = index === columns.length - 1;
    return [...before, isLast ? Math.max(1, width - used) : Math.min(required, most)];
  }, []);
  const formatRow = (row: readonly string[]): readonly string[] => {
    const parts = cells(row).map((cell, index) => wrap(cell, widths[index] ?? 1));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, at) =>
      columns
        .map((_, index) => {
          const part = parts[index]?.[at] ?? "";
          return part + " ".repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(part)));
        })
        .join(gap)
        .trimEnd(),
    );
  };
  const titles = columns.map(({ title }) => title.toUpperCase());
  return [...formatRow(titles), ...rows.flatMap(formatRow)].map((text) => `${text}\n`).join("");
}

/** Lists texts below a title; empty for no texts. */
export function formatList(title: string, texts: readonly string[]): string {
  if (texts.length === 0) return "";
  const lines = texts.flatMap((text) =>
    wrap(printableLine(text), terminalWidth - 2).map((line, index) => `${index === 0 ? "- " : "  "}${line}\n`),
  );
  return `${title}:\n${lines.join("")}`;
}

/** Breaks a text into lines of at most `width` characters, at spaces or within longer words. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of text.split(" ").flatMap((word) => splitWord(word, width))) {
    if (line !== "" && stringWidth(`${line} ${piece}`) > width) {
      lines.push(line);
      line = piece;
    } else line = line === "" ? piece : `${line} ${piece}`;
  }
  return [...lines, line];
}

/** Breaks a word into pieces that fit. Asian characters take two columns. */
function splitWord(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (piece !== "" && stringWidth(piece + character) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}

/** Characters that control a terminal, and the mark of a pipeline's command. */
const commanding = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=#)#/gu;

/** Returns a value as JSON. Escapes commands to a terminal or a pipeline, so that the value stays complete. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replace(commanding, escapeCharacter)}\n`;
}

function escapeCharacter(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

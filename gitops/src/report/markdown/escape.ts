import { printable } from "#framework/messages";
import { showCodePoint, showInvisible } from "../invisible";
import type { TextPart, Text } from "../words";

// Escapes text from outside for Markdown on GitHub and GitLab, which extend Markdown. Addresses become links, `@name`
// notifies people, and `#12`, `!12` and `GH-12` refer to other pages. `:name:` is an emoji, and a line that begins with
// `/` is a command. Code spans prevent that, backslashes do not. Words of letters stay as they are, and all other words
// become code. Only the lines of messages stay lines.

/** The length of a name. Longer ones are attacks. */
const longestName = 254;

/** Returns a name, an address or another value as code. In a cell of a table, use `formatCell`. */
export function formatCode(text: string): string {
  return wrapCode(shorten(text, longestName));
}

function wrapCode(text: string): string {
  const shown = showInvisible(text);
  if (shown === "") return "(empty)";
  const fence = "`".repeat(Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Returns messages as a block of code. A character that Markdown takes for the end of a line could begin text outside of the block. */
export function formatLines(messages: string): string {
  const lines = printable(messages).trimEnd().split("\n");
  return lines.map((line) => `    ${line}\n`).join("");
}

/** Returns code for a cell of a table, which a `|` would end. */
export function formatCell(text: string): string {
  return formatCode(shorten(text, longestName).replaceAll("|", showCodePoint));
}

/** Returns a text in one line. */
export function formatText(text: Text, longest?: number): string {
  return text
    .map((part) => formatPart(part, longest))
    .join("")
    .trim();
}

function formatPart(part: TextPart, longest: number | undefined): string {
  if (typeof part === "string") {
    // The spaces at the ends separate it from other parts.
    return part.replace(/\s+/g, " ").replace(/\S(?:.*\S)?/, (words) => formatProse(words, longest));
  }
  if ("lines" in part) return formatProse(part.lines, longest);
  if ("strong" in part) return `**${formatProse(part.strong)}**`;
  if ("emphasis" in part) return `_${formatProse(part.emphasis)}_`;
  return formatCode("name" in part ? part.name : "email" in part ? part.email : part.code);
}

/**
 * Escapes sentences, which may have code between backticks. Shortens them to `longest` characters and marks the end,
 * so that one text does not take all the room.
 */
export function formatProse(text: string, longest = 2000): string {
  const whole = text.replace(/\s+/g, " ").trim();
  const shown = shorten(whole, longest);
  return escapeText(shown) + (shown === whole ? "" : " (shortened, see the JSON report for the whole text)");
}

function escapeText(text: string): string {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? wrapCode(part) : escapeWords(part, index === 0)))
    .reduce(
      (before, after) => (before.endsWith("`") && after.startsWith("`") ? `${before} ${after}` : before + after),
      "",
    );
}

const letters = String.raw`\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]*)*`;
const number = String.raw`\d{1,6}|\d{1,3}(?:,\d{3})+`;
/** A word or a number that nothing interprets: no address, no reference, no commit. */
const plain = new RegExp(`^(?:${letters}|${number}|(?:\\p{L}\\.){2,}|[–—·→…])$`, "u");
const commit = /[0-9a-f]{7}/i;
/** A word and the punctuation around it. */
const punctuated = /^([("'“„‘]*)(.*?)([.,;:!?)"'”’…%]*)$/su;

function escapeWords(text: string, isFirst: boolean): string {
  return text
    .split(" ")
    .map((word, index) => {
      if (word === "") return word;
      const [, before = "", core = "", after = ""] = punctuated.exec(word) ?? [];
      // The beginning of a list.
      const isListMarker = isFirst && index === 0 && /^\d+[.)]/.test(core + after);
      return plain.test(core) && !commit.test(core) && !isListMarker
        ? word
        : `${before}${core === "" ? "" : wrapCode(core)}${after}`;
    })
    .join(" ");
}

function shorten(text: string, longest: number): string {
  // A pair of surrogates stays together.
  return text.length <= longest ? text : `${text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

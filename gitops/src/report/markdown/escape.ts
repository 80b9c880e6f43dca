import { codePoint, visible } from "../content";

/**
 * Text from outside, such as names and messages, for Markdown that GitHub and GitLab show. They make more of text than Markdown says:
 * addresses become links, `@name` calls people, `#12`, `!12` and `GH-12` refer to other pages, `:name:` is an emoji, and a line that
 * begins with `/` is a command. Backslashes do not stop that, code spans do. So words of letters alone stay as they are, and
 * everything else is shown as code. None of these functions ever gives a line break.
 */

/** Names and addresses are longer than this only to do harm. */
const longestName = 254;

/** A name, an address or another value, as code; in a cell of a table use `cell`. */
export function code(text: string): string {
  return spanned(clip(text, longestName));
}

function spanned(text: string): string {
  const shown = visible(text);
  if (shown === "") return "(empty)";
  const fence = "`".repeat(Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** The same in a cell of a table, which a `|` would end even in code. */
export function cell(text: string): string {
  return code(clip(text, longestName).replaceAll("|", codePoint));
}

/**
 * Sentences. What stands between two backticks is code in them already. At most `longest` characters are shown, so that one text does
 * not take the room of all others; it is said where that is not the whole.
 */
export function prose(text: string, longest = 2000): string {
  const whole = text.replace(/\s+/g, " ").trim();
  const shown = clip(whole, longest);
  return escaped(shown) + (shown === whole ? "" : " (shortened; the JSON report has the whole text)");
}

function escaped(text: string): string {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? spanned(part) : words(part, index === 0)))
    .reduce(
      (before, after) => (before.endsWith("`") && after.startsWith("`") ? `${before} ${after}` : before + after),
      "",
    );
}

const letters = String.raw`\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]*)*`;
const number = String.raw`\d{1,6}|\d{1,3}(?:,\d{3})+`;
/** What cannot be anything but a word or a number: no address, no reference, no name of a commit. */
const plain = new RegExp(`^(?:${letters}|${number}|(?:\\p{L}\\.){2,}|[–—·→…])$`, "u");
const commit = /[0-9a-f]{7}/i;
/** A word and the punctuation around it. */
const worded = /^([("'“„‘]*)(.*?)([.,;:!?)"'”’…%]*)$/su;

function words(text: string, first: boolean): string {
  return text
    .split(" ")
    .map((word, index) => {
      if (word === "") return word;
      const [, before = "", core = "", after = ""] = worded.exec(word) ?? [];
      // What would begin a list.
      const listed = first && index === 0 && /^\d+[.)]/.test(core + after);
      return plain.test(core) && !commit.test(core) && !listed
        ? word
        : `${before}${core === "" ? "" : spanned(core)}${after}`;
    })
    .join(" ");
}

function clip(text: string, longest: number): string {
  // Half of a character is none.
  return text.length <= longest ? text : `${text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

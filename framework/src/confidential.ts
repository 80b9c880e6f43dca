import type { PropertyFailure } from "./errors";
import { printable } from "./printable";
import { TextSearch } from "./textSearch";
import type { Values } from "./values";

const mark = "[secret]";

/** Characters that may be base64 of at least four bytes, in the alphabet of headers or of URLs. */
const base64 = /[\w+/-]{6,}/g;

/** Keeps the secrets that this process receives out of every text that the process writes. */
export class Confidential {
  readonly #known = new Set<string>();
  /** Secrets that `#search` does not contain yet. A process without messages never prepares the search. */
  #added: string[] = [];
  readonly #search = new TextSearch();
  /** The secrets in base64. */
  readonly #encoded = new TextSearch();

  constructor() {
    // A text may be redacted twice: first the API's part, then the whole.
    this.#search.add(mark);
  }

  /** Keeps a text out of all messages. Ignores very short texts, because their replacement would garble every message. */
  keep(text: string): void {
    if (text.length <= 3 || this.#known.has(text)) return;
    this.#known.add(text);
    this.#added.push(text);
  }

  /**
   * Returns the text without secrets in any letter case, because an API may respell addresses, and without commands to a
   * terminal or a pipeline. An API may repeat a secret in base64, as a part of another text: `Authorization: Basic`.
   */
  redact(text: string): string {
    for (const secret of this.#added) {
      for (const form of listSpellings(secret)) this.#search.add(foldCase(form));
      for (const form of listEncodings(secret)) this.#encoded.add(form);
    }
    this.#added = [];
    const plain = text.replace(base64, (run) => {
      const isSecret = this.#encoded.findSpans(run.replaceAll("-", "+").replaceAll("_", "/")).length > 0;
      return isSecret ? mark : run;
    });
    let [shown, until] = ["", 0];
    for (const { start, end } of this.#search.findSpans(foldCase(plain))) {
      if (start >= until) shown += plain.slice(until, start) + mark;
      until = Math.max(until, end);
    }
    return printable(shown + plain.slice(until));
  }

  /**
   * Redacts failures. The engine prints the value of the property that a failure names, in its own notation. It prints
   * nothing for a part of a value or for a missing value. So a failure names a property only if its value is plain and not
   * secret.
   */
  redactFailures(
    failures: readonly PropertyFailure[],
    declared: Values,
    secret: ReadonlySet<string>,
  ): readonly PropertyFailure[] {
    return failures.map(({ path, reason }) => {
      const [where, text] = [this.redact(path), this.redact(reason)];
      const shown = !secret.has(path) && ["string", "number", "boolean"].includes(typeof declared[path]);
      if (shown) return { path: where, reason: text };
      return { path: "", reason: where === "" ? text : `${where}: ${text}` };
    });
  }
}

/** Lists the characters that every base64 of a text with this secret contains, for the three positions of the secret in a group of bytes. */
function listEncodings(secret: string): readonly string[] {
  return ["", " ", "  "].map((before) => {
    const bytes = Buffer.from(before + secret);
    // The characters at both ends also encode other bytes.
    return bytes.toString("base64").slice(Math.ceil((before.length * 4) / 3), Math.floor((bytes.length * 4) / 3));
  });
}

/** Lists the spellings of a secret in messages, in paths and queries of URLs and in quotation marks. */
function listSpellings(secret: string): Set<string> {
  const encodeForQuery = (text: string) => new URLSearchParams({ text }).toString().slice("text=".length);
  return new Set([
    secret,
    encodeURIComponent(secret.toWellFormed()).replaceAll("%3A", ":"),
    encodeForQuery(secret),
    // A search in a query escapes apostrophes first.
    encodeForQuery(secret.replaceAll("'", "\\'")),
    JSON.stringify(secret).slice(1, -1),
  ]);
}

/** Returns the text in one letter case. Converts each UTF-16 unit by itself, so that positions in the text stay the same. */
function foldCase(text: string): string {
  return text.replace(/[A-Z]|[^ -~]/g, (unit) => {
    const other = unit.toUpperCase().toLowerCase();
    return other.length === unit.length ? other : unit;
  });
}

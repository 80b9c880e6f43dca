import type { Failure } from "./errors";
import type { Values } from "./values";

/** The secrets that this process has seen, to keep them out of every text that it writes. */
export class Confidential {
  readonly #texts = new Set<string>();
  #pattern: RegExp | undefined;

  /** Very short texts are no secrets, and blanking them out would garble every message. */
  keep(text: string): void {
    if (text.length <= 3 || this.#texts.has(text)) return;
    this.#texts.add(text);
    this.#pattern = undefined;
  }

  /** The text without any secret, however it got there and in whatever case: Peridio spells addresses its own way. */
  redact(text: string): string {
    if (this.#texts.size === 0) return text;
    this.#pattern ??= anyOf([...this.#texts]);
    return text.replace(this.#pattern, "[secret]");
  }

  /**
   * The engine prints, in its own notation, the value that it finds under the property that a failure names: nothing for
   * a part of a value or for one that is missing. So a failure names one only if that is a plain value and no secret.
   */
  redactFailures(failures: readonly Failure[], declared: Values, secret: ReadonlySet<string>): readonly Failure[] {
    return failures.map(({ path, reason }) => {
      const [where, text] = [this.redact(path), this.redact(reason)];
      const shown = !secret.has(path) && ["string", "number", "boolean"].includes(typeof declared[path]);
      if (shown) return { path: where, reason: text };
      return { path: "", reason: where === "" ? text : `${where}: ${text}` };
    });
  }
}

/** The longest first, since one that begins another would leave the rest of it. */
function anyOf(texts: readonly string[]): RegExp {
  const longestFirst = texts
    .flatMap((text) => [text, inQueries(text), inQueries(text.replaceAll("'", "\\'")), inJson(text)])
    .sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "gi");
}

/** As it stands in the query of an address, which logs show: there, a search escapes apostrophes besides. */
function inQueries(text: string): string {
  return new URLSearchParams({ text }).toString().slice("text=".length);
}

/** As it stands between quotation marks in messages. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

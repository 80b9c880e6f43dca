import type { Failure } from "./errors";

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

  /** The engine prints the value of the property that a failure names, so one of a secret property names none. */
  redactFailures(failures: readonly Failure[], secret: ReadonlySet<string>): readonly Failure[] {
    return failures.map(({ path, reason }) => {
      const text = this.redact(reason);
      return secret.has(path) ? { path: "", reason: `${path} ${text}` } : { path: this.redact(path), reason: text };
    });
  }
}

/** The longest first, since one that begins another would leave the rest of it. */
function anyOf(texts: readonly string[]): RegExp {
  const longestFirst = texts.flatMap((text) => [text, inQueries(text)]).sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "gi");
}

/** As it stands in the query of an address, which logs show. */
function inQueries(text: string): string {
  return new URLSearchParams({ text }).toString().slice("text=".length);
}

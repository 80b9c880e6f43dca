import type { Failure } from "./errors";

/** The secrets that this process has seen, to keep them out of every text that it writes. */
export class Confidential {
  readonly #texts = new Set<string>();

  /** Very short texts are no secrets, and blanking them out would garble every message. */
  keep(text: string): void {
    if (text.length > 3) this.#texts.add(text);
  }

  /** The text without any secret, however it got there and in whatever case: Peridio spells addresses its own way. */
  redact(text: string): string {
    return [...this.#texts].reduce((result, secret) => result.replace(literally(secret), "[secret]"), text);
  }

  /** The engine prints the value of the property that a failure names, so one of a secret property names none. */
  redactFailures(failures: readonly Failure[], secret: ReadonlySet<string>): readonly Failure[] {
    return failures.map(({ path, reason }) => {
      const text = this.redact(reason);
      return secret.has(path) ? { path: "", reason: `${path} ${text}` } : { path: this.redact(path), reason: text };
    });
  }
}

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi");
}

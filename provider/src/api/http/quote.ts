/** Prepares a text of Peridio's for a message. */
export type Quote = (text: string) => string;

const longest = 300;

/**
 * One line of at most 300 units, redacted. Redaction comes before the cut, because it would not recognize half a secret.
 */
export function quoting(redact: (text: string) => string): Quote {
  return (text) => {
    const line = redact(text).replace(/\s+/g, " ").trim();
    if (line.length <= longest) return line;
    // Does not cut a surrogate pair.
    return `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
  };
}

/** Makes a text of Peridio's fit to be part of a message. */
export type Quote = (text: string) => string;

const longest = 300;

/**
 * One line of at most 300 units, without what `redact` takes out. A text is redacted before it is cut: of half a secret, nothing
 * would be found.
 */
export function quoting(redact: (text: string) => string): Quote {
  return (text) => {
    const line = redact(text).replace(/\s+/g, " ").trim();
    if (line.length <= longest) return line;
    // Not inside a character of two units.
    return `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
  };
}

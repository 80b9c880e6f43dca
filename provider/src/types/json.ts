/** A token of valid JSON. White space is between tokens. */
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]|[a-z]+/g;

/**
 * Explains what `JSON.parse` would silently lose of a valid JSON text, as the rest of a sentence: a repeated key, or digits of a number
 * beyond 2^53. Returns undefined if nothing is lost.
 */
export function explainLoss(text: string): string | undefined {
  /** The keys of each object that is open; undefined for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [one] of text.matchAll(token)) {
    if (one === "{") open.push(new Set());
    else if (one === "[") open.push(undefined);
    else if (one === "}" || one === "]") open.pop();
    else if (one === ":") {
      const key = String(JSON.parse(last));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return `contains the key ${JSON.stringify(key)} twice`;
      keys?.add(key);
    } else if (/^[-\d]/.test(one)) {
      const value = Number(one);
      if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
        return `contains the number ${one}, which a JSON parser rounds`;
    }
    last = one;
  }
  return undefined;
}

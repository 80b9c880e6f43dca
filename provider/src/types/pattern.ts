/** A pattern in which `*` stands for any characters. */
export interface Pattern {
  /** Reports if the pattern matches the whole text. */
  test(text: string): boolean;
}

/**
 * Reads a pattern. With the flag `i`, it ignores case. A test searches each part between two stars once, at its first place after the
 * part before it: a later place would leave less text for the parts that follow. Its time is therefore at most the product of both lengths.
 */
export function pattern(text: string, flags: "" | "i" = ""): Pattern {
  const fold = flags === "i" ? (one: string) => one.toLowerCase() : (one: string) => one;
  const [start = "", ...parts] = fold(text).split("*");
  const end = parts.pop();
  return {
    test(candidate) {
      const name = fold(candidate);
      if (end === undefined) return name === start;
      if (!name.startsWith(start)) return false;
      let at = start.length;
      for (const part of parts) {
        const found = name.indexOf(part, at);
        if (found === -1) return false;
        at = found + part.length;
      }
      return name.length - end.length >= at && name.endsWith(end);
    },
  };
}

/** Control and format characters, such as those that turn the direction of writing: they let a text look like another. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A text that looks like nothing but what it is: what cannot be seen is told by its number, as `[U+202E]`. */
export function visible(text: string): string {
  return text.replace(
    invisible,
    (one) => `[U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}

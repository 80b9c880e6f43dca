/** Control and format characters, such as those that turn the direction of writing, and blanks that are no space: they let a text look like another. */
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** A text that looks like nothing but what it is: what cannot be seen is told by its number, as `[U+202E]`. */
export function visible(text: string): string {
  return text.replace(invisible, codePoint);
}

/** A character by its number, as `[U+202E]`. */
export function codePoint(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** Control and format characters, such as those that turn the direction of writing, and blanks that are no space. They make a text look like another. */
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** Replaces invisible characters by their numbers, such as `[U+202E]`. */
export function showInvisible(text: string): string {
  return text.replace(invisible, showCodePoint);
}

/** Returns the number of a character, such as `[U+202E]`. */
export function showCodePoint(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

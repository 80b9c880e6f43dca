/** A text from elsewhere, on one line and without what would command a terminal or change the direction of reading. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{FFFD}");
}

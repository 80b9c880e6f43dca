/** Characters that control a terminal, break a line invisibly or reverse the direction of reading, and lone surrogates. */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The positions at which a pipeline's log reads a command: GitHub at the start of a line (`::error::`), GitHub and Azure anywhere (`##[…]`, `##vso[…]`). */
const command = /^([^\S\n]*)(?=::)|(?<=##)(?=\w*\[)/gm;

/** Returns a text that can control neither a terminal nor a pipeline. Keeps the line breaks. */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(unprintable, "\u{FFFD}").replace(command, "$1\\");
}

/** Returns the same text on one line. */
export function printableLine(text: string): string {
  return printable(text.replace(/[\n\t]/g, "\u{FFFD}"));
}

/** Escapes line breaks and tabs as in JSON, so that a name cannot begin another line. */
export function inOneLine(text: string): string {
  return text.replace(/[\n\r\t]/g, (character) => JSON.stringify(character).slice(1, -1));
}

/** The longest list that is printed as a whole. People correct the first mistakes and run again, and logs have limits. */
export const mostPrinted = 100;

/** Returns the last line of a list whose first `mostPrinted` items are printed. Empty if there are no others. */
export function countOthers(list: readonly unknown[]): readonly string[] {
  const others = list.length - mostPrinted;
  return others > 0 ? [`and ${others.toLocaleString("en")} more`] : [];
}

/** Characters that control a terminal, break a line invisibly or turn the direction of reading, and lone surrogates. */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The places where a pipeline's log reads a command: GitHub at the start of a line (`::error::`), GitHub and Azure anywhere (`##[…]`, `##vso[…]`). */
const command = /^([^\S\n]*)(?=::)|(?<=##)(?=\w*\[)/gm;

/** A text from elsewhere, safe to print: it controls neither a terminal nor a pipeline. Its lines stay. */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(unprintable, "\u{FFFD}").replace(command, "$1\\");
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text.replace(/[\n\t]/g, "\u{FFFD}"));
}

/** Line breaks and tabs as JSON spells them, so that a name cannot begin a line of its own. */
export function inOneLine(text: string): string {
  return text.replace(/[\n\r\t]/g, (character) => JSON.stringify(character).slice(1, -1));
}

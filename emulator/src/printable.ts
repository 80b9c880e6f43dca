/** Characters that control a terminal, break a line invisibly or turn the direction of reading, and lone surrogates. */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The places where a pipeline's log reads a command: at the start of a line (`::error::`), or anywhere (`##[…]`, `##vso[…]`). */
const command = /^([^\S\n]*)(?=::)|(?<=##)(?=\w*\[)/gm;

/** A text with names from files and requests, safe to print: it controls neither a terminal nor a pipeline. */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(unprintable, "\u{FFFD}").replace(command, "$1\\");
}

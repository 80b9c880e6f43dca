/** Characters that command a terminal, end a line unseen or turn the direction of reading, and halves of characters. */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Where a pipeline's log reads a command: at the start of a line (`::error::`), or anywhere (`##[…]`, `##vso[…]`). */
const command = /^([^\S\n]*)(?=::)|(?<=##)(?=\w*\[)/gm;

/** A text that holds names from files and requests, safe to print: it commands neither a terminal nor a pipeline. */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(unprintable, "\u{FFFD}").replace(command, "$1\\");
}

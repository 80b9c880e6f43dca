/** Control characters of terminals, invisible line breaks and changes of the reading direction, and lone surrogates. */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Workflow commands of pipelines: at the start of a line (`::error::`) or anywhere (`##[…]`, `##vso[…]`). */
const workflowCommand = /^([^\S\n]*)(?=::)|(?<=##)(?=\w*\[)/gm;

/** Replaces control characters and escapes workflow commands, so that names from files and requests are safe to print. */
export function toPrintable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(unprintable, "\u{FFFD}").replace(workflowCommand, "$1\\");
}

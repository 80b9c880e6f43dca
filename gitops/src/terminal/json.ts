/** Characters that command a terminal, and the mark by which a pipeline's log knows a command anywhere in a line. */
const commanding = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=#)#/gu;

/** A value as JSON that is printable: what could command a terminal or a pipeline is escaped, so that nothing of the value is lost. */
export function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replace(commanding, escaped)}\n`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

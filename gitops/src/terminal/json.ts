/** Characters that control a terminal, and the mark of a pipeline's command anywhere in a line. */
const commanding = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=#)#/gu;

/** A value as JSON in which commands to a terminal or a pipeline are escaped, so that the value stays complete. */
export function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replace(commanding, escaped)}\n`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** Formats a number, such as `2,000`. */
export function formatNumber(count: number): string {
  return count.toLocaleString("en");
}

/** Formats a number of things: `1 person`, `2,000 people`. The plural of most words is the default: `2 days`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/** Stands for a person without access. */
export const noAccess = "no access";

/** Stands for a person who may have access that the review does not know. */
export const noKnownAccess = "no known access";

/** Stands for people that no stack declares. */
export const perhapsOthers = "perhaps others that no stack declares";

/** Counts people without an address in the review. */
export function formatHiddenPeople(count: number): string {
  return formatCount(count, "person with a hidden address", "people with hidden addresses");
}

/** Lists the first `most` items and the number of the others: `a, b and 2 more`. */
export function listFirst(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(", ");
  return items.length > most ? `${shown} and ${formatNumber(items.length - most)} more` : shown;
}

/** Joins words: `a`, `a or b`, `a, b or c`. */
export function joinOr(words: readonly string[]): string {
  return join(words, "or");
}

/** Joins words: `a`, `a and b`, `a, b and c`. */
export function joinAnd(words: readonly string[]): string {
  return join(words, "and");
}

function join(words: readonly string[], last: string): string {
  const rest = words.slice(0, -1);
  return [...(rest.length > 0 ? [rest.join(", ")] : []), ...words.slice(-1)].join(` ${last} `);
}

/** The words that sentences use for values and for people. A name that is such a word is in quotes. */
const reserved: ReadonlySet<string> = new Set([
  ...["none", "all", "any", "everyone", "nobody", "never", "unlimited", "secret", "unclear", "hidden", "required"],
  ...["enabled", "disabled", "on", "off", "not"],
]);

/** Returns a name or a value for a sentence: in quotes, unless it is one plain word, so that it cannot look like the sentence. */
export function quoteName(name: string): string {
  const isPlain = /^[\p{L}\p{N}*@_./-]([\p{L}\p{N}_.@*+/:?&=%#~-]*[\p{L}\p{N}*/_-])?$/u.test(name);
  return isPlain && !reserved.has(name.toLowerCase()) ? name : JSON.stringify(name);
}

/** Returns a title or an effect for the middle of a sentence. */
export function lowerWords(words: string): string {
  return words.toLowerCase();
}

/** Compares in code units, the same on every machine. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Begins a text with a capital letter. */
export function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Returns the end of access in words: `2027-01-31`, `2027-01-31 08:00 UTC`. */
export function formatEnd(end: string): string {
  return end.replace(/^(\S+)T(\S+)Z$/, "$1 $2 UTC");
}

/** Returns the end of access: `until 2027-01-31, then viewer`, `until an unknown day`; undefined for none. */
export function describeLastDay(day: string | undefined, afterwards?: string): string | undefined {
  if (day === undefined) return undefined;
  const end = day === "unknown" ? "an unknown day" : day === "secret" ? "a secret day" : formatEnd(day);
  const role = afterwards === "unknown" || afterwards === "secret" ? `${afterwards} role` : afterwards;
  return `until ${end}${role === undefined ? "" : `, then ${role}`}`;
}

/** Writes access before and after a change; only once if it is equal, as in a row with a risk. */
export function formatCourse({ before, after }: { readonly before: string; readonly after: string }): string {
  return before === after ? `${before}, unchanged` : `${before} → ${after}`;
}

import { badQuery } from "../errors";

/** What a search key holds, which decides its operators and how its values are written. */
export type KeyKind = "text" | "exact" | "boolean" | "moment";

type Operator = ":" | "~" | "-" | "<" | "<=" | ">" | ">=";

const operators: Readonly<Record<KeyKind, readonly Operator[]>> = {
  text: [":", "~", "-"],
  exact: [":"],
  boolean: [":"],
  moment: [":", ">", ">=", "<", "<="],
};

const quoted = /^'((?:\\'|[^'\\]|\\(?!'))*)'/;
const condition = /^([a-z_]+)(<=|>=|[:~<>-])/;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** The keys by which a list may be searched. */
export type SearchKeys = Readonly<Partial<Record<string, KeyKind>>>;

/**
 * The filter that a `search` parameter means: one to five `<key><operator><value>` with `and` between them.
 * @throws Refusal (400) if it does not parse, names an unknown key, or uses an operator that the key does not allow.
 */
export function parseSearch(text: string, keys: SearchKeys): (row: object) => boolean {
  const conditions: ((row: object) => boolean)[] = [];
  let rest = text;
  do {
    const [head, key = "", written] = condition.exec(rest) ?? fail();
    const kind = (Object.hasOwn(keys, key) ? keys[key] : undefined) ?? fail();
    const operator = operators[kind].find((allowed) => allowed === written) ?? fail();
    const { value, length } = parseValue(rest.slice(head.length), kind);
    conditions.push((row) => compare(Reflect.get(row, key), operator, value));
    rest = rest.slice(head.length + length);
    const and = /^ +and +/.exec(rest);
    if (and === null) break;
    rest = rest.slice(and[0].length);
  } while (conditions.length < 5);
  if (rest !== "") fail();
  return (row) => conditions.every((holds) => holds(row));
}

function parseValue(text: string, kind: KeyKind): { value: string | boolean; length: number } {
  if (kind === "boolean") {
    const [word] = /^(true|false)(?= |$)/.exec(text) ?? fail();
    return { value: word === "true", length: word.length };
  }
  const [all, inside = ""] = quoted.exec(text) ?? fail();
  if (kind === "moment" && !(moment.test(inside) && Date.parse(inside) >= 0)) fail();
  return { value: inside.replaceAll("\\'", "'"), length: all.length };
}

function compare(actual: unknown, operator: Operator, wanted: string | boolean): boolean {
  if (operator === ":") return actual === wanted;
  // A value that is null matches no condition.
  if (typeof actual !== "string" || typeof wanted !== "string") return false;
  switch (operator) {
    case "~":
      return actual.includes(wanted);
    case "-":
      return actual.toLowerCase().includes(wanted.toLowerCase());
    // Moments are compared as texts: their one format sorts by time.
    case "<":
      return actual < wanted;
    case "<=":
      return actual <= wanted;
    case ">":
      return actual > wanted;
    case ">=":
      return actual >= wanted;
  }
}

function fail(): never {
  throw badQuery("search");
}

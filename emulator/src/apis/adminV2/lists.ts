import { createCursors, type Cursors, findFirstAbove, type Sequenced } from "../../contract/cursors";
import { badParameter } from "../../contract/errors";

/** The validated query parameters of a list. */
export interface ListQuery {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly search?: string;
  readonly page?: string;
}

export interface Page<Row> {
  readonly data: readonly Row[];
  readonly next_page: string | null;
}

/** A list that can be searched and read page by page. */
export interface Listing<Row, Shown> {
  /** Distinguishes lists, so that a cursor of another list is rejected. */
  readonly name: string;
  /** In the order of `sequence`. */
  readonly rows: readonly Row[];
  readonly show: (row: Row) => Shown;
  readonly keys: SearchKeys;
}

/**
 * Returns one page. A cursor names a row, not an offset: rows that appear or disappear between two requests are neither
 * repeated nor lost. Without a search, the cost does not depend on the length of the list.
 */
export function paginate<Row extends Sequenced, Shown extends object>(
  { name, rows, show, keys }: Listing<Row, Shown>,
  query: ListQuery,
): Page<Shown> {
  const matches = query.search === undefined ? () => true : parseSearch(query.search, keys);
  const { limit, order, search = null } = query;
  const cursors = createCursors(name, limit, order, search);
  const step = query.order === "asc" ? 1 : -1;
  const data: Shown[] = [];
  let last = 0;
  for (let at = findStart(rows, query, cursors); ; at += step) {
    const row = rows[at];
    if (row === undefined) return { data, next_page: null };
    const shown = show(row);
    if (!matches(shown)) continue;
    if (data.length === query.limit) return { data, next_page: cursors.encode(last) };
    data.push(shown);
    last = row.sequence;
  }
}

function findStart(rows: readonly Sequenced[], query: ListQuery, cursors: Cursors): number {
  if (query.page === undefined) return query.order === "asc" ? 0 : rows.length - 1;
  const after = cursors.decode(query.page);
  if (after === undefined) throw badParameter("query", "page");
  return query.order === "asc" ? findFirstAbove(rows, after) : findFirstAbove(rows, after - 1) - 1;
}

/** The kind of a search key's values: it determines the operators and the syntax. */
export type KeyKind = "text" | "exact" | "boolean" | "moment";

type Operator = ":" | "~" | "-" | "<" | "<=" | ">" | ">=";

const operators: Readonly<Record<KeyKind, readonly Operator[]>> = {
  text: [":", "~", "-"],
  exact: [":"],
  boolean: [":"],
  moment: [":", ">", ">=", "<", "<="],
};

const quotedValue = /^'((?:\\'|[^'\\]|\\(?!'))*)'/;
const condition = /^([a-z_]+)(<=|>=|[:~<>-])/;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** The search keys of a list. */
export type SearchKeys = Readonly<Partial<Record<string, KeyKind>>>;

/**
 * Parses a `search` parameter: one to five conditions `<key><operator><value>`, joined by `and`.
 * @throws ApiError (400) for a syntax error, an unknown key, or an operator that the key does not allow
 */
export function parseSearch(text: string, keys: SearchKeys): (row: object) => boolean {
  const conditions: ((row: object) => boolean)[] = [];
  let rest = text;
  do {
    const [head, key = "", symbol] = condition.exec(rest) ?? rejectSearch();
    const kind = (Object.hasOwn(keys, key) ? keys[key] : undefined) ?? rejectSearch();
    const operator = operators[kind].find((allowed) => allowed === symbol) ?? rejectSearch();
    const { value, length } = parseValue(rest.slice(head.length), kind);
    conditions.push((row) => matchesCondition(Reflect.get(row, key), operator, value));
    rest = rest.slice(head.length + length);
    const and = /^ +and +/.exec(rest);
    if (and === null) break;
    rest = rest.slice(and[0].length);
  } while (conditions.length < 5);
  if (rest !== "") rejectSearch();
  return (row) => conditions.every((matches) => matches(row));
}

function parseValue(text: string, kind: KeyKind): { value: string | boolean; length: number } {
  if (kind === "boolean") {
    const [word] = /^(true|false)(?= |$)/.exec(text) ?? rejectSearch();
    return { value: word === "true", length: word.length };
  }
  const [all, inside = ""] = quotedValue.exec(text) ?? rejectSearch();
  if (kind === "moment" && !(moment.test(inside) && Date.parse(inside) >= 0)) rejectSearch();
  return { value: inside.replaceAll("\\'", "'"), length: all.length };
}

function matchesCondition(actual: unknown, operator: Operator, expected: string | boolean): boolean {
  if (operator === ":") return actual === expected;
  // Null matches no condition.
  if (typeof actual !== "string" || typeof expected !== "string") return false;
  switch (operator) {
    case "~":
      return actual.includes(expected);
    case "-":
      return actual.toLowerCase().includes(expected.toLowerCase());
    // Timestamps sort by time as text.
    case "<":
      return actual < expected;
    case "<=":
      return actual <= expected;
    case ">":
      return actual > expected;
    case ">=":
      return actual >= expected;
  }
}

function rejectSearch(): never {
  throw badParameter("query", "search");
}

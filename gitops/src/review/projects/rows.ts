import { canonicalizeEmail } from "#provider";
import { describeReason, describeReasons, listGroups, type Reason } from "../../access/reasons";
import { groupBy, splitList } from "../../grouping";
import { sortRisks } from "../../risks";
import { compareTexts, joinAnd, quoteName } from "../../wording";
import type { Place, SettingRow } from "../shown";
import { type Outcome, outcomes, type PlacedRow, type Row } from "./outcomes";
import { computeDigest } from "../../digest";

// Merges rows about groups, projects and cohorts that differ only in the person, the object or the list of groups, because a change can
// concern thousands of people.

/** The maximum number of characters of addresses in one row, because a comment on a pull request shortens long texts. */
const longestNames = 1200;
/** The maximum number of objects in one row. */
const mostObjects = 5;

/** The maximum number of rows with different lists of groups for one change of one object. More of them share a row, which names all groups. */
const mostLists = 5;

/**
 * Merges rows: first the access that people get or lose by joining or leaving groups, then many lists of groups, then the people
 * with the same change of an object, then the objects with the same people. Outsiders never share a row with others.
 */
export function mergeRows(
  organization: string,
  rows: readonly PlacedRow[],
  isOutsider: (email: string) => boolean,
): readonly SettingRow[] {
  const outside = new Set([...new Set(rows.flatMap(({ emails = [] }) => emails))].filter(isOutsider));
  const separated = foldAccess(rows).flatMap((row) => separateOutsiders(row, outside));
  const perObject = [
    ...groupBy(
      joinGroups(separated),
      createRowKey(({ detail }) => detail),
    ).values(),
  ].flatMap((own) => {
    const [first] = own;
    const [emails, shows] = [[...new Set(own.flatMap((row) => row.emails))].sort(), joinPlaces(own)];
    return splitAddresses(emails).map((part) => ({
      ...first,
      emails: part,
      shows,
    }));
  });
  const byPeople = groupBy(perObject, ({ outcome, detail, digest, emails }) =>
    joinKey(outcome, detail, digest, ...emails),
  );
  return [...byPeople.values()].flatMap(([first, ...others]) => {
    const objects = [first, ...others].map(({ object }) => object).sort();
    const shows = joinPlaces([first, ...others]);
    const { risks, describe, property }: Outcome = outcomes[first.outcome];
    const { emails, detail = "", outsiders, digest } = first;
    const named = `${outsiders ? (emails.length === 1 ? "the outsider " : "the outsiders ") : ""}${emails.join(", ")}`;
    return splitList(objects, mostObjects).map((part): SettingRow => {
      const setting = part.join(", ");
      return {
        organization,
        section: "projects",
        setting,
        ...(property !== undefined && { property }),
        words: describe(setting, named, detail),
        ...(emails.length > 0 && { people: [...emails] }),
        ...(outsiders && { outsiders }),
        ...(digest !== undefined && { digest }),
        risks: sortRisks(risks),
        shows,
      };
    });
  });
}

/** The changes of a group that explain a change of access. */
const explaining: Readonly<Partial<Record<Row["outcome"], readonly Row["outcome"][]>>> = {
  grants: ["joins", "invites"],
  includes: ["joins", "invites"],
  revokes: ["leaves", "uninvites"],
};

/** The part of a row that concerns only outsiders, or only other people. */
interface Part extends Omit<PlacedRow, "emails"> {
  readonly emails: readonly string[];
  readonly outsiders: boolean;
}

function joinPlaces(rows: readonly Pick<PlacedRow, "shows">[]): readonly Place[] {
  const [first = [], ...others] = new Set(rows.map(({ shows }) => shows));
  return others.length === 0 ? first : [first, ...others].flat();
}

function separateOutsiders(row: PlacedRow, outside: ReadonlySet<string>): readonly Part[] {
  const { emails = [] } = row;
  const outsiders = outside.size === 0 ? [] : emails.filter((email) => outside.has(email));
  if (outsiders.length === 0) return [{ ...row, emails, outsiders: false }];
  const others = emails.filter((email) => !outside.has(email));
  return [
    { ...row, emails: outsiders, outsiders: true },
    ...(others.length === 0 ? [] : [{ ...row, emails: others, outsiders: false }]),
  ];
}

/** Joins the rows of people who get or lose access to one object through too many different lists of groups. */
function joinGroups(rows: readonly Part[]): readonly Part[] {
  const isOther = (reason: Reason) => !("group" in reason);
  const describeOthers = ({ reasons = [] }: Part) =>
    reasons.some(isOther) ? describeReasons(reasons.filter(isOther)) : "";
  const hasGroups = ({ reasons = [] }: Part) => reasons.some((reason) => !isOther(reason));
  const changes = groupBy(
    rows,
    createRowKey((row) => (hasGroups(row) ? describeOthers(row) : undefined)),
  );
  return [...changes.values()].flatMap((own): readonly Part[] => {
    const [first] = own;
    const lists = groupBy(own, ({ detail = "" }) => detail);
    if (!hasGroups(first) || lists.size <= mostLists) return own;
    const groups = new Set([...lists.values()].flatMap(([{ reasons = [] }]) => reasons.filter((one) => !isOther(one))));
    const words = [...new Set([...groups].map(describeReason))].sort(compareTexts);
    const either = `each for one or more of these reasons: ${words.join(", ")}`;
    const others = describeOthers(first);
    const exact = [...lists].map(([detail, same]) =>
      JSON.stringify([detail, same.flatMap(({ emails }) => emails).sort()]),
    );
    return [
      {
        ...first,
        emails: own.flatMap(({ emails }) => emails),
        shows: joinPlaces(own),
        detail: others === "" ? either : `${others}, and ${either}`,
        digest: computeDigest(exact.sort().join("\n")),
      },
    ];
  });
}

/** Names the access that people get or lose only by joining or leaving groups in the rows of these groups. */
function foldAccess(rows: readonly PlacedRow[]): readonly PlacedRow[] {
  const outcomesOfGroups = new Set(Object.values(explaining).flat());
  const isExplaining = ({ outcome }: Row) => outcomesOfGroups.has(outcome);
  const createKey = ({ object, outcome }: Pick<Row, "object" | "outcome">, email: string) =>
    joinKey(object, canonicalizeEmail(email), outcome);
  const objects = new Map(
    rows
      .filter(isExplaining)
      .flatMap((row) => (row.emails ?? []).map((email) => [createKey(row, email), new Map<string, PlacedRow>()])),
  );
  if (objects.size === 0) return rows;
  const findObjects = (row: Row, group: string, email: string) =>
    (explaining[row.outcome] ?? [])
      .map((outcome) => objects.get(createKey({ object: `group ${quoteName(group)}`, outcome }, email)))
      .find((found) => found !== undefined);
  const isFolded = (row: PlacedRow, email: string) => {
    const through = listGroups(row.reasons ?? []).map((group) => findObjects(row, group, email));
    if (through.length === 0 || through.includes(undefined)) return false;
    for (const found of through) found?.set(row.object, row);
    return true;
  };
  const kept = rows.flatMap((row): readonly PlacedRow[] => {
    if (row.reasons === undefined || row.emails === undefined) return [row];
    const emails = row.emails.filter((email) => !isFolded(row, email));
    return emails.length === 0 ? [] : [{ ...row, emails }];
  });
  return kept.flatMap((row): readonly PlacedRow[] => {
    if (!isExplaining(row) || row.emails === undefined) return [row];
    return row.emails.map((email) => {
      const found = objects.get(createKey(row, email)) ?? new Map<string, PlacedRow>();
      return {
        ...row,
        emails: [email],
        ...(found.size > 0 && { detail: joinAnd([...found.keys()].sort()) }),
        shows: joinPlaces([row, ...found.values()]),
      };
    });
  });
}

/** Splits addresses into parts with at most `longestNames` characters, if an address alone is not longer. An empty list is one part. */
function splitAddresses(emails: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  let size = 0;
  for (const email of emails) {
    // With a comma and a space.
    size += email.length + 2;
    const last = parts.at(-1);
    if (size <= longestNames || last?.length === 0) last?.push(email);
    else {
      parts.push([email]);
      size = email.length + 2;
    }
  }
  return parts;
}

/**
 * Returns a function for the key of a change of an object and the text that `select` returns. A number stands for each text, because
 * reasons are long.
 */
function createRowKey(select: (row: Part) => string | undefined): (row: Part) => string {
  const numbers = new Map<string | undefined, number>();
  const getNumber = (text: string | undefined) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  return (row) => `${getNumber(row.object)} ${row.outcome} ${getNumber(select(row))} ${String(row.outsiders)}`;
}

/** Returns one text for several, with their lengths, so that different lists differ. */
function joinKey(...texts: readonly (string | undefined)[]): string {
  let key = "";
  for (const text of texts) key += text === undefined ? "-" : `${text.length}:${text}`;
  return key;
}

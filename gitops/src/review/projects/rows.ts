import { createHash } from "node:crypto";
import { canonicalizeEmail } from "#provider";
import { describeReason, describeReasons, listGroups, type Reason } from "../../access/reasons";
import { groupBy } from "../../grouping";
import { type Risk, sortRisks } from "../../risks";
import { compareTexts, joinAnd, quoteName } from "../../wording";
import type { Place, SettingRow } from "../shown";

const undeclaredMembers = "No stack declares the members of this group.";

const gaining = (access: string) => (access === "" ? "" : `, with access to ${access}`);
const losing = (access: string) => (access === "" ? "" : `, and lose access to ${access}`);

function describeRemaining(projects: string, people: string, reasons: string): string {
  return `Access to ${projects} remains for ${people}: ${reasons}.`;
}

/** The kinds of rows. Each has its words and risks. */
const outcomes = {
  hidden: { risks: ["hidden"], describe: (projects) => `The preview hides who has access to ${projects}.` },
  opens: {
    risks: ["opensProject"],
    describe: (projects) => `Everyone in the organization gets access to ${projects}.`,
  },
  // A person reaches a cohort only together with its project.
  opensCohort: {
    risks: ["opensProject"],
    describe: (cohorts) => `Everyone with access to the project gets access to ${cohorts}.`,
  },
  closes: { risks: [], describe: (projects) => `Open to everyone before, but not after: ${projects}.` },
  // Access rules select groups by name. Nobody gets or loses access.
  renames: { property: "name", risks: [], describe: (objects, _, name) => `Renamed: ${objects} to ${name}.` },
  imports: {
    risks: ["acceptsDrift"],
    describe: (objects) => `Imported without changes: ${objects}.`,
  },
  hidesFormer: {
    risks: ["hidden"],
    describe: (object) =>
      `The preview hides what the program declared for ${object} at the last update, so a change outside Pulumi may remain.`,
  },
  // Access rules select groups and cohorts by name.
  acceptsName: {
    property: "name",
    risks: ["acceptsDrift"],
    describe: (object, _, change) =>
      `The program accepts that the name of ${object} changed outside Pulumi: ${change}.`,
  },
  acceptsDescription: {
    property: "description",
    risks: ["acceptsDrift"],
    describe: (object, _, change) =>
      `The program accepts that the description of ${object} changed outside Pulumi: ${change}.`,
  },
  importsChanged: {
    risks: ["acceptsDrift"],
    describe: (objects) => `Imported, and changed: ${objects}.`,
  },
  acceptsJoins: {
    risks: ["acceptsDrift", "grantsAccess"],
    describe: (group, people, access) =>
      `The program accepts that ${people} joined ${group} outside Pulumi${gaining(access)}.`,
  },
  acceptsLeaves: {
    risks: ["acceptsDrift", "revokesAccess"],
    describe: (group, people) => `The program accepts that ${people} left ${group} outside Pulumi.`,
  },
  acceptsInvitation: {
    risks: ["acceptsDrift", "grantsAccess"],
    describe: (group, people) =>
      `The program accepts an invitation made outside Pulumi, by which ${people} will join ${group}.`,
  },
  acceptsGrants: {
    risks: ["acceptsDrift", "grantsAccess"],
    describe: (projects, people) => `The program accepts a grant for ${projects} made outside Pulumi: ${people}.`,
  },
  acceptsGroup: {
    risks: ["acceptsDrift", "grantsAccess"],
    describe: (projects, _, group) =>
      `The program accepts a grant for ${projects} to group ${group}, made outside Pulumi.`,
  },
  acceptsRevocations: {
    risks: ["acceptsDrift", "revokesAccess"],
    describe: (projects, people) => `The program accepts that grants for ${projects} ended outside Pulumi: ${people}.`,
  },
  acceptsGroupRevocation: {
    risks: ["acceptsDrift", "revokesAccess"],
    describe: (projects, _, group) =>
      `The program accepts that a grant for ${projects} to group ${group} ended outside Pulumi.`,
  },
  acceptsOpening: {
    risks: ["acceptsDrift", "opensProject"],
    describe: (projects) => `The program accepts that ${projects} was opened to everyone outside Pulumi.`,
  },
  acceptsClosing: {
    risks: ["acceptsDrift"],
    describe: (projects) => `The program accepts that ${projects} was closed outside Pulumi.`,
  },
  begins: { risks: [], describe: (objects) => `Created: ${objects}.` },
  // Later reviews do not show who is in the group, or who has a grant.
  beginsUndeclared: { risks: [], describe: (objects) => `Created without declared members or grants: ${objects}.` },
  deletes: { risks: ["deletesProject"], describe: (projects) => `Deleted, with all access: ${projects}.` },
  ends: { risks: ["revokesAccess"], describe: (groups) => `Deleted, with all access: ${groups}.` },
  grantsGroup: {
    risks: ["grantsAccess"],
    describe: (projects, _, group) => `Group ${group} gets access to ${projects}. ${undeclaredMembers}`,
  },
  revokesGroup: {
    risks: ["revokesAccess"],
    describe: (projects, _, group) => `Group ${group} loses access to ${projects}. ${undeclaredMembers}`,
  },
  // An update revokes all undeclared grants when a program starts to declare `access`.
  endsGrants: {
    risks: ["revokesAccess"],
    describe: (projects) =>
      `The program starts to declare \`access\` of ${projects}, so the update revokes the grants that no stack declares.`,
  },
  // Peridio keeps the grants, and later reviews do not show them.
  endsManagement: {
    risks: ["dropsPolicy"],
    describe: (projects) =>
      `Access to ${projects} is no longer declared. Peridio keeps the grants, and later reviews do not show them.`,
  },
  hidesName: {
    property: "name",
    risks: ["hidden"],
    describe: (objects) => `The preview hides the name of ${objects}.`,
  },
  // Everyone in the organization can read a description.
  hidesDescription: {
    property: "description",
    risks: ["hidden"],
    describe: (objects) => `The preview hides the description of ${objects}.`,
  },
  describes: {
    property: "description",
    risks: [],
    describe: (objects, _, change) => `Description of ${objects}: ${change}.`,
  },
  grants: {
    risks: ["grantsAccess"],
    describe: (projects, people, reasons) => `Access to ${projects} for ${people}: ${reasons}.`,
  },
  // A new member has access to all open projects, and is among the access changes.
  includes: {
    risks: [],
    describe: (projects, people, reasons) => `Access to ${projects} for ${people}: ${reasons}.`,
  },
  revokes: {
    risks: ["revokesAccess"],
    describe: (projects, people, reasons) => `No more access to ${projects} for ${people} (before: ${reasons}).`,
  },
  // A group whose members no stack declares, or an undeclared grant, may give access too.
  revokesKnown: {
    risks: ["revokesAccess"],
    describe: (projects, people, reasons) =>
      `The known access to ${projects} ends for ${people} (before: ${reasons}). Grants or group members that no stack declares may give access.`,
  },
  grantsWithoutEffect: {
    risks: ["grantsAccess"],
    describe: (projects, people, reasons) => `A grant for ${projects} has no effect for ${people}: ${reasons}.`,
  },
  // A person who joins the group later gets the access.
  grantsIdleGroup: {
    risks: ["grantsAccess"],
    describe: (projects, _, group) => `Group ${group} gets a grant for ${projects}. No access changes.`,
  },
  revokesIdleGroup: {
    risks: [],
    describe: (projects, _, group) => `Group ${group} loses a grant for ${projects}. No access changes.`,
  },
  revokesWithoutEffect: {
    risks: [],
    describe: (projects, people, reasons) =>
      `A grant for ${projects} that had no effect ends for ${people} (before: ${reasons}).`,
  },
  moves: { risks: [], describe: describeRemaining },
  // Another grant can outlast the present reason for the access.
  addsGrant: { risks: ["grantsAccess"], describe: describeRemaining },
  hidesMembers: { risks: ["hidden"], describe: (group) => `The preview hides who joins or leaves ${group}.` },
  hidesImportedMembers: { risks: ["hidden"], describe: (group) => `The preview hides who is in ${group}.` },
  hidesInvitation: {
    risks: ["hidden"],
    describe: (_, people) => `The preview hides the group of the invitation for ${people}.`,
  },
  hidesInvitations: {
    risks: ["hidden"],
    describe: (resource) => `The preview hides who joins which group by accepting an invitation: ${resource}.`,
  },
  invites: {
    risks: ["grantsAccess"],
    describe: (group, people, access) => `Join ${group} by accepting an invitation: ${people}${gaining(access)}.`,
  },
  uninvites: {
    risks: ["revokesAccess"],
    describe: (group, people, access) =>
      `No longer join ${group} by accepting an invitation: ${people}${losing(access)}.`,
  },
  // If the person leaves and gets a new invitation, the person joins the group.
  invitesWithoutEffect: {
    risks: ["grantsAccess"],
    describe: (group, people) =>
      `Declared to join ${group} by an invitation, which has no effect for members: ${people}.`,
  },
  uninvitesWithoutEffect: {
    risks: [],
    describe: (group, people) =>
      `No longer declared to join ${group} by an invitation, which had no effect for members: ${people}.`,
  },
  joins: {
    risks: ["grantsAccess"],
    describe: (group, people, access) => `Join ${group}: ${people}${gaining(access)}.`,
  },
  // Peridio keeps the grants that a program stops declaring, and no preview shows them.
  mayReach: {
    risks: ["grantsAccess"],
    describe: (projects, people, group) =>
      `Group ${group} may give ${people} access to ${projects}, whose grants no stack declares.`,
  },
  leaves: {
    risks: ["revokesAccess"],
    describe: (group, people, access) => `Leave ${group}: ${people}${losing(access)}.`,
  },
  endsMembersManagement: {
    risks: ["dropsPolicy"],
    describe: (group) =>
      `Members of ${group} are no longer declared. Peridio keeps them, and later reviews do not show them.`,
  },
  endsMembers: {
    risks: ["revokesAccess"],
    describe: (group) => `Leave ${group}: all members that no stack declared.`,
  },
} as const satisfies Readonly<Record<string, Outcome>>;

interface Outcome {
  /** The property that the row shows. Rows about access, or about a whole object, have none. */
  readonly property?: "name" | "description";
  readonly risks: readonly Risk[];
  readonly describe: (objects: string, people: string, detail: string) => string;
}

/** A change of the access of some people to one object, or of the access of nobody in particular. */
export interface Row {
  /** The object in words, such as `project firmware`. */
  readonly object: string;
  readonly outcome: keyof typeof outcomes;
  /** Undefined if the row names nobody. */
  readonly emails?: readonly string[];
  /** The reasons, the name of a group, the new name, or the objects to which a group gives access. */
  readonly detail?: string;
  /** The reasons for which the people get or lose the access. */
  readonly reasons?: readonly Reason[];
  /** The digest of the reasons of each person, if `detail` does not contain them. */
  readonly digest?: string;
}

/** A row, and the places of all resources that declare its object. */
export type PlacedRow = Row & { readonly shows: readonly Place[] };

/** The most characters of addresses in one row, because a comment on a pull request shortens long texts. */
const longestNames = 1200;
/** The most objects in one row. */
const mostObjects = 5;

/** The different lists of groups that rows show for one change of one object. More of them share a row, which names all groups. */
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
    return splitList(emails, longestNames, ({ length }) => length + 2).map((part) => ({
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
    return splitList(objects, mostObjects, () => 1).map((part): SettingRow => {
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

/** The part of a row that concerns only outsiders, or nobody outside. */
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
        digest: createHash("sha256").update(exact.sort().join("\n")).digest("hex"),
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

/** Splits a list into parts whose items have at most `most` together. An empty list is one part. */
function splitList(
  list: readonly string[],
  most: number,
  measure: (item: string) => number,
): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  let size = 0;
  for (const item of list) {
    size += measure(item);
    const last = parts.at(-1);
    if (size <= most || last?.length === 0) last?.push(item);
    else {
      parts.push([item]);
      size = measure(item);
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

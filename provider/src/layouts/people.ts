import type { Role } from "../api";
import { named, formatPath } from "#framework";
import { key } from "../roster/declaration";
import { contradictions, groupsOf, type Place, together } from "./groups";
import { type Mistake, createMistake, type ParsedDocument, findClosest, suggest } from "#framework/documents";
import { entriesIn } from "./peopleKeys";
import { grant } from "./schema";
import type { Statement } from "./statements";
import { strayKey } from "./strayKeys";

/** Who may do what, as all parts say it together. */
export interface People {
  /** Roles by e-mail address, sorted, of those whose last day has not passed. */
  membersOf(organization: string): Readonly<Record<string, Role>>;
  /** The last days by e-mail address, sorted, of those who have one, even if it has passed. */
  lastDaysIn(organization: string): Readonly<Record<string, string>>;
  /** What gives that person a role. */
  statementOf(organization: string, email: string): Statement | undefined;
  /** Those who were admins until a day that has passed. */
  endedAdmins(organization: string): readonly { readonly email: string; readonly until: string }[];
  /** Whether a mistake hides who is in it. */
  isUncertain(organization: string): boolean;
  readonly mistakes: readonly Mistake[];
  /** Whether a path leads to what stands in the wrong place, so that nothing else is to be said of it. */
  isStray(path: string): boolean;
}

/** What the rest of the layout says. */
interface Surroundings {
  readonly organizations: ReadonlySet<string>;
  readonly today: string;
  /** Whether every part could be read. */
  readonly complete: boolean;
}

export function peopleOf(
  parts: readonly ParsedDocument[],
  statements: readonly Statement[],
  around: Surroundings,
): People {
  const { mistakes, strays, uncertain, said } = saidOfPeople(parts, statements, around);
  const lasts = ({ until }: Place) => until === undefined || until >= around.today;
  const resolved = new Map<string, readonly Place[]>();
  for (const [organization, { own, byGroup }] of said) {
    const others = byGroup.filter(({ email }) => !own.has(key(email)));
    const contradictory = contradictions(others.filter(lasts));
    mistakes.push(...contradictory);
    if (contradictory.length > 0) uncertain.add(organization);
    const all = [...own.values(), ...together(others)];
    resolved.set(
      organization,
      all.sort((a, b) => (key(a.email) < key(b.email) ? -1 : 1)),
    );
  }
  const placesIn = (organization: string) => resolved.get(organization) ?? [];
  const reasons = new Map(
    [...resolved].map(([organization, places]) => [organization, new Map(places.map(({ email, by }) => [email, by]))]),
  );

  return {
    membersOf: (organization) =>
      Object.fromEntries(
        placesIn(organization)
          .filter(lasts)
          .map(({ email, role }) => [email, role]),
      ),
    lastDaysIn: (organization) =>
      Object.fromEntries(
        placesIn(organization).flatMap(({ email, until }) => (until === undefined ? [] : [[email, until] as const])),
      ),
    statementOf: (organization, email) => reasons.get(organization)?.get(email),
    endedAdmins: (organization) =>
      placesIn(organization).flatMap(({ email, role, until }) =>
        role === "admin" && until !== undefined && until < around.today ? [{ email, until }] : [],
      ),
    isUncertain: (organization) => uncertain.has(organization),
    mistakes,
    isStray: (path) =>
      strays.has(path) || [...path.matchAll(/[.[]/g)].some(({ index }) => strays.has(path.slice(0, index))),
  };
}

interface Said {
  readonly mistakes: Mistake[];
  /** The paths of keys that are no organizations and belong elsewhere. */
  readonly strays: ReadonlySet<string>;
  /** The organizations about whose people a mistake says something, nobody knows what. */
  readonly uncertain: Set<string>;
  /** The places in each organization: those of people by address, and those that groups give. */
  readonly said: ReadonlyMap<string, Places>;
}

interface Places {
  readonly own: Map<string, Place>;
  readonly byGroup: Place[];
}

function nobody(): Places {
  return { own: new Map(), byGroup: [] };
}

function saidOfPeople(
  parts: readonly ParsedDocument[],
  statements: readonly Statement[],
  { organizations, complete }: Surroundings,
): Said {
  const groups = groupsOf(statements);
  const strangers = new Set<string>();
  const mistakes = parts.flatMap((part) => entriesIn(part, groups, complete, strangers));
  const strays = new Set<string>();
  const uncertain = new Set<string>();
  const said = new Map([...organizations].map((name) => [name, nobody()]));
  const places = statements.filter(({ path }) => path[0] === "people" && path.length === 3);
  const namings = new Map<string, number>();
  for (const { path } of places) namings.set(String(path[2]), (namings.get(String(path[2])) ?? 0) + 1);
  const names = named([...organizations]);
  for (const by of places) {
    const [who, organization] = [String(by.path[1]), String(by.path[2])];
    const there = said.get(organization);
    if (there === undefined) {
      const stray = strayKey(by, organizations);
      if (stray === undefined) uncertain.add(findClosest(organization, organizations) ?? "");
      else {
        strays.add(formatPath(by.path));
      }
      const reason = stray ?? unknown(organization, organizations, names, namings.get(organization) ?? 1);
      if (complete) mistakes.push(createMistake(by.part, by.path, reason, "key"));
      continue;
    }
    const granted = grant.safeParse(by.value).data;
    const members = groups.get(who);
    if (granted === undefined || strangers.has(who) || members === "mistaken") {
      uncertain.add(organization);
      continue;
    }
    const terms = typeof granted === "string" ? { role: granted } : granted;
    if (members === undefined) there.own.set(key(who), { email: who, ...terms, by });
    else there.byGroup.push(...members.map((email) => ({ email, ...terms, by })));
  }
  if (strays.size > 0) for (const any of organizations) uncertain.add(any);
  return { mistakes, strays, uncertain, said };
}

/** Says that entries name an organization that is not there, as after one has left the layout. */
function unknown(organization: string, organizations: ReadonlySet<string>, names: string, namings: number): string {
  const has = organizations.size === 0 ? "" : `, which has ${names}`;
  const entries = namings === 1 ? "this entry" : `the ${namings} entries that name it`;
  const remedy = `correct the name, declare it under \`organizations\` or, if it has left the layout, remove ${entries} too`;
  return `is no organization of the layout${has}: ${remedy}${suggest(organization, organizations)}`;
}

import type { Role } from "../api";
import { key } from "../resources/people/roster";
import { contradictions, groupsOf, type Place, together } from "./groups";
import type { Mistake } from "../documents/mistakes";
import { mistaken, type Part } from "../documents/part";
import { entriesIn } from "./peopleKeys";
import { grant } from "./schema";
import type { Statement } from "./statements";
import { closest, suggestion } from "../documents/suggestion";

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
}

/** What the rest of the layout says. */
interface Surroundings {
  readonly organizations: ReadonlySet<string>;
  readonly today: string;
  /** Whether every part could be read. */
  readonly complete: boolean;
}

export function peopleOf(parts: readonly Part[], statements: readonly Statement[], around: Surroundings): People {
  const { mistakes, uncertain, said } = saidOfPeople(parts, statements, around);
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
    statementOf: (organization, email) => placesIn(organization).find((place) => place.email === email)?.by,
    endedAdmins: (organization) =>
      placesIn(organization).flatMap(({ email, role, until }) =>
        role === "admin" && until !== undefined && until < around.today ? [{ email, until }] : [],
      ),
    isUncertain: (organization) => uncertain.has(organization),
    mistakes,
  };
}

interface Said {
  readonly mistakes: Mistake[];
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
  parts: readonly Part[],
  statements: readonly Statement[],
  { organizations, complete }: Surroundings,
): Said {
  const groups = groupsOf(statements);
  const strangers = new Set<string>();
  const mistakes = parts.flatMap((part) => entriesIn(part, groups, complete, strangers));
  const uncertain = new Set<string>();
  const said = new Map([...organizations].map((name) => [name, nobody()]));
  for (const by of statements.filter(({ path }) => path[0] === "people" && path.length === 3)) {
    const [who, organization] = [String(by.path[1]), String(by.path[2])];
    const there = said.get(organization);
    if (there === undefined) {
      const hint = suggestion(organization, organizations);
      const reason = `is no organization of the layout: declare it under \`organizations\`, or correct the name${hint}`;
      if (complete) mistakes.push(mistaken(by.part, by.path, reason, "key"));
      uncertain.add(closest(organization, organizations) ?? "");
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
  return { mistakes, uncertain, said };
}

import type { Role } from "../api";
import { key } from "../resources/people/roster";
import { contradictions, groupsOf, type Place, together } from "./groups";
import type { Mistake } from "./mistakes";
import { mistaken, type Part } from "./part";
import { entriesIn } from "./peopleKeys";
import { grant } from "./schema";
import type { Statement } from "./statements";
import { closest, suggestion } from "./suggestion";

/** Who may do what, as all parts say it together. */
export interface People {
  /** Roles by e-mail address, sorted, of those whose last day has not passed. */
  membersOf(organization: string): Readonly<Record<string, Role>>;
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
  const { organizations, today, complete } = around;
  const groups = groupsOf(statements);
  const mistakes: Mistake[] = [];
  const uncertain = new Set<string>();
  const strangers = new Set<string>();
  for (const part of parts) mistakes.push(...entriesIn(part, groups, complete, strangers));

  const places = new Map<string, { own: Map<string, Place>; byGroup: Place[] }>();
  for (const by of statements.filter(({ path }) => path[0] === "people" && path.length === 3)) {
    const [who, organization] = [String(by.path[1]), String(by.path[2])];
    if (!organizations.has(organization)) {
      if (!complete) continue;
      const hint = suggestion(organization, organizations);
      const reason = `is no organization of the layout: declare it under \`organizations\`, or correct the name${hint}`;
      mistakes.push(mistaken(by.part, by.path, reason, "key"));
      uncertain.add(closest(organization, organizations) ?? "");
      continue;
    }
    const { own, byGroup } = places.get(organization) ?? { own: new Map<string, Place>(), byGroup: [] };
    places.set(organization, { own, byGroup });
    const said = grant.safeParse(by.value).data;
    const members = groups.get(who);
    if (said === undefined || strangers.has(who) || members === "mistaken") {
      uncertain.add(organization);
      continue;
    }
    const terms = typeof said === "string" ? { role: said } : said;
    if (members === undefined) own.set(key(who), { email: who, ...terms, by });
    else byGroup.push(...members.map((email) => ({ email, ...terms, by })));
  }

  const resolved = new Map<string, readonly Place[]>();
  for (const [organization, { own, byGroup }] of places) {
    const others = byGroup.filter(({ email }) => !own.has(key(email)));
    const contradictory = contradictions(others);
    mistakes.push(...contradictory);
    if (contradictory.length > 0) uncertain.add(organization);
    const all = [...own.values(), ...together(others)];
    resolved.set(
      organization,
      all.sort((a, b) => (key(a.email) < key(b.email) ? -1 : 1)),
    );
  }
  const lasts = ({ until }: Place) => until === undefined || until >= today;

  return {
    membersOf: (organization) =>
      Object.fromEntries((resolved.get(organization) ?? []).filter(lasts).map(({ email, role }) => [email, role])),
    endedAdmins: (organization) =>
      (resolved.get(organization) ?? []).flatMap((place) =>
        place.role === "admin" && place.until !== undefined && !lasts(place)
          ? [{ email: place.email, until: place.until }]
          : [],
      ),
    isUncertain: (organization) => uncertain.has(organization),
    mistakes,
  };
}

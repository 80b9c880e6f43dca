import { isRecord } from "#framework";
import { formatPath, listBriefly } from "#framework/messages";
import {
  createMistake,
  findClosest,
  formatElsewhere,
  type Mistake,
  type ParsedDocument,
  suggest,
} from "#framework/documents";
import { canonicalizeEmail, hasAdminRights, type Role } from "../api";
import type { LayoutDeclaration } from "./declarations";
import { canonicalizeEnd, getEndTime, hasEnded } from "../types/end";
import { checkPeopleKeys, explainMisplacedKey } from "./peopleKeys";
import { grant, team } from "./schema";

/** The addresses of a team; `invalid` if its value is none. */
type Addresses = readonly string[] | "invalid";

/** A person with a role in an organization. */
export interface LayoutPerson {
  /** The address in the spelling of `people`. */
  readonly email: string;
  /** True after the end of access, and for a person with the entry `none`. */
  readonly hasEnded: boolean;
}

/** The people of a layout, from all its documents. */
export interface LayoutPeople {
  /** The teams, by name. */
  readonly teams: ReadonlyMap<string, Addresses>;
  /** Returns the roles by e-mail address, sorted, without roles that have ended. */
  listMembers(organization: string): Readonly<Record<string, Role>>;
  /** Returns the ends by e-mail address, sorted, in canonical form. Includes past ends, except those with a role afterwards. */
  listLastDays(organization: string): Readonly<Record<string, string>>;
  /** Returns the roles after ends that have not passed, by e-mail address, sorted. */
  listRolesAfterwards(organization: string): Readonly<Record<string, Role>>;
  /** Finds the person with this address; the case does not matter. Also finds a person whose access has ended. */
  findPerson(organization: string, email: string): LayoutPerson | undefined;
  /** Returns the people whose role as admin has ended. */
  listEndedAdmins(organization: string): readonly { readonly email: string; readonly until: string }[];
  /** Returns the ends of admin roles that have not passed, in all organizations, in the order of time. */
  listAdminEnds(): readonly string[];
  /** Returns the declaration of a person's role. */
  findDeclaration(organization: string, email: string): LayoutDeclaration | undefined;
  /** Reports whether a mistake hides some of the members. */
  isUncertain(organization: string): boolean;
  /** Reports whether a path leads to a misplaced key or below it. Other mistakes at such a path are consequences. */
  isMisplaced(path: string): boolean;
  readonly mistakes: readonly Mistake[];
  /** Remarks on entries without effect. */
  readonly warnings: readonly Mistake[];
}

interface RoleContext {
  readonly organizations: ReadonlySet<string>;
  readonly now: Date;
  /** False if a document cannot be read. */
  readonly isComplete: boolean;
}

/** The role of a person in an organization. */
interface RoleGrant {
  readonly email: string;
  /** `none` in a person's own entry, which overrides the teams. */
  readonly role: Role | "none";
  /** The end, in canonical form. */
  readonly until?: string | undefined;
  /** The role after the end. */
  readonly afterwards?: Role | undefined;
  readonly declaration: LayoutDeclaration;
}

/** The grants in one organization: those of people, by address, and those of teams. */
interface RoleGrants {
  readonly own: Map<string, RoleGrant>;
  readonly fromTeams: RoleGrant[];
}

/** Resolves the role of each person. A person's own entry overrides the teams, even after its end. */
export function resolvePeople(
  documents: readonly ParsedDocument[],
  declarations: readonly LayoutDeclaration[],
  context: RoleContext,
): LayoutPeople {
  const teams = readTeams(documents, declarations);
  const { grants, uncertain, misplaced, mistakes } = collectGrants(documents, declarations, teams, context);
  const isOver = ({ until }: RoleGrant) => until !== undefined && hasEnded(until, context.now);
  const resolved = new Map<string, ReadonlyMap<string, RoleGrant>>();
  const warnings: Mistake[] = [];
  for (const [organization, { own, fromTeams }] of grants) {
    const others = fromTeams.filter(({ email }) => !own.has(canonicalizeEmail(email)));
    const inTeams = new Set(fromTeams.map(({ email }) => canonicalizeEmail(email)));
    for (const [address, { role, declaration }] of own) {
      const reason = "has no effect, because no team gives this person a role there: remove the entry";
      if (role === "none" && !inTeams.has(address))
        warnings.push(createMistake(declaration.document, declaration.path, reason, "key"));
    }
    const lasting = others.filter((one) => !isOver(one) || one.afterwards !== undefined);
    const contradictions = findContradictions(lasting);
    mistakes.push(...contradictions);
    if (contradictions.length > 0) uncertain.add(organization);
    const all = [...chooseLongest(others), ...chooseLongest(lasting), ...own.values()];
    // The last grant of an address counts.
    const chosen = new Map(all.map((one) => [canonicalizeEmail(one.email), one]));
    resolved.set(organization, new Map([...chosen].sort(([a], [b]) => (a < b ? -1 : 1))));
  }
  const listDeclared = (organization: string) => [...(resolved.get(organization)?.values() ?? [])];
  const findGrant = (organization: string, email: string) => resolved.get(organization)?.get(canonicalizeEmail(email));
  /** Returns the grants at this moment: after an end, the role afterwards. */
  const listGrants = (organization: string) =>
    listDeclared(organization).map((one): RoleGrant =>
      isOver(one) && one.afterwards !== undefined
        ? { email: one.email, role: one.afterwards, declaration: one.declaration }
        : one,
    );

  const members = new Map(
    [...resolved.keys()].map((organization) => [
      organization,
      Object.fromEntries(
        listGrants(organization).flatMap((one) =>
          one.role === "none" || isOver(one) ? [] : [[one.email, one.role] as const],
        ),
      ),
    ]),
  );

  return {
    teams,
    listMembers: (organization) => members.get(organization) ?? {},
    listLastDays: (organization) =>
      Object.fromEntries(
        listGrants(organization).flatMap(({ email, until }) => (until === undefined ? [] : [[email, until] as const])),
      ),
    listRolesAfterwards: (organization) =>
      Object.fromEntries(
        listGrants(organization).flatMap(({ email, afterwards }) =>
          afterwards === undefined ? [] : [[email, afterwards] as const],
        ),
      ),
    findPerson(organization, email) {
      const found = findGrant(organization, email);
      return (
        found && {
          email: found.email,
          hasEnded: found.role === "none" || (isOver(found) && found.afterwards === undefined),
        }
      );
    },
    listEndedAdmins: (organization) =>
      listDeclared(organization).flatMap((one) =>
        one.role !== "none" && hasAdminRights(one.role) && one.until !== undefined && isOver(one)
          ? [{ email: one.email, until: one.until }]
          : [],
      ),
    listAdminEnds: () => {
      const ends = [...resolved.keys()]
        .flatMap(listDeclared)
        .flatMap((one) =>
          one.role !== "none" && hasAdminRights(one.role) && one.until !== undefined && !isOver(one) ? [one.until] : [],
        );
      return [...new Set(ends)].sort((a, b) => getEndTime(a) - getEndTime(b));
    },
    findDeclaration: (organization, email) => findGrant(organization, email)?.declaration,
    isUncertain: (organization) => uncertain.has(organization),
    isMisplaced: (path) =>
      misplaced.has(path) || [...path.matchAll(/[.[]/g)].some(({ index }) => misplaced.has(path.slice(0, index))),
    mistakes,
    warnings,
  };
}

interface CollectedGrants {
  /** By organization. */
  readonly grants: ReadonlyMap<string, RoleGrants>;
  /** The organizations in which a mistake hides members. */
  readonly uncertain: Set<string>;
  /** The paths of misplaced keys. */
  readonly misplaced: ReadonlySet<string>;
  readonly mistakes: Mistake[];
}

function collectGrants(
  documents: readonly ParsedDocument[],
  declarations: readonly LayoutDeclaration[],
  teams: LayoutPeople["teams"],
  { organizations, isComplete }: RoleContext,
): CollectedGrants {
  const keys = checkPeopleKeys(documents, teams, isComplete);
  const mistakes = [...keys.mistakes];
  const misplaced = new Set<string>();
  const uncertain = new Set<string>();
  const grants = new Map(
    [...organizations].map((name): [string, RoleGrants] => [name, { own: new Map(), fromTeams: [] }]),
  );
  // The path of a role names the person or the team, and the organization: people["ada@acme.example"]["acme-dev"].
  const roles = declarations.filter(({ path }) => path[0] === "people" && path.length === 3);
  const entryCounts = new Map<string, number>();
  for (const { path } of roles) entryCounts.set(String(path[2]), (entryCounts.get(String(path[2])) ?? 0) + 1);
  const names = listBriefly([...organizations]);
  for (const declaration of roles) {
    const { document, path, value } = declaration;
    const [name, organization] = [String(path[1]), String(path[2])];
    const organizationGrants = grants.get(organization);
    if (organizationGrants === undefined) {
      const explanation = explainMisplacedKey(declaration, organizations);
      const probable = findClosest(organization, organizations);
      if (explanation !== undefined) misplaced.add(formatPath(path));
      else if (probable !== undefined) uncertain.add(probable);
      const reason =
        explanation ?? explainUnknownOrganization(organization, organizations, names, entryCounts.get(organization));
      if (isComplete) mistakes.push(createMistake(document, path, reason, "key"));
      continue;
    }
    const granted = grant.safeParse(value).data;
    const members = teams.get(name);
    if (granted === undefined || keys.invalid.has(name) || members === "invalid") {
      uncertain.add(organization);
      continue;
    }
    if (granted === "none" && members !== undefined) {
      mistakes.push(
        createMistake(document, path, "is `none`, which only a person's own entry can be: remove this entry"),
      );
      continue;
    }
    if (keys.repeated.has(canonicalizeEmail(name))) uncertain.add(organization);
    const roleAndEnd =
      typeof granted === "string"
        ? { role: granted }
        : { ...granted, until: granted.until === undefined ? undefined : canonicalizeEnd(granted.until) };
    if (members === undefined)
      organizationGrants.own.set(canonicalizeEmail(name), { email: name, ...roleAndEnd, declaration });
    else organizationGrants.fromTeams.push(...members.map((email) => ({ email, ...roleAndEnd, declaration })));
  }
  if (misplaced.size > 0) for (const name of organizations) uncertain.add(name);
  return { grants, uncertain, misplaced, mistakes };
}

/** Returns the reason of a mistake for entries that name an unknown organization, such as one that was removed from the layout. */
function explainUnknownOrganization(
  name: string,
  organizations: ReadonlySet<string>,
  names: string,
  entries = 1,
): string {
  const existing = organizations.size === 0 ? "" : ` (${names})`;
  const removal = entries === 1 ? "this entry" : `the ${entries} entries for this organization`;
  const remedy = `correct the name, declare the organization under \`organizations\`, or remove ${removal}`;
  return `is not an organization in the layout${existing}: ${remedy}${suggest(name, organizations)}`;
}

/** Returns the addresses of each team. */
function readTeams(
  documents: readonly ParsedDocument[],
  declarations: readonly LayoutDeclaration[],
): LayoutPeople["teams"] {
  const named = documents.flatMap(({ value }) =>
    isRecord(value) && isRecord(value.teams) ? Object.keys(value.teams) : [],
  );
  return new Map([
    // A team without a value has no declaration.
    ...named.map((name) => [name, "invalid"] as const),
    ...declarations
      .filter(({ path }) => path[0] === "teams")
      .map(({ path, value }) => [String(path[1]), team.safeParse(value).data ?? "invalid"] as const),
  ]);
}

/** People with different roles from two teams, in words. */
interface Contradiction {
  readonly emails: readonly string[];
  readonly role: string;
  readonly otherRole: string;
}

/** Returns a mistake for each pair of teams that give the same people different roles. */
function findContradictions(grants: readonly RoleGrant[]): readonly Mistake[] {
  const first = new Map<string, RoleGrant>();
  const contradictions = new Map<LayoutDeclaration, Map<LayoutDeclaration, Contradiction>>();
  for (const grant of grants) {
    const other = first.get(canonicalizeEmail(grant.email));
    if (other === undefined) first.set(canonicalizeEmail(grant.email), grant);
    else if (describeRoles(other) !== describeRoles(grant)) {
      const others = contradictions.get(grant.declaration) ?? new Map<LayoutDeclaration, Contradiction>();
      const emails = [...(others.get(other.declaration)?.emails ?? []), grant.email];
      others.set(other.declaration, { emails, role: describeRoles(grant), otherRole: describeRoles(other) });
      contradictions.set(grant.declaration, others);
    }
  }
  return [...contradictions].flatMap(([{ document, path }, others]) =>
    [...others].map(([other, { emails, role, otherRole }]) => {
      const where = formatElsewhere(other.document.locate(other.path, "key"));
      const people = emails.length === 1 ? "this person" : "each of these people";
      const reason =
        `gives ${listBriefly(emails)} the role ${role}, but the team ${String(other.path[1])} gives ${otherRole}${where}: ` +
        `add an entry for ${people} under \`people\`. It overrides the teams`;
      return createMistake(document, path, reason);
    }),
  );
}

/** Returns the role of a grant and, after its end, the other one: `admin, then viewer`. */
function describeRoles({ role, afterwards }: RoleGrant): string {
  return afterwards === undefined ? role : `${role}, then ${afterwards}`;
}

/** Returns one grant for each person: the one that ends last. */
function chooseLongest(grants: readonly RoleGrant[]): readonly RoleGrant[] {
  const getTime = ({ until }: RoleGrant) => (until === undefined ? Infinity : getEndTime(until));
  const longest = new Map<string, RoleGrant>();
  for (const grant of grants) {
    const address = canonicalizeEmail(grant.email);
    const best = longest.get(address);
    const [end, bestEnd] = [getTime(grant), best === undefined ? -Infinity : getTime(best)];
    const isBetter = end > bestEnd || (end === bestEnd && best !== undefined && grant.email < best.email);
    if (isBetter) longest.set(address, grant);
  }
  return [...longest.values()];
}

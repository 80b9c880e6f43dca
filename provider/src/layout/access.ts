import type { z } from "zod";
import { isRecord, type Path } from "#framework";
import { listBriefly } from "#framework/messages";
import { createMistake, findClosest, type Mistake, suggest } from "#framework/documents";
import { canonicalizeEmail } from "../api";
import { createMatcher } from "../roster/declaration";
import { type accessEntry, cohortEntry, groupEntry, projectEntry, type tunnels } from "./accessSchema";
import type { LayoutDeclaration, OrganizationDeclarations } from "./declarations";
import type { LayoutPeople } from "./people";

/** A group in Peridio. */
export interface LayoutGroup {
  readonly name: string;
  readonly description?: string | undefined;
  /** Addresses, sorted, without people whose last day has passed; undefined if the layout does not declare the members. */
  readonly members?: readonly string[] | undefined;
}

/** A project or a cohort, without its contents. */
interface LayoutRestricted {
  readonly name: string;
  readonly description?: string | undefined;
  readonly everyoneEnabled: boolean;
  /** Undefined if the layout does not declare the access. */
  readonly access?: LayoutAccess | undefined;
}

/** A cohort. */
export interface LayoutCohort extends LayoutRestricted {
  /** The inputs of a TunnelPolicy, without ids; undefined if the layout does not declare the policy of the cohort. */
  readonly tunnels?: z.output<typeof tunnels> | undefined;
}

/** A project. */
export interface LayoutProject extends LayoutRestricted {
  /** Sorted by name. */
  readonly cohorts: readonly LayoutCohort[];
}

/** The people and groups with a grant for a project or a cohort. */
export interface LayoutAccess {
  /** Addresses, sorted, without people whose last day has passed. */
  readonly users: readonly string[];
  /** Names of groups of the same organization, sorted. */
  readonly groups: readonly string[];
}

/** The groups and projects of an organization. */
export interface OrganizationAccess {
  /** Sorted by name. */
  readonly groups: readonly LayoutGroup[];
  /** Sorted by name. */
  readonly projects: readonly LayoutProject[];
  readonly mistakes: readonly Mistake[];
}

/** Resolves the groups and projects of an organization. In an incomplete layout, an unknown person or group is no mistake. */
export function resolveAccess(
  organization: OrganizationDeclarations,
  people: LayoutPeople,
  isComplete: boolean,
): OrganizationAccess {
  const names = new Set(listObjects(organization, "groups").map(([name]) => name));
  const resolver = new Resolver(organization, people, names, isComplete);
  const groups = listObjects(organization, "groups").flatMap(([name, declaration]): readonly LayoutGroup[] => {
    const { success, data } = groupEntry.safeParse(declaration.value);
    if (!success) return [];
    return [{ ...data, name, members: data.members && resolver.resolvePeople(declaration, ["members"], data.members) }];
  });
  const projects = listObjects(organization, "projects").flatMap(([name, declaration]): readonly LayoutProject[] => {
    const { success, data } = projectEntry.safeParse(declaration.value);
    if (!success) return [];
    const cohorts = listCohorts(declaration).map(([cohort, { tunnels, ...entry }]) => ({
      ...resolver.resolveObject(declaration, ["cohorts", cohort], cohort, entry),
      ...(tunnels !== undefined && { tunnels }),
    }));
    return [{ ...resolver.resolveObject(declaration, [], name, data), cohorts: sortByName(cohorts) }];
  });
  return { groups: sortByName(groups), projects: sortByName(projects), mistakes: resolver.mistakes };
}

/** Returns the declarations of groups or projects with their names. */
function listObjects(
  { objects }: OrganizationDeclarations,
  key: "groups" | "projects",
): readonly (readonly [string, LayoutDeclaration])[] {
  return objects.flatMap((declaration) => {
    const [, , declared, name] = declaration.path;
    return declared === key && name !== undefined ? [[String(name), declaration] as const] : [];
  });
}

/** Returns the cohorts of a project with their names. A record of zod would lose a name such as `__proto__`. */
function listCohorts({ value }: LayoutDeclaration): readonly (readonly [string, z.output<typeof cohortEntry>])[] {
  const cohorts = isRecord(value) && isRecord(value.cohorts) ? value.cohorts : {};
  return Object.entries(cohorts).flatMap(([name, entry]) => {
    const { success, data } = cohortEntry.safeParse(entry);
    return success ? [[name, data] as const] : [];
  });
}

function sortByName<Named extends { readonly name: string }>(list: readonly Named[]): readonly Named[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Resolves the people and groups that an organization's groups and projects name. */
class Resolver {
  readonly mistakes: Mistake[] = [];
  readonly #isIgnored: (email: string) => boolean;
  readonly #organization: string;
  /** The addresses of the organization's people, for suggestions. */
  #members: readonly string[] | undefined;

  constructor(
    { name, settings }: OrganizationDeclarations,
    private readonly people: LayoutPeople,
    /** The names of the organization's groups. */
    private readonly groups: ReadonlySet<string>,
    private readonly isComplete: boolean,
  ) {
    this.#organization = name;
    this.#isIgnored = createMatcher(settings.get("roster.ignore")?.value);
  }

  /** Resolves a project or a cohort. `path` leads to the object within the declaration. */
  resolveObject(
    declaration: LayoutDeclaration,
    path: Path,
    name: string,
    { description, everyoneEnabled, access }: Omit<z.output<typeof cohortEntry>, "tunnels">,
  ): LayoutRestricted {
    return { name, description, everyoneEnabled, access: access && this.#resolveAccess(declaration, path, access) };
  }

  /** Returns the addresses in a list of addresses and teams. `path` leads to the list within the declaration. */
  resolvePeople(declaration: LayoutDeclaration, path: Path, list: readonly string[]): readonly string[] {
    const resolved = new Map<string, string>();
    list.forEach((entry, index) => {
      const isTeam = !entry.includes("@");
      const addresses = isTeam ? this.people.teams.get(entry) : [entry];
      if (addresses === "invalid") return;
      if (addresses === undefined) {
        if (this.isComplete) this.#report(declaration, [...path, index], this.#explainUnknownPeople(entry));
        return;
      }
      const unknown: string[] = [];
      for (const address of addresses) {
        const person = this.people.findPerson(this.#organization, address);
        if (person === undefined && !this.#isIgnored(address)) unknown.push(address);
        else if (person?.hasEnded !== true) resolved.set(canonicalizeEmail(address), person?.email ?? address);
      }
      if (unknown.length > 0 && this.isComplete && !this.people.isUncertain(this.#organization))
        this.#report(declaration, [...path, index], this.#explainNoRole(unknown, isTeam));
    });
    return [...resolved].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, email]) => email);
  }

  #resolveAccess(
    declaration: LayoutDeclaration,
    path: Path,
    { users = [], groups = [] }: z.output<typeof accessEntry>,
  ): LayoutAccess {
    groups.forEach((name, index) => {
      if (this.isComplete && !this.groups.has(name))
        this.#report(declaration, [...path, "access", "groups", index], this.#explainUnknownGroup(name));
    });
    return {
      users: this.resolvePeople(declaration, [...path, "access", "users"], users),
      groups: groups.filter((name) => this.groups.has(name)).sort(),
    };
  }

  #report({ document, path }: LayoutDeclaration, below: Path, reason: string): void {
    this.mistakes.push(createMistake(document, [...path, ...below], reason));
  }

  #explainUnknownGroup(name: string): string {
    if (this.people.teams.has(name))
      return `is ${JSON.stringify(name)}, which is a team, not a group in Peridio: write it under \`users\``;
    const known = this.groups.size === 0 ? "" : ` (${listBriefly([...this.groups])})`;
    const remedy = `correct the name, or declare the group under \`groups\` of the organization`;
    return `is ${JSON.stringify(name)}, which is not a group of ${this.#organization} in the layout${known}: ${remedy}${suggest(name, this.groups)}`;
  }

  #explainUnknownPeople(name: string): string {
    const remedy = this.groups.has(name)
      ? `${JSON.stringify(name)} is a group in Peridio, which only \`access.groups\` can name`
      : "write an e-mail address, or declare the team under `teams`";
    return `is ${JSON.stringify(name)}, which is neither an e-mail address nor a team: ${remedy}${suggest(name, this.people.teams.keys())}`;
  }

  #explainNoRole(emails: readonly string[], isTeam: boolean): string {
    const [who, these] = emails.length === 1 ? ["who has", "this person"] : ["who have", "each of these people"];
    this.#members ??= Object.keys(this.people.listMembers(this.#organization));
    return (
      `${isTeam ? "contains" : "is"} ${listBriefly(emails)}, ${who} no role in ${this.#organization}: ` +
      `give ${these} a role under \`people\`, or add the address to the organization's \`roster.ignore\`` +
      (isTeam ? "" : suggestAddress(emails[0] ?? "", this.#members))
    );
  }
}

/** Suggests the person whose address has a similar part before the @, or a similar domain. The other part is the same. */
function suggestAddress(address: string, known: readonly string[]): string {
  const [name = "", domain = ""] = canonicalizeEmail(address).split("@");
  const parts = known.map((email) => [email, ...canonicalizeEmail(email).split("@")] as const);
  const byName = new Map(parts.flatMap(([email, one = "", at]) => (at === domain ? [[one, email] as const] : [])));
  const byDomain = new Map(parts.flatMap(([email, one, at = ""]) => (one === name ? [[at, email] as const] : [])));
  const meant =
    byName.get(findClosest(name, byName.keys()) ?? "") ?? byDomain.get(findClosest(domain, byDomain.keys()) ?? "");
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

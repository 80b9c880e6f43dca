import { isSameEmail } from "#provider";
import type { Path } from "#framework";
import { listBriefly } from "#framework/messages";
import { endWithSuggestion } from "#framework/documents";
import type { LayoutFiles } from "./layoutFiles";
import { CommandError } from "../exit";
import { ownComment, UneditableError } from "./place";

/** The keys of a layout that contain teams: also the former one. */
const teamKeys = ["teams", "groups"] as const;

/**
 * Gives a person a role in an organization, in the file that already has this role, or roles in this organization. `entry` is the role, or
 * a map of the role and its end. The address has the spelling of the file, or else of the other files.
 * @throws UneditableError if no file has a place for the role.
 */
export function setRole(files: LayoutFiles, person: string, organization: string, entry: unknown): void {
  const file = chooseFile(files, person, organization);
  const name = files.findPerson(file, person) ?? listNames(files, person)[0] ?? person;
  files.set(file, ["people", name, organization], entry);
}

/**
 * Writes the reason of a person's own role in an organization into a comment above the entry, in place of the former reason; without a reason, removes the
 * former one. Other comments stay.
 * @throws UneditableError if the file has no line for the comment.
 */
export function explainRole(files: LayoutFiles, person: string, organization: string, reason?: string): void {
  for (const file of files.files) {
    const name = files.findPerson(file, person);
    if (name === undefined || files.read(file, ["people", name, organization]) === undefined) continue;
    files.explain(file, ["people", name, organization], `${ownComment}${organization}): `, reason);
  }
}

/** Reports if a role has a comment with its reason, as `grant --reason` writes. */
export function hasReason(files: LayoutFiles, file: string, name: string, organization: string): boolean {
  const copy = files.copy();
  copy.explain(file, ["people", name, organization], `${ownComment}${organization}): `, undefined);
  return copy.listChanged().length > files.listChanged().length;
}

/** Returns the file for the role of a person: the one with this role, else one of this organization's roles, else the person's. */
function chooseFile(files: LayoutFiles, person: string, organization: string): string {
  const candidates = files.files.map((file) => {
    const name = files.findPerson(file, person);
    const keys = files.listKeys(file, ["people"]);
    return {
      file,
      hasRole: name !== undefined && files.read(file, ["people", name, organization]) !== undefined,
      hasPerson: name !== undefined,
      roles: keys.filter((key) => files.read(file, ["people", key, organization]) !== undefined).length,
      declares: files.listKeys(file, ["organizations"]).includes(organization),
    };
  });
  const most = Math.max(...candidates.map(({ roles }) => roles));
  const chosen =
    candidates.find(({ hasRole }) => hasRole) ??
    candidates.find(({ roles, hasPerson }) => roles > 0 && hasPerson) ??
    candidates.find(({ roles }) => most > 0 && roles === most) ??
    candidates.find(({ hasPerson }) => hasPerson) ??
    candidates.find(({ declares }) => declares);
  if (chosen === undefined) throw new UneditableError(`The layout does not declare the organization ${organization}`);
  return chosen.file;
}

/**
 * Removes a person from organizations: roles, groups and grants; from all organizations, also from the teams. If a team gives a role in
 * one of some organizations, the person's own entry there is `none`.
 * @param organizations the names; undefined for all
 * @throws UneditableError if the layout would still give the person access, or would become invalid.
 */
export function removeAccess(files: LayoutFiles, person: string, organizations?: ReadonlySet<string>): void {
  const isSelected = (name: string) => organizations?.has(name) ?? true;
  const fromTeams = new Set(
    [...(organizations ?? [])].filter((one) =>
      listRoleEntries(files, person, one).some(({ team }) => team !== undefined),
    ),
  );
  for (const file of files.files) {
    const name = files.findPerson(file, person);
    const roles = name === undefined ? [] : files.listKeys(file, ["people", name]);
    for (const organization of roles.filter(isSelected)) explainRole(files, person, organization);
    if (name !== undefined) removeRoles(files, file, ["people", name], (one) => isSelected(one) && !fromTeams.has(one));
    if (organizations === undefined)
      for (const team of listTeams(files, file, person)) files.removePerson(file, team, person);
    for (const organization of files.listKeys(file, ["organizations"]).filter(isSelected))
      removeFromOrganization(files, file, ["organizations", organization], person);
  }
  for (const organization of fromTeams) setRole(files, person, organization, "none");
}

/** An entry under `people`: the role of a person or a team in an organization. */
interface RoleEntry {
  readonly team: string | undefined;
  /** The role, or a map of the role and its end. */
  readonly value: unknown;
}

/** Returns the entries for a role of a person in an organization: the person's own entry, which overrides the others, and those of teams. */
export function listRoleEntries(files: LayoutFiles, person: string, organization: string): readonly RoleEntry[] {
  const read = (name: string, team?: string) =>
    files.files.flatMap((file): readonly RoleEntry[] => {
      const value = files.read(file, ["people", name, organization]);
      return value === undefined ? [] : [{ team, value }];
    });
  const names = listNames(files, person);
  const teams = files.files.flatMap((file) => listTeams(files, file, person).map(([, team]) => String(team)));
  return [...[...new Set(names)].flatMap((name) => read(name)), ...teams.flatMap((team) => read(team, team))];
}

/** Returns the spellings of a person's address under `people`, by file. */
function listNames(files: LayoutFiles, person: string): readonly string[] {
  return files.files.flatMap((file) => files.findPerson(file, person) ?? []);
}

/** Returns the teams with an entry for an organization that contain a person; none if the person's own entry overrides them. */
export function listTeamsOfRole(files: LayoutFiles, person: string, organization: string): readonly string[] {
  const entries = listRoleEntries(files, person, organization);
  return entries.some(({ team }) => team === undefined) ? [] : entries.flatMap(({ team }) => team ?? []);
}

/** Returns the organizations in which a person's own entry overrides an entry of these teams. */
export function listOverridden(files: LayoutFiles, person: string, teams: readonly string[]): readonly string[] {
  const listOrganizations = (name: string) => files.files.flatMap((file) => files.listKeys(file, ["people", name]));
  const own = new Set(listNames(files, person).flatMap(listOrganizations));
  return [...new Set(teams.flatMap(listOrganizations))].filter((one) => own.has(one));
}

function removeRoles(files: LayoutFiles, file: string, path: Path, isSelected: (name: string) => boolean): void {
  const names = files.listKeys(file, path);
  const removed = names.filter(isSelected);
  if (removed.length === names.length) files.remove(file, path);
  else for (const name of removed) files.remove(file, [...path, name]);
}

/** Removes a person from the groups, projects and cohorts of an organization. */
function removeFromOrganization(files: LayoutFiles, file: string, path: Path, person: string): void {
  for (const group of files.listKeys(file, [...path, "groups"]))
    files.removePerson(file, [...path, "groups", group, "members"], person);
  for (const name of files.listKeys(file, [...path, "projects"])) {
    const project = [...path, "projects", name];
    files.removePerson(file, [...project, "access", "users"], person);
    for (const cohort of files.listKeys(file, [...project, "cohorts"]))
      files.removePerson(file, [...project, "cohorts", cohort, "access", "users"], person);
  }
}

/**
 * Moves a person from one team to another. Without the first team, the person only joins; without the second one, only leaves.
 * @throws CommandError if a team does not exist, or if the person is not in the first team or is already in the second.
 */
export function moveToTeam(files: LayoutFiles, person: string, from: string | undefined, to: string | undefined): void {
  const [source, target] = [from, to].map((name) => (name === undefined ? undefined : findTeam(files, name)));
  if (source !== undefined && !includesPerson(files.read(source.file, source.path), person))
    throw new CommandError(`${person} is not in the team ${from}. Correct --from.`);
  if (target !== undefined && includesPerson(files.read(target.file, target.path), person))
    throw new CommandError(`${person} is already in the team ${to}. Correct --to.`);
  if (target !== undefined) files.add(target.file, target.path, person);
  if (source !== undefined) files.removePerson(source.file, source.path, person);
}

function findTeam(files: LayoutFiles, name: string): { readonly file: string; readonly path: Path } {
  const teams = files.files.flatMap((file) =>
    teamKeys.flatMap((key) => files.listKeys(file, [key]).map((team) => ({ file, path: [key, team] }))),
  );
  const found = teams.find(({ path }) => path[1] === name);
  if (found !== undefined) return found;
  const names = teams.map(({ path }) => String(path[1]));
  throw new CommandError(
    names.length === 0
      ? "The layout has no teams. Declare the team under `teams`."
      : `${name} is not a team of the layout. Use one of ${listBriefly(names)}${endWithSuggestion(name, names)}`,
  );
}

/** Returns the paths of the teams of a file that contain a person. */
function listTeams(files: LayoutFiles, file: string, person: string): readonly Path[] {
  return teamKeys.flatMap((key) =>
    files
      .listKeys(file, [key])
      .map((team) => [key, team])
      .filter((path) => includesPerson(files.read(file, path), person)),
  );
}

/** Reports if a list of addresses contains a person. */
export function includesPerson(list: unknown, person: string): boolean {
  return Array.isArray(list) && list.some((item) => isSameEmail(item, person));
}

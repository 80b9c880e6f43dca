import { canonicalizeEmail } from "#provider";
import { isRecord } from "#framework";
import { groupBy } from "../grouping";
import { compareTexts } from "../wording";
import type { LayoutEntry } from "./entry";
import { computeDigest } from "../digest";

/** People with equal roles and groups in all organizations. */
export interface Team {
  /** A neutral name, which depends only on the roles and groups, so that it stays the same in a later export. */
  readonly name: string;
  /** E-mail addresses, sorted. */
  readonly people: readonly string[];
}

/** Two people can have equal roles by chance. */
const fewestPeople = 3;

/** Finds the teams of a layout, by name. */
export function findTeams(entries: readonly LayoutEntry[]): readonly Team[] {
  const people = [...new Set(entries.flatMap(({ roles }) => [...roles.keys()]))].sort((a, b) =>
    compareTexts(canonicalizeEmail(a), canonicalizeEmail(b)),
  );
  return [...groupBy(people, (email) => JSON.stringify(listAccess(entries, email))).values()]
    .filter(({ length }) => length >= fewestPeople)
    .map((members) => {
      const access = JSON.stringify(listAccess(entries, members[0]));
      const digest = computeDigest(access);
      return { name: `team-${digest.slice(0, 8)}`, people: members };
    })
    .sort((a, b) => compareTexts(a.name, b.name));
}

/** Lists a person's access as `[organization, role, ...groups]`, in one order for everyone. */
function listAccess(entries: readonly LayoutEntry[], email: string): readonly (readonly string[])[] {
  return entries.flatMap(({ name, settings, roles }) => {
    const role = roles.get(email);
    const groups = Object.entries(isRecord(settings.groups) ? settings.groups : {});
    const joined = groups.flatMap(([group, value]) => (listMembers(value).includes(email) ? [group] : []));
    return role === undefined ? [] : [[name, String(role), ...joined.sort(compareTexts)]];
  });
}

function listMembers(group: unknown): readonly string[] {
  return isRecord(group) && Array.isArray(group.members) ? group.members.map(String) : [];
}

/** Returns an entry in which the names of teams take the places of their people, in roles and in groups. */
export function nameTeams({ settings, roles, ...entry }: LayoutEntry, teams: readonly Team[]): LayoutEntry {
  const names = new Map(teams.flatMap(({ name, people }) => people.map((email) => [email, name] as const)));
  const getName = (email: string) => names.get(email) ?? email;
  const groups = isRecord(settings.groups) && {
    groups: Object.fromEntries(
      Object.entries(settings.groups).map(([name, group]) => {
        const members = [...new Set(listMembers(group).map(getName))].sort(compareTexts);
        return [name, isRecord(group) && "members" in group ? { ...group, members } : group];
      }),
    ),
  };
  return {
    ...entry,
    settings: { ...settings, ...groups },
    roles: new Map([...roles].map(([email, role]) => [getName(email), role])),
  };
}

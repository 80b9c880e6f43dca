import type { Finding } from "./finding";

/** Findings that say the same of several people, or of several organizations. */
export interface Group extends Pick<Finding, "kind" | "severity" | "predicate"> {
  readonly organizations: readonly string[];
  /** The e-mail addresses; none where it is about the organizations. */
  readonly people: readonly string[];
}

/**
 * Groups findings that say the same: first the people of an organization, then organizations with the same people. Each group stands
 * where its first finding stood, and names at most `most` people and `most` organizations.
 */
export function grouped(findings: readonly Finding[], most = Infinity): readonly Group[] {
  const single = findings.map(({ kind, severity, predicate, organization, person }): Group => {
    return { kind, severity, predicate, organizations: [organization], people: person === undefined ? [] : [person] };
  });
  const ofOrganizations = joined(single, ({ organizations }) => organizations);
  return joined(ofOrganizations, ({ people }) => people).flatMap((group) =>
    parts(group.people, most).flatMap((people) =>
      parts(group.organizations, most).map((organizations) => ({ ...group, people, organizations })),
    ),
  );
}

/** Returns the number of findings in a group. */
export function sizeOf({ organizations, people }: Group): number {
  return organizations.length * Math.max(1, people.length);
}

/** Joins the groups that say the same of the same names. */
function joined(groups: readonly Group[], namesOf: (group: Group) => readonly string[]): readonly Group[] {
  const found = new Map<string, Group[]>();
  for (const group of groups) {
    const { kind, severity, predicate } = group;
    const key = JSON.stringify([kind, severity, predicate, namesOf(group)]);
    const same = found.get(key);
    if (same === undefined) found.set(key, [group]);
    else same.push(group);
  }
  return [...found.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const all = [first, ...others];
    const organizations = [...new Set(all.flatMap((group) => group.organizations))];
    return { ...first, organizations, people: [...new Set(all.flatMap(({ people }) => people))] };
  });
}

/** A list in parts of at most `most`; an empty list is one part. */
function parts(list: readonly string[], most: number): readonly (readonly string[])[] {
  if (list.length <= most) return [list];
  return [list.slice(0, most), ...parts(list.slice(most), most)];
}

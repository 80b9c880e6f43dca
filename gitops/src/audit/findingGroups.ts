import { groupBy, splitList } from "../grouping";
import type { Finding } from "./finding";

/** Findings that say the same of several people, objects or organizations. */
export interface FindingGroup extends Pick<Finding, "kind" | "severity" | "predicate"> {
  readonly organizations: readonly string[];
  /** The people or objects; empty for a finding about organizations. */
  readonly subjects: readonly string[];
}

/**
 * Groups equal findings: first the subjects in an organization, then the organizations with the same subjects. A
 * group takes the position of its first finding, and names at most `most` subjects and `most` organizations.
 */
export function groupFindings(findings: readonly Finding[], most = Infinity): readonly FindingGroup[] {
  const single = findings.map(({ organization, subject, kind, severity, predicate }) => {
    const subjects = subject === undefined ? [] : [subject];
    return { kind, severity, predicate, organizations: [organization], subjects };
  });
  const byOrganization = joinGroups(single, ({ organizations }) => organizations);
  const split = (names: readonly string[]) => (names.length <= most ? [names] : splitList(names, most));
  return joinGroups(byOrganization, ({ subjects }) => subjects).flatMap((group) =>
    split(group.subjects).flatMap((subjects) =>
      split(group.organizations).map((organizations) => ({ ...group, subjects, organizations })),
    ),
  );
}

/** Returns the number of findings in a group. */
export function countFindings({ organizations, subjects }: FindingGroup): number {
  return organizations.length * Math.max(1, subjects.length);
}

/** Joins equal groups with the same names. */
function joinGroups(
  groups: readonly FindingGroup[],
  getNames: (group: FindingGroup) => readonly string[],
): readonly FindingGroup[] {
  const joined = groupBy(groups, (group) => {
    const { kind, severity, predicate } = group;
    return JSON.stringify([kind, severity, predicate, getNames(group)]);
  });
  return [...joined.values()].map(([first, ...others]) => {
    const all = [first, ...others];
    const organizations = [...new Set(all.flatMap((group) => group.organizations))];
    return { ...first, organizations, subjects: [...new Set(all.flatMap(({ subjects }) => subjects))] };
  });
}

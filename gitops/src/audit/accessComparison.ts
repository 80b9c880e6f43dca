import { asUuid } from "#provider";
import type { ProjectOrCohort } from "../model/live";
import { readAccess, readMembers } from "./declaredAccess";
import type { DeclaredOrganization } from "./declarations";
import { compareList } from "./differences";
import { type Facts, isKnown, listKnown } from "./facts";
import { nameObject } from "./finding";
import type { FindingKind } from "./kinds";
import type { FindingOrGap, Gap } from "./gaps";
import { findUndeclared } from "./undeclaredObjects";

/** Finds undeclared groups, and undeclared members of declared groups. */
export function compareGroups(facts: Facts, declared: DeclaredOrganization): readonly FindingOrGap[] {
  const { name: organization } = facts;
  const groups = listKnown(facts.groups);
  if (!declared.hasPreviews && declared.layout?.groups === undefined)
    return listUnlistedGaps(organization, "groups", groups, ["undeclaredGroup", "undeclaredMember"]);
  const described = groups.map(({ id, name }) => ({ type: "group", id, name }) as const);
  return [
    ...findUndeclared("undeclaredGroup", facts, described, declared),
    ...groups.flatMap((group) =>
      compareList({
        kind: "undeclaredMember",
        organization,
        list: `the members of group ${group.name}`,
        live: group.members,
        declared: declared.findObject(nameObject("group", group).object).map(readMembers),
        predicate: `is in group ${group.name}, but not in its declared \`members\``,
        describe: ({ email }) => ({ person: email, object: nameObject("group", group).object }),
        getName: ({ email }) => email,
      }),
    ),
  ];
}

/** Finds undeclared projects and cohorts. Of the declared ones, finds those that were opened, and undeclared grants. */
export function compareProjects(facts: Facts, declared: DeclaredOrganization): readonly FindingOrGap[] {
  const visible = listKnown(facts.projects);
  if (!declared.hasPreviews && declared.layout?.projects === undefined)
    return listUnlistedGaps(facts.name, "projects", visible, ["undeclaredProject", "openedProject", "undeclaredGrant"]);
  const described = visible.map(({ kind: type, id, path, everyoneEnabled }) => {
    const effect = everyoneEnabled ? "is open to everyone" : undefined;
    return { type, id, name: path, effect, isHigh: everyoneEnabled };
  });
  return [
    ...findUndeclared("undeclaredProject", facts, described, declared),
    ...visible.flatMap((live) => compareAccess(live, facts, declared)),
  ];
}

/** Returns the gap for objects with which a layout alone does not deal. */
function listUnlistedGaps(
  organization: string,
  noun: "groups" | "projects",
  live: readonly unknown[],
  kinds: readonly FindingKind[],
): readonly Gap[] {
  const sentence = `The layout declares no ${noun} of ${organization}, so the audit does not compare them. Declare them in the layout, or add the previews of the stacks that declare them with \`--preview\`.`;
  return live.length === 0 ? [] : [{ organization, sentence, kinds, hasFailed: false }];
}

/** Compares the access to a project or a cohort with its declarations, if there are any. */
function compareAccess(
  live: ProjectOrCohort,
  { name: organization, groups }: Facts,
  { findObject }: DeclaredOrganization,
): readonly FindingOrGap[] {
  const { kind: type, id, path, everyoneEnabled } = live;
  const named = nameObject(type, { id, name: path });
  const declarations = findObject(named.object).flatMap(readAccess);
  const grant = { kind: "undeclaredGrant", organization } as const;
  const predicate = `for ${type} ${path}, but is not in its declared \`access\``;
  const names = new Map(listKnown(groups).map((group) => [asUuid(group.id), group.name]));
  const getGroupName = (uuid: string) => names.get(uuid) ?? uuid;
  return [
    ...compareList({
      kind: "openedProject",
      organization,
      list: `\`everyoneEnabled\` of ${type} ${path}, which is open to everyone,`,
      live: everyoneEnabled ? ["everyone"] : [],
      declared: declarations.map(({ everyone }) => everyone),
      predicate: "is open to everyone, but is declared with `everyoneEnabled: false`",
      describe: () => named,
    }),
    ...compareList({
      ...grant,
      list: `the direct grants for ${type} ${path}`,
      live: live.users,
      declared: declarations.map(({ users }) => users),
      predicate: `has a direct grant ${predicate}`,
      describe: ({ email }) => ({ person: email, object: named.object }),
      getName: ({ email }) => email,
    }),
    ...compareList({
      ...grant,
      list: `the grants of groups for ${type} ${path}`,
      // Without the names of the groups, a failure of the groups is a gap already.
      live: isKnown(groups) ? live.groups.map(asUuid) : [],
      declared: declarations.map(({ groups }) => groups),
      predicate: `has a grant ${predicate}`,
      describe: (uuid) => ({ object: named.object, subject: `Group ${getGroupName(uuid)}` }),
      getName: (uuid) => `group ${getGroupName(uuid)}`,
    }),
  ];
}

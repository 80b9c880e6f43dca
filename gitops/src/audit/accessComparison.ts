import { asUuid } from "#provider";
import { listLayoutObjects } from "../access/layout";
import type { ProjectOrCohort } from "../model/live";
import { liveTypes } from "../objects/rows";
import { listLayoutPeople, readLayoutAccess, readDeclaredMembers, readDeclaredAccess } from "./declaredAccess";
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
    ...groups.flatMap((group) => {
      const inLayout = declared.layout?.groups?.find(({ name }) => name === group.name);
      return compareList({
        kind: "undeclaredMember",
        organization,
        list: `the members of group ${group.name}`,
        live: group.members,
        declared: [
          inLayout?.members && listLayoutPeople(inLayout.members),
          ...readDeclaredMembers(declared.findResources("Group", group.id)),
        ],
        predicate: `is in group ${group.name}, but not in its declared \`members\``,
        describe: ({ email }) => ({ person: email, object: nameObject("group", group).object }),
        getName: ({ email }) => email,
      });
    }),
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
  { layout, resources, findResources }: DeclaredOrganization,
): readonly FindingOrGap[] {
  const { kind: type, id, path, everyoneEnabled } = live;
  const inLayout = layout && listLayoutObjects(layout).find((one) => one.kind === type && one.path === path);
  const declarations = [
    ...(inLayout === undefined ? [] : [readLayoutAccess(inLayout)]),
    ...readDeclaredAccess(findResources(liveTypes[type].kind, id), resources),
  ];
  const named = nameObject(type, { id, name: path });
  const grant = { kind: "undeclaredGrant", organization } as const;
  const predicate = `for ${type} ${path}, but is not in its declared \`access\``;
  const names = new Map(listKnown(groups).map((group) => [asUuid(group.id), group.name]));
  const granted = live.groups.map((group) => ({ uuid: asUuid(group), name: names.get(asUuid(group)) }));
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
      live: isKnown(groups) ? granted : [],
      declared: declarations.map(({ groups }) => groups),
      predicate: `has a grant ${predicate}`,
      describe: ({ uuid, name }) => ({ object: named.object, subject: `Group ${name ?? uuid}` }),
      getName: ({ uuid, name }) => `group ${name ?? uuid}`,
    }),
  ];
}

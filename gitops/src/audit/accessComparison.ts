import { asUuid } from "#provider";
import { listLayoutObjects } from "../access/layout";
import type { ProjectOrCohort } from "../model/live";
import { isWithheld } from "../withheld";
import {
  type DeclaredAccess,
  type DeclaredList,
  listLayoutPeople,
  readLayoutAccess,
  readMembers,
  readProjects,
} from "./declaredAccess";
import type { DeclaredOrganization } from "./declarations";
import { createHiddenGap, createImportGaps, type Differences, joinDifferences, noDifferences } from "./differences";
import { type Facts, isKnown, listKnown } from "./facts";
import { createFinding, type Finding, nameObject } from "./finding";
import type { FindingKind } from "./kinds";
import type { Gap } from "./gaps";

/** Finds undeclared groups, and undeclared members of declared groups. */
export function compareGroups({ name, groups: read }: Facts, declared: DeclaredOrganization): Differences {
  const groups = listKnown(read);
  if (!declared.hasPreviews && declared.layout?.groups === undefined)
    return groups.length === 0
      ? noDifferences
      : createUnlistedGap(name, "groups", ["undeclaredGroup", "undeclaredMember"]);
  const undeclared: Finding[] = [];
  const differences = groups.map((group): Differences => {
    const inLayout = declared.layout?.groups?.find((one) => one.name === group.name);
    const resources = declared.findResources("Group", group.id);
    const details = nameObject("group", group);
    if (inLayout === undefined && resources.length === 0) {
      undeclared.push(createFinding("undeclaredGroup", name, declared.absence, details));
      return noDifferences;
    }
    const lists = [inLayout?.members && listLayoutPeople(inLayout.members), ...readMembers(resources)];
    return compareList(group.members, lists, {
      describe: ({ email }) => email,
      find: ({ email }) =>
        createFinding("undeclaredMember", name, `is in group ${group.name}, but not in its declared \`members\``, {
          person: email,
          object: details.object,
        }),
      createGap: (people) => createHiddenGap(name, "undeclaredMember", `the members of group ${group.name}`, people),
    });
  });
  const gaps = createImportGaps(name, declared, "undeclaredGroup", [["Group", undeclared]]);
  return joinDifferences([{ findings: undeclared, gaps }, ...differences]);
}

/** Finds undeclared projects and cohorts. Of the declared ones, finds those that were opened, and undeclared grants. */
export function compareProjects({ name, projects, groups }: Facts, declared: DeclaredOrganization): Differences {
  const visible = listKnown(projects);
  if (!declared.hasPreviews && declared.layout?.projects === undefined) {
    return visible.length === 0
      ? noDifferences
      : createUnlistedGap(name, "projects", ["undeclaredProject", "openedProject", "undeclaredGrant"]);
  }
  const names = new Map(listKnown(groups).map((group) => [asUuid(group.id), group.name]));
  const declaredObjects = declared.layout === undefined ? [] : listLayoutObjects(declared.layout);
  const undeclared: Finding[] = [];
  const differences = visible.map((live): Differences => {
    const inLayout = declaredObjects.find(({ kind, path }) => kind === live.kind && path === live.path);
    const resources = declared.findResources(live.kind === "project" ? "Project" : "Cohort", live.id);
    if (inLayout === undefined && resources.length === 0) {
      undeclared.push(describeUndeclared(name, live, declared));
      return noDifferences;
    }
    const declarations = [
      ...(inLayout === undefined ? [] : [readLayoutAccess(inLayout)]),
      ...readProjects(resources, declared.resources),
    ];
    return joinDifferences([
      compareOpenness(name, live, declarations),
      compareUsers(name, live, declarations),
      // Without the names of the groups, a failure of the groups is a gap already.
      ...(isKnown(groups) ? [compareGrantedGroups(name, live, declarations, names)] : []),
    ]);
  });
  const getUndeclared = (type: ProjectOrCohort["kind"]) => undeclared.filter(({ object }) => object?.type === type);
  const gaps = createImportGaps(name, declared, "undeclaredProject", [
    ["Project", getUndeclared("project")],
    ["Cohort", getUndeclared("cohort")],
  ]);
  return joinDifferences([{ findings: undeclared, gaps }, ...differences]);
}

/** Returns the gap for objects with which a layout alone does not deal. */
function createUnlistedGap(organization: string, objects: string, kinds: readonly FindingKind[]): Differences {
  const sentence = `The layout declares no ${objects} of ${organization}, so the audit does not compare them. Declare them in the layout, or add the previews of the stacks that declare them with \`--preview\`.`;
  return { findings: [], gaps: [{ organization, sentence, kinds, hasFailed: false }] };
}

function describeUndeclared(organization: string, live: ProjectOrCohort, { absence }: DeclaredOrganization): Finding {
  const { everyoneEnabled } = live;
  const predicate = everyoneEnabled ? `is open to everyone, and ${absence}` : absence;
  return createFinding("undeclaredProject", organization, predicate, {
    ...describeObject(live),
    isHigh: everyoneEnabled,
  });
}

function compareOpenness(
  organization: string,
  live: ProjectOrCohort,
  declarations: readonly DeclaredAccess[],
): Differences {
  const values = declarations.map(({ everyoneEnabled }) => everyoneEnabled);
  if (!live.everyoneEnabled || values.length === 0 || values.includes(true)) return noDifferences;
  if (values.every(isWithheld)) {
    const what = `\`everyoneEnabled\` of ${live.kind} ${live.path}, which is open to everyone,`;
    return { findings: [], gaps: [createHiddenGap(organization, "openedProject", what)] };
  }
  const predicate = "is open to everyone, but is declared with `everyoneEnabled: false`";
  return { findings: [createFinding("openedProject", organization, predicate, describeObject(live))], gaps: [] };
}

function compareUsers(
  organization: string,
  live: ProjectOrCohort,
  declarations: readonly DeclaredAccess[],
): Differences {
  const { kind, path } = live;
  return compareList(
    live.users,
    declarations.map(({ users }) => users),
    {
      describe: ({ email }) => email,
      find: ({ email }) => {
        const predicate = `has a direct grant for ${kind} ${path}, but is not in its declared \`access\``;
        return createFinding("undeclaredGrant", organization, predicate, {
          person: email,
          object: describeObject(live).object,
        });
      },
      createGap: (people) =>
        createHiddenGap(organization, "undeclaredGrant", `the direct grants for ${kind} ${path}`, people),
    },
  );
}

function compareGrantedGroups(
  organization: string,
  live: ProjectOrCohort,
  declarations: readonly DeclaredAccess[],
  names: ReadonlyMap<string, string>,
): Differences {
  const { kind, path } = live;
  const granted = live.groups.map((id) => ({ uuid: asUuid(id), name: names.get(asUuid(id)) }));
  return compareList(
    granted,
    declarations.map(({ groups }) => groups),
    {
      describe: ({ uuid, name }) => `group ${name ?? uuid}`,
      find: ({ uuid, name }) => {
        const predicate = `has a grant for ${kind} ${path}, but is not in its declared \`access\``;
        return createFinding("undeclaredGrant", organization, predicate, {
          object: describeObject(live).object,
          subject: `Group ${name ?? uuid}`,
        });
      },
      createGap: (groups) =>
        createHiddenGap(organization, "undeclaredGrant", `the grants of groups for ${kind} ${path}`, groups),
    },
  );
}

function describeObject({ kind, id, path }: ProjectOrCohort) {
  return nameObject(kind, { id, name: path });
}

/** The words for the differences of a list. */
interface Words<Item> {
  readonly describe: (item: Item) => string;
  readonly find: (item: Item) => Finding;
  readonly createGap: (items: readonly string[]) => Gap;
}

/**
 * Compares a live list with its declarations. If there is none, the program does not manage the list. A list that the preview hides
 * counts only if no other declaration shows the list, such as the layout from which the resource comes.
 */
function compareList<Item>(
  live: readonly Item[],
  lists: readonly (DeclaredList<Item> | undefined)[],
  { describe, find, createGap }: Words<Item>,
): Differences {
  const declared = lists.filter((list) => list !== undefined);
  const others = live.filter((item) => !declared.some(({ includes }) => includes(item)));
  if (declared.length === 0 || others.length === 0) return noDifferences;
  if (declared.every((list) => list.isHidden)) return { findings: [], gaps: [createGap(others.map(describe))] };
  return { findings: others.map(find), gaps: [] };
}

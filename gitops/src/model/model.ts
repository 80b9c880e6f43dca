import { groupBy } from "../grouping";
import { group } from "../objects/group";
import { projectAndCohortInputs } from "../objects/grants";
import { rows } from "../objects/rows";
import type { Resource } from "./resource";
import { compareTexts } from "../wording";
import { type Declaration, filterByKind, identifyObject, pickDeclarations, resolve } from "./declaration";
import { Directory, type Side } from "./directory";
import { mergeDeclarations, type MergedDeclaration, type MergedGroup, type MergedProject } from "./merging";
import { type Mentions, readMentions } from "./mentions";
import { findChanges, type ObjectChange } from "./objectChanges";
import type { Access, Organization } from "./organization";
import { restoreNames } from "./recordedNames";
import type { Kind, StackChange } from "./stackChange";
import { splitReplacement } from "./replacement";
import { computeOrganization, type OrganizationParts } from "./computation";

/** The organizations of some stacks before and after a change, resolved from previews once. */
export interface Model {
  /** True if the state after is the declared one. In drift, it is the observed one. */
  readonly isPlanned: boolean;
  readonly before: Access;
  readonly after: Access;
  /**
   * The model in which objects that were renamed outside Pulumi have their names of the last update, before the change. Undefined if none
   * was renamed. Rules compare these names with those after the change, because the last review judged them.
   */
  readonly recorded: Model | undefined;
  /** The programs of the stacks. */
  readonly programs: readonly Program[];
  readonly declarations: readonly Declaration[];
  /** The resources that were deleted outside Pulumi, and that no program declares. They are in no organization before the change. */
  readonly vanished: readonly Declaration[];
  /** The same declarations. A replaced one is two: the object that goes, and the new object. */
  readonly separated: readonly Declaration[];
  /** The separated declarations without those of people, merged by what they are about. */
  readonly things: readonly MergedDeclaration[];
  /** The groups among the things. */
  readonly groups: readonly MergedGroup[];
  /** The projects and cohorts among the things. */
  readonly projects: readonly MergedProject[];
  /** The objects that have one row each, with the values of both sides. A replacement is one object. */
  readonly objects: readonly ObjectChange[];
  /** The people in each resource, by `Organization.key`. */
  readonly mentions: ReadonlyMap<string, Mentions>;
  /** The facts that the previews hide after the change, in whole sentences. */
  readonly unknowns: readonly string[];
}

/** The program of a stack, as far as its preview shows it. */
export interface Program extends Omit<StackChange, "resources" | "vanished"> {
  readonly declarations: readonly Declaration[];
  readonly vanished: readonly Declaration[];
}

/**
 * Computes the organizations before and after a change from the previews of all stacks.
 * @throws CommandError if a resource has a value that this version does not know.
 */
export function buildModel(unsorted: readonly StackChange[], kind: Kind): Model {
  // The order of the stacks does not matter.
  const stacks = endReleases(unsorted.toSorted((a, b) => compareTexts(a.stack, b.stack)));
  const recorded = restoreNames(stacks);
  return { ...computeModel(stacks, kind), recorded: recorded && computeModel(recorded, kind) };
}

function computeModel(stacks: readonly StackChange[], kind: Kind): Model {
  const directory = new Directory(stacks.flatMap(({ resources }) => resources));
  const isPlanned = kind === "change";
  const resolveAll = (resources: readonly Resource[]) =>
    resources.map((resource) => resolve(resource, kind, directory));
  const programs = stacks.map(({ resources, vanished = [], ...stack }) => ({
    ...stack,
    declarations: resolveAll(resources),
    vanished: resolveAll(vanished),
  }));
  const declarations = programs.flatMap((program) => program.declarations);
  // Another stack can keep or delete the object that goes, but not the new one.
  const separate = (thing: MergedDeclaration) =>
    thing.isReplaced && thing.resources.length > 1
      ? mergeDeclarations(thing.resources.flatMap(splitReplacement), isPlanned)
      : [thing];
  const separated = declarations.flatMap(splitReplacement);
  const namesPeople = ({ kind }: Declaration) => rows[kind].readPeople !== undefined;
  const things = mergeDeclarations(
    separated.filter((declaration) => !namesPeople(declaration)),
    isPlanned,
  );
  const listThings = indexByOrganization(things);
  const listInviting = indexByOrganization(separated.filter(namesPeople));
  const listNaming = indexByOrganization(declarations.filter(namesPeople));
  const past = groupByOrganization(declarations, "before");
  const present = groupByOrganization(declarations, "after");
  const vanished = programs.flatMap((program) => program.vanished);
  const before = new Map<string, Organization>();
  const after = new Map<string, Organization>();
  const allMentions = new Map<string, Mentions>();
  const unknowns: string[] = [];
  for (const key of new Set([...past.keys(), ...present.keys()])) {
    const own = { past: past.get(key) ?? [], present: present.get(key) ?? [] };
    const mentions = readMentions(key, listNaming(key), { isPlanned, vanished });
    allMentions.set(key, mentions);
    const parts = { key, isPlanned, ...own, things: listThings(key), inviting: listInviting(key), mentions };
    const former = own.past.length === 0 ? undefined : computeOrganization(parts, "before").organization;
    if (former !== undefined) before.set(key, former);
    if (isDeleted(own)) continue;
    const { organization, unknowns: hidden } = computeOrganization({ ...parts, earlier: former }, "after");
    after.set(key, organization);
    unknowns.push(...hidden);
  }
  return {
    isPlanned,
    before: { organizations: before },
    after: { organizations: after },
    recorded: undefined,
    programs,
    declarations,
    vanished,
    separated,
    things,
    groups: pickDeclarations(things, ["Group"], group.inputs),
    projects: pickDeclarations(things, ["Project", "Cohort"], projectAndCohortInputs),
    objects: findChanges(mergeDeclarations(declarations, isPlanned).flatMap(separate)),
    mentions: allMentions,
    unknowns,
  };
}

/** Nothing stays of an object that one stack deletes or replaces, even if another stack only releases it. */
function endReleases(stacks: readonly StackChange[]): readonly StackChange[] {
  const identifyFormer = (resource: Resource) => identifyObject({ ...resource, after: undefined });
  const isGone = ({ kind, before, after, isReplaced }: Resource) =>
    rows[kind].liveType !== undefined && before?.id !== undefined && (after === undefined || isReplaced);
  const gone = stacks.flatMap(({ resources }) => resources).filter(isGone);
  const deleted = new Set(gone.filter(({ isReleased }) => !isReleased).map(identifyFormer));
  return stacks.map((stack) => ({
    ...stack,
    resources: stack.resources.map((resource) =>
      resource.isReleased && isGone(resource) && deleted.has(identifyFormer(resource))
        ? { ...resource, isReleased: false }
        : resource,
    ),
  }));
}

/** Returns a function that lists the declarations that are about an organization on either side. */
function indexByOrganization<T extends Declaration>(declarations: readonly T[]): (key: string) => readonly T[] {
  const keyed = declarations.flatMap((declaration) => {
    const { before, after } = declaration.organization;
    return [...new Set([before, after])].map((key) => ({ key, declaration }));
  });
  const byKey = groupBy(keyed, ({ key }) => key);
  return (key) => byKey.get(key)?.map(({ declaration }) => declaration) ?? [];
}

function groupByOrganization(
  declarations: readonly Declaration[],
  side: Side,
): ReadonlyMap<string, readonly Declaration[]> {
  const groups = groupBy(declarations, ({ organization }) => organization[side]);
  return new Map([...groups].flatMap(([key, own]) => (key === undefined ? [] : [[key, own] as const])));
}

/** Reports if the organization's stack deletes it, even if another stack declares it. */
function isDeleted({ past, present }: Pick<OrganizationParts, "past" | "present">): boolean {
  const kept = new Set(filterByKind(present, "Organization").map(({ stack }) => stack));
  return filterByKind(past, "Organization").some(({ stack, isReleased }) => !isReleased && !kept.has(stack));
}

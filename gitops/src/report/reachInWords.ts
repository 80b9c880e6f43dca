import { describeReason } from "../access/reasons";
import { groupBy, sortBy } from "../grouping";
import { memoize } from "../memoize";
import type { Side } from "../model/directory";
import type { GroupReview, GroupSide, ObjectReview, PersonReview, Reach, ReachReason, Review } from "../review/review";
import { type Addresses, canonicalize, resolveSelection } from "../review/selection";
import { formatCount, perhapsOthers, quoteName } from "../wording";
import { type Text } from "./words";

/** The groups, projects and cohorts of an organization. */
export interface OrganizationReach {
  /** By name, without those that the change deletes. */
  readonly groups: readonly GroupInWords[];
  /** By path. */
  readonly objects: readonly ReachedObject[];
}

interface GroupInWords {
  readonly name: string;
  /** The people after the change, one in each text, and then those that the review cannot name. */
  readonly people: readonly Text[];
}

/** A project or a cohort, with everyone who reaches it. */
export interface ReachedObject extends Pick<ObjectReview, "kind" | "path"> {
  readonly change: "created" | "deleted" | "released" | "kept";
  /** Undefined if the object is absent. */
  readonly before: SideReach | undefined;
  readonly after: SideReach | undefined;
}

/** The people who reach an object on one side. */
export interface SideReach {
  readonly reasons: readonly ReasonInWords[];
  /** The people in short: groups, people and everyone. */
  readonly people: readonly Text[];
  /** Tells if the object is open, or which people the review cannot name; empty for neither. */
  readonly hint: string;
  /** True if nobody else in the organization can reach the object. */
  readonly isComplete: boolean;
}

interface ReasonInWords {
  /** Such as `through group field`. */
  readonly words: string;
  /** By address in lower case. Equal reasons of several objects share the set. */
  readonly people: Addresses;
}

const sides = ["before", "after"] as const;

const hiddenPeople = "people that the preview hides";

/** Returns the groups, projects and cohorts of each organization that has any, by key. */
export function readReach(review: Review): ReadonlyMap<string, OrganizationReach> {
  const { organizations, people, groups = [], objects = [] } = review;
  const getOrganization = ({ organization }: { readonly organization: string }) => organization;
  const [groupsOf, objectsOf] = [groupBy(groups, getOrganization), groupBy(objects, getOrganization)];
  const peopleOf = groupBy(people, getOrganization);
  return new Map(
    [...new Set([...groupsOf.keys(), ...objectsOf.keys()])].map((key) => {
      const own = groupsOf.get(key) ?? [];
      const isComplete = organizations.find((organization) => organization.key === key)?.complete === true;
      const resolvers = {
        before: createResolver(peopleOf.get(key) ?? [], own, objectsOf.get(key) ?? [], "before"),
        after: createResolver(peopleOf.get(key) ?? [], own, objectsOf.get(key) ?? [], "after"),
      };
      return [
        key,
        {
          groups: sortBy(own, ({ name }) => [name]).flatMap(({ name, after }) =>
            after === null ? [] : [{ name, people: describeGroup(after) }],
          ),
          objects: sortBy(objectsOf.get(key) ?? [], ({ path, kind, key }) => [path, kind, key]).map((object) => {
            const [before, after] = sides.map((side) =>
              describeSide(object[side], isComplete, (reason) => resolvers[side](object, reason)),
            );
            return { kind: object.kind, path: object.path, change: getChange(object), before, after };
          }),
        },
      ];
    }),
  );
}

function getChange({ before, after, released }: ObjectReview): ReachedObject["change"] {
  if (released !== undefined) return "released";
  return after === null ? "deleted" : before === null ? "created" : "kept";
}

function describeGroup({ people, invited = [], hidden, undeclared }: GroupSide): readonly Text[] {
  const all: readonly Text[] = [
    ...people.map((email): Text => [{ email }]),
    ...invited.map((email): Text => [{ email }, " (by accepting an invitation)"]),
    ...(hidden === undefined ? [] : [[hiddenPeople]]),
    ...(undeclared === undefined ? [] : [[perhapsOthers]]),
  ];
  return all.length === 0 ? [["nobody"]] : all;
}

/** Returns the people of a reason. */
type Resolver = (object: ObjectReview, reason: ReachReason) => Addresses;

function createResolver(
  people: readonly PersonReview[],
  groups: readonly GroupReview[],
  objects: readonly ObjectReview[],
  side: Side,
): Resolver {
  const eligible = people.filter(({ [side]: access }) => access !== null && access.status !== "expired");
  const everyone = canonicalize(eligible.map(({ email }) => email));
  const admins = canonicalize(eligible.flatMap(({ email, [side]: access }) => (access?.role === "admin" ? email : [])));
  const members = new Map(groups.map((group) => [group.name, canonicalize(group[side]?.people)]));
  const invited = new Map(groups.map((group) => [group.name, canonicalize(group[side]?.invited)]));
  const projects = new Map(objects.flatMap((object) => (object.kind === "project" ? [[object.key, object]] : [])));
  const findBase = (reason: Exclude<ReachReason, { readonly kind: "user" }>): Addresses => {
    if (reason.kind === "role") return admins;
    if (reason.kind === "everyone") return everyone;
    return (reason.kind === "group" ? members : invited).get(reason.group) ?? new Set();
  };
  /** Returns the people who reach a project. Undefined if others may reach it: `within` then limits nothing. */
  const findProjectPeople = memoize((key: string | undefined): Addresses | undefined => {
    const project = key === undefined ? undefined : projects.get(key);
    const reach = project?.[side] ?? null;
    if (project === undefined || reach === null || !areAllGrantsKnown(reach)) return undefined;
    return new Set(reach.reasons.flatMap((one) => [...resolve(project, one)]));
  });
  const resolve: Resolver = (object, reason) => {
    if (reason.kind === "user") return canonicalize(reason.people);
    // The recursion ends here, because a project has no project.
    const projectPeople = object.kind === "cohort" ? findProjectPeople(object.project) : undefined;
    return resolveSelection(reason, findBase(reason), projectPeople);
  };
  return resolve;
}

/** Reports if the review knows all grants, and the members of all groups with a grant. */
function areAllGrantsKnown({ hidden, undeclaredGrants, undeclaredGroups }: Reach): boolean {
  return hidden === undefined && undeclaredGrants === undefined && undeclaredGroups === undefined;
}

/** Describes who reaches an object on one side. `isComplete` is true if no other person can be in the organization. */
function describeSide(
  reach: Reach | null,
  isComplete: boolean,
  resolve: (reason: ReachReason) => Addresses,
): SideReach | undefined {
  if (reach === null) return undefined;
  const reasons = reach.reasons.map((reason) => ({ reason, people: resolve(reason) }));
  const opening = reach.reasons.find((reason) => reason.kind === "everyone");
  return {
    reasons: reasons.map(({ reason, people }) => ({ words: describeReachReason(reason), people })),
    ...(opening === undefined ? describeRestricted(reach, reasons) : describeOpen(opening, isComplete)),
  };
}

interface ReasonAndPeople {
  readonly reason: ReachReason;
  readonly people: Addresses;
}

/** A person without a declared membership may be a member, who reaches an open object. */
function describeOpen(opening: Opening, isComplete: boolean): Omit<SideReach, "reasons"> {
  const everyone = describeEveryone(opening);
  return { people: [[everyone]], hint: `open to ${everyone}`, isComplete };
}

function describeRestricted(reach: Reach, reasons: readonly ReasonAndPeople[]): Omit<SideReach, "reasons"> {
  const [grants, unnamed] = [describeGrants(reasons, reach), describeUnnamed(reach)];
  const hasAdmins = reasons.some(({ reason }) => reason.kind === "role");
  const admins = grants.length + unnamed.length === 0 ? "only admins" : "admins";
  return {
    people: [...grants, ...(hasAdmins ? [[admins]] : []), ...unnamed],
    hint: unnamed.map(formatPlain).join(", "),
    isComplete: areAllGrantsKnown(reach),
  };
}

type Opening = Extract<ReachReason, { readonly kind: "everyone" }>;

function describeEveryone({ within }: Opening): string {
  return within === undefined ? "everyone in the organization" : "everyone with access to the project";
}

/** Describes a reason of one person. */
function describeReachReason(reason: ReachReason): string {
  if (reason.kind === "everyone") return `open to ${describeEveryone(reason)}`;
  return describeReason(reason.kind === "role" ? { kind: "role", role: "admin" } : reason);
}

/** Describes the people with grants. The people of a group include those who join it by accepting an invitation. */
function describeGrants(reasons: readonly ReasonAndPeople[], { undeclaredGroups = [] }: Reach): readonly Text[] {
  const throughGroups = reasons.flatMap(({ reason, people }) => ("group" in reason ? [{ ...reason, people }] : []));
  return [
    ...[...groupBy(throughGroups, ({ group }) => group)].flatMap(([name, own]): readonly Text[] => {
      if (undeclaredGroups.includes(name)) return [];
      const count = own.reduce((sum, { people }) => sum + people.size, 0);
      return [["group ", { name }, ` (${formatCount(count, "person", "people")})`]];
    }),
    ...reasons.flatMap(({ reason }) => (reason.kind === "user" ? reason.people.map((email): Text => [{ email }]) : [])),
  ];
}

/** Names the people that the review cannot name. */
function describeUnnamed({ hidden, undeclaredGrants, undeclaredGroups = [] }: Reach): readonly Text[] {
  return [
    ...undeclaredGroups.map((name): Text => ["group ", { name }, ", whose members no stack declares"]),
    ...(hidden === undefined ? [] : [[hiddenPeople]]),
    ...(undeclaredGrants === undefined ? [] : [[perhapsOthers]]),
  ];
}

function formatPlain(text: Text): string {
  return text.map((part) => (typeof part === "string" ? part : "name" in part ? quoteName(part.name) : "")).join("");
}

import { isRecord } from "#framework";
import { canonicalizeEmail } from "#provider";
import type { Person } from "../access/access";
import type { Side } from "../access/directory";
import type { Sides } from "../access/sides";
import type { Kind } from "../preview/document";
import { isHidden, mayDiffer, type Resource, type State } from "../preview/resource";
import type { Risk, SettingReview } from "./review";

/** The reasons for which people have access to a project or cohort, by canonical address. */
type Reasons = ReadonlyMap<string, readonly string[]>;

/** The access to one project or cohort on one side. */
interface ProjectAccess {
  /** True if all members of the organization have access. */
  readonly isOpen: boolean;
  readonly reasons: Reasons;
  /** The groups with access whose members no stack declares: by name, or by UUID if no stack declares the group. */
  readonly unknownGroups: readonly string[];
  /** All groups with access, in the same words. */
  readonly groups: readonly string[];
  /** True if the preview hides a part of the access. */
  readonly isHidden: boolean;
}

const asAdmin = "as an admin";
const openToEveryone = "open to everyone";

/**
 * Lists changes of the effective access to projects and cohorts: by a grant, through a group, or because they are open to everyone.
 * Admins always have access. People and projects with the same change share a row.
 */
export function reviewProjects(sides: Sides, declared: readonly Resource[], kind: Kind): readonly SettingReview[] {
  const resources = declared.flatMap(separate);
  const projects = resources.filter((resource) => resource.kind === "Project" || resource.kind === "Cohort");
  const groups = resources.filter((resource) => resource.kind === "Group");
  const keys = new Set([...projects, ...groups].flatMap((resource) => getKey(sides, resource) ?? []));
  return [...keys].flatMap((key) => {
    const isOwn = (resource: Resource) => getKey(sides, resource) === key;
    const getPeople = (side: Side) => sides[side].organizations.get(key)?.people ?? new Map<string, Person>();
    const read = (resource: Resource, side: Side) =>
      readAccess(resource, side, { kind, groups, people: getPeople(side) });
    return mergeRows(key, [
      ...projects
        .filter(isOwn)
        .flatMap((resource) =>
          compareProject(
            resource,
            read(resource, "before"),
            read(resource, "after"),
            getPeople("before"),
            getPeople("after"),
          ),
        ),
      ...groups.filter(isOwn).flatMap((resource) => compareGroup(resource, kind)),
    ]);
  });
}

/** Returns two resources for a replaced one: the object that goes, and the new object. */
function separate(resource: Resource): readonly Resource[] {
  const { isReplaced, before, after } = resource;
  if (!isReplaced || before === undefined || after === undefined) return [resource];
  return [
    { ...resource, after: undefined },
    { ...resource, before: undefined, isReleased: false },
  ];
}

function getKey({ directory }: Sides, resource: Resource): string | undefined {
  return directory.getKey(resource, "after") ?? directory.getKey(resource, "before");
}

interface Surroundings {
  readonly kind: Kind;
  readonly groups: readonly Resource[];
  readonly people: ReadonlyMap<string, Person>;
}

/** Returns the access on one side; undefined if the project is absent there. Undeclared access stays as it was. */
function readAccess(resource: Resource, side: Side, surroundings: Surroundings): ProjectAccess | undefined {
  const state = resource[side];
  if (state === undefined) return undefined;
  const { kind, groups, people } = surroundings;
  const read = (name: string) => readProperty(resource, side, kind, name);
  const [everyoneEnabled, access] = [read("everyoneEnabled"), read("access")];
  const isOpen = everyoneEnabled === true;
  const reasons = new Map<string, string[]>();
  const add = (email: string, reason: string) => {
    const key = canonicalizeEmail(email);
    reasons.set(key, [...(reasons.get(key) ?? []), reason]);
  };
  for (const { email, role } of people.values()) {
    if (role === "admin") add(email, asAdmin);
    else if (isOpen) add(email, openToEveryone);
  }
  const users = isRecord(access) ? access.users : undefined;
  for (const email of listTexts(users)) add(email, "granted directly");
  const ids = isRecord(access) ? access.groups : undefined;
  const found = findGroups(state, side, ids, groups);
  const unknownGroups = [...found.undeclared];
  const hidden = [everyoneEnabled, access].some(isHidden) || countHidden(users) > 0 || found.isHidden;
  const isMemberHidden = found.declared.map((group) => {
    const name = getName(group);
    const members = readProperty(group, side, kind, "members");
    if (members === undefined) unknownGroups.push(name);
    for (const email of listTexts(members)) add(email, `through group ${name}`);
    return countHidden(members) > 0;
  });
  const names = [...found.undeclared, ...found.declared.map(getName)];
  return { isOpen, reasons, unknownGroups, groups: names, isHidden: hidden || isMemberHidden.includes(true) };
}

/** Returns a property of one side. Drift is observed, a change is declared. An undeclared list stays as it was. */
function readProperty(resource: Resource, side: Side, kind: Kind, name: string): unknown {
  const { before, after } = resource;
  const observed = before?.outputs?.[name] ?? before?.inputs[name];
  if (side === "before") return observed;
  const declared = kind === "drift" ? (after?.outputs?.[name] ?? after?.inputs[name]) : after?.inputs[name];
  return declared ?? observed;
}

/** The groups with access to a project or cohort on one side. */
interface FoundGroups {
  readonly declared: readonly Resource[];
  /** The UUIDs of the groups that no stack declares. */
  readonly undeclared: readonly string[];
  /** True if the preview hides a group that is not among the declared ones. */
  readonly isHidden: boolean;
}

/** Finds the groups with access. The preview does not know the id of a group that the same change creates. */
function findGroups(state: State, side: Side, ids: unknown, groups: readonly Resource[]): FoundGroups {
  const uuids = new Set(listTexts(ids).map(getUuid));
  const present = groups.filter((group) => group[side] !== undefined || group.isReleased);
  const created = present.filter((group) => getId(group) === undefined && state.accessFrom.includes(group.urn));
  const known = new Map(groups.map((group) => [group, getUuid(getId(group) ?? "")]));
  const named = new Set(known.values());
  return {
    declared: [...present.filter((group) => uuids.has(known.get(group) ?? "")), ...created],
    undeclared: [...uuids].filter((uuid) => !named.has(uuid)),
    isHidden: isHidden(ids) || countHidden(ids) > created.length,
  };
}

function getId({ before, after }: Resource): string | undefined {
  return after?.id ?? before?.id;
}

/** Returns the UUID at the end of an id. */
function getUuid(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}

function listTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** Counts the hidden items of a list. A hidden list counts as one. */
function countHidden(value: unknown): number {
  return [value].flat().filter(isHidden).length;
}

/** The kinds of rows. Each has its words and risks. */
const outcomes = {
  hidden: { risks: ["hidden"], describe: (projects) => `The preview hides who has access to ${projects}.` },
  opens: {
    risks: ["opensProject"],
    describe: (projects) => `Everyone in the organization gets access to ${projects}.`,
  },
  closes: { risks: [], describe: (projects) => `Open to everyone before, but not after: ${projects}.` },
  ends: { risks: ["revokesAccess"], describe: (projects) => `Deleted, with all access: ${projects}.` },
  grantsGroup: {
    risks: ["grantsAccess"],
    describe: (projects, _, group) =>
      `Group ${group} gets access to ${projects}. No stack declares the members of this group.`,
  },
  revokesGroup: {
    risks: ["revokesAccess"],
    describe: (projects, _, group) =>
      `Group ${group} loses access to ${projects}. No stack declares the members of this group.`,
  },
  grants: {
    risks: ["grantsAccess"],
    describe: (projects, people, reasons) => `Access to ${projects} for ${people}: ${reasons}.`,
  },
  // A new member has access to all open projects, and is among the access changes.
  includes: {
    risks: [],
    describe: (projects, people, reasons) => `Access to ${projects} for ${people}: ${reasons}.`,
  },
  revokes: {
    risks: ["revokesAccess"],
    describe: (projects, people, reasons) => `No more access to ${projects} for ${people} (before: ${reasons}).`,
  },
  moves: {
    risks: [],
    describe: (projects, people, reasons) => `Access to ${projects} remains for ${people}: ${reasons}.`,
  },
  hidesMembers: { risks: ["hidden"], describe: (group) => `The preview hides who joins or leaves ${group}.` },
  joins: { risks: ["grantsAccess"], describe: (group, people) => `Join ${group}: ${people}.` },
  leaves: { risks: ["revokesAccess"], describe: (group, people) => `Leave ${group}: ${people}.` },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly risks: readonly Risk[];
      readonly describe: (objects: string, people: string, detail: string) => string;
    }
  >
>;

/** A change of the access of one person to one object, or of the access of nobody in particular. */
interface Row {
  /** The object in words, such as `project firmware`. */
  readonly object: string;
  readonly outcome: keyof typeof outcomes;
  /** Undefined if the row names nobody. */
  readonly email?: string;
  /** The reasons, or the name of a group. */
  readonly detail?: string;
}

function compareProject(
  resource: Resource,
  before: ProjectAccess | undefined,
  after: ProjectAccess | undefined,
  formerPeople: ReadonlyMap<string, Person>,
  members: ReadonlyMap<string, Person>,
): readonly Row[] {
  if (resource.isReleased) return [];
  const object = describeObject(resource);
  const former = before?.unknownGroups ?? [];
  const whole: readonly Row[] = [
    ...(after?.isHidden === true && resource.isChanged ? [{ object, outcome: "hidden" } as const] : []),
    ...(after?.isOpen === true && before?.isOpen !== true ? [{ object, outcome: "opens" } as const] : []),
    ...(after?.isOpen === false && before?.isOpen === true && !after.isHidden
      ? [{ object, outcome: "closes" } as const]
      : []),
    ...(after === undefined && before !== undefined ? [{ object, outcome: "ends" } as const] : []),
    ...(after?.unknownGroups ?? [])
      .filter((group) => !former.includes(group))
      .map((detail) => ({ object, outcome: "grantsGroup", detail }) as const),
    ...(after === undefined || after.isHidden ? [] : former.filter((group) => !after.groups.includes(group))).map(
      (detail) => ({ object, outcome: "revokesGroup", detail }) as const,
    ),
  ];
  if (after === undefined) return whole;
  const opens = after.isOpen && before?.isOpen !== true;
  const addresses = new Set([...(before?.reasons.keys() ?? []), ...after.reasons.keys()]);
  return [
    ...whole,
    ...[...addresses].flatMap((address): Row[] => {
      const [prior = [], present = []] = [before?.reasons.get(address), after.reasons.get(address)];
      const row = { object, email: (members.get(address) ?? formerPeople.get(address))?.email ?? address };
      if (present.length === 0) {
        // Someone who leaves the organization is among the access changes. Hidden access may include the person.
        const isLeaving = !members.has(address) && !prior.some(isGrant);
        return isLeaving || after.isHidden ? [] : [{ ...row, outcome: "revokes", detail: prior.join(", ") }];
      }
      const isGranted = present.some(isGrant);
      if (prior.length === 0 && isGranted) return [{ ...row, outcome: "grants", detail: present.join(", ") }];
      if (prior.length === 0) return opens ? [] : [{ ...row, outcome: "includes", detail: present.join(", ") }];
      // Others keep access in any case.
      const isMoved = prior.every(isGrant) && present.every(isGrant) && prior.join() !== present.join();
      const detail = `${present.join(", ")} (before: ${prior.join(", ")})`;
      return isMoved ? [{ ...row, outcome: "moves", detail }] : [];
    }),
  ];
}

/** Reports if a reason is a grant, directly or through a group. */
function isGrant(reason: string): boolean {
  return reason !== asAdmin && reason !== openToEveryone;
}

/** Lists the people who join or leave a group, which may have access to projects that no stack declares. */
function compareGroup(resource: Resource, kind: Kind): readonly Row[] {
  if (resource.isReleased) return [];
  const read = (side: Side) =>
    new Map(
      listTexts(resource[side] && readProperty(resource, side, kind, "members")).map((email) => [
        canonicalizeEmail(email),
        email,
      ]),
    );
  const [before, after] = [read("before"), read("after")];
  const object = describeObject(resource);
  if (resource.after !== undefined && countHidden(readProperty(resource, "after", kind, "members")) > 0)
    return mayDiffer(resource, "members") ? [{ object, outcome: "hidesMembers" }] : [];
  const list = (from: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>, outcome: "joins" | "leaves") =>
    [...from].flatMap(([address, email]) => (other.has(address) ? [] : [{ object, email, outcome }]));
  return [...list(after, before, "joins"), ...list(before, after, "leaves")];
}

/** Returns the object in words, such as `project firmware`. */
function describeObject(resource: Resource): string {
  return `${resource.kind.toLowerCase()} ${getName(resource)}`;
}

/** Returns the name in Peridio, as far as the preview shows it. */
function getName({ name, before, after }: Resource): string {
  const declared = after?.inputs.name ?? before?.inputs.name;
  return typeof declared === "string" ? declared : name;
}

/** Merges rows: first the people with the same change of an object, then the objects with the same people. */
function mergeRows(organization: string, rows: readonly Row[]): readonly SettingReview[] {
  const perObject = groupBy(rows, ({ object, outcome, detail }) => JSON.stringify([object, outcome, detail])).map(
    ([first, ...others]) => ({
      ...first,
      emails: [first, ...others].flatMap(({ email }) => email ?? []).sort(),
    }),
  );
  return groupBy(perObject, ({ outcome, detail, emails }) => JSON.stringify([outcome, detail, emails])).map(
    ([first, ...others]) => {
      const objects = [first, ...others]
        .map(({ object }) => object)
        .sort()
        .join(", ");
      const { risks, describe } = outcomes[first.outcome];
      return {
        organization,
        section: "projects",
        setting: objects,
        words: describe(objects, first.emails.join(", "), first.detail ?? ""),
        risks: [...risks],
      };
    },
  );
}

function groupBy<T>(items: readonly T[], getKey: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = getKey(item);
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [item]);
    else others.push(item);
  }
  return [...groups.values()];
}

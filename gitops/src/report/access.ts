import { roles } from "#provider";
import type { OrganizationReview, PersonAccess, PersonReview, Review } from "../review/review";
import { formatCount, getRoleName, joinAnd } from "../wording";
import { append, type AtRisk, describeRisks, getRiskKey, sortBy, type Wording, wordings } from "./words";

/** An organization with the access of everyone in it. */
export interface Organization extends AtRisk {
  readonly name: string;
  readonly change: OrganizationReview["change"];
  /** The rest of a sentence that begins with the name. */
  readonly predicate: string;
  /** The number of people after the change, in words. */
  readonly people: string;
  /** The people that the review cannot name, in words; empty if there are none. */
  readonly unnamed: string;
  /** Everyone with access before or after the change, by address. */
  readonly access: readonly PersonalAccess[];
}

/** A person with all access. */
export interface Person {
  readonly email: string;
  /** By risk and then by organization. */
  readonly access: readonly PersonalAccess[];
}

/** The access of one person to one organization, before and after. */
export interface PersonalAccess extends AtRisk {
  readonly email: string;
  /** The name of the organization. */
  readonly organization: string;
  /** Undefined for no access. */
  readonly before: Access | undefined;
  readonly after: Access | undefined;
  /** The kind of the change; undefined if access does not change. */
  readonly kind: ChangeKind | undefined;
  readonly notes: readonly string[];
}

/** Reports if access changes or is at risk. */
export function isConcerned({ kind, level }: PersonalAccess): boolean {
  return kind !== undefined || level !== undefined;
}

/** Access in words. Equal access is one object. */
export interface Access {
  readonly role: string;
  readonly owner: boolean;
  /** The ownership and the status of an invitation; empty for a member who is no owner. */
  readonly status: string;
  /** The whole access in a few words, such as `admin (owner)` or `viewer (invited)`. */
  readonly words: string;
}

export type ChangeKind = keyof typeof changeKinds;

/** The kinds of changes in words. */
export const changeKinds = {
  added: "added",
  removed: "removed",
  raised: "role raised",
  lowered: "role lowered",
  owns: "becomes the owner",
  disowned: "no longer the owner",
  changed: "other change",
} as const;

/** All roles in words, the highest first. */
export const everyRole: readonly string[] = ([...roles, "unknown", "secret"] as const).map(describeRole);

function describeRole(role: PersonAccess["role"]): string {
  return role === "unknown" || role === "secret" ? `${role} role` : getRoleName(role);
}

const statusWords = {
  active: "",
  pending: "invited",
  expired: "invitation expired",
  planned: "to be invited",
} as const satisfies Record<PersonAccess["status"], string>;

export const noAccess = "no access";

/** Returns the organizations by name, and the people by risk and then by address. */
export function readAccess({ kind, organizations, people }: Review): {
  readonly organizations: readonly Organization[];
  readonly persons: readonly Person[];
} {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const describe = createDescriber();
  const byOrganization = new Map<string, PersonalAccess[]>();
  const byAddress = new Map<string, PersonalAccess[]>();
  const sorted = sortBy(
    people.map((person) => ({ person, organization: names.get(person.organization) ?? person.organization })),
    ({ person: { organization: key, email }, organization }) => [organization, key, email.toLowerCase(), email],
  );
  for (const { person, organization } of sorted) {
    const { before, after, risks, notes, email } = person;
    const access = {
      email,
      organization,
      before: describe(before),
      after: describe(after),
      kind: getChangeKind(person),
      notes,
      ...describeRisks(risks),
    };
    append(byOrganization, person.organization, access);
    append(byAddress, email.toLowerCase(), access);
  }
  const persons = [...byAddress].map(([address, all]) => {
    const access = sortBy(all, (one) => [getRiskKey(one)]);
    return { email: all[0]?.email ?? address, access, keys: [...access.slice(0, 1).map(getRiskKey), address] };
  });
  return {
    organizations: sortBy(organizations, ({ name, key }) => [name, key]).map((organization) =>
      createOrganization(organization, byOrganization.get(organization.key) ?? [], wordings[kind].predicates),
    ),
    persons: sortBy(persons, ({ keys }) => keys),
  };
}

/** Returns a function that describes access, with one object for equal access. */
function createDescriber(): (access: PersonAccess | null) => Access | undefined {
  const known = new Map<string, Access>();
  return (access) => {
    if (access === null) return undefined;
    const key = `${access.role} ${access.status} ${String(access.owner)}`;
    const described = known.get(key) ?? describeAccess(access);
    known.set(key, described);
    return described;
  };
}

function describeAccess({ role: name, owner, status: state }: PersonAccess): Access {
  const role = describeRole(name);
  const status = [owner ? "owner" : "", statusWords[state]].filter(Boolean).join(", ");
  return { role, owner, status, words: status === "" ? role : `${role} (${status})` };
}

function getChangeKind({ before, after, changed }: PersonReview): ChangeKind | undefined {
  if (!changed) return undefined;
  if (before === null) return "added";
  if (after === null) return "removed";
  if (before.owner !== after.owner) return after.owner ? "owns" : "disowned";
  const [prior, current] = [getRoleIndex(before), getRoleIndex(after)];
  if (prior === undefined || current === undefined || prior === current) return "changed";
  return current < prior ? "raised" : "lowered";
}

/** The index of a role. A lower one allows more. */
function getRoleIndex({ role }: PersonAccess): number | undefined {
  const index = roles.findIndex((name) => name === role);
  return index === -1 ? undefined : index;
}

function createOrganization(
  organization: OrganizationReview,
  access: readonly PersonalAccess[],
  predicates: Wording["predicates"],
): Organization {
  const { name, change, complete, risks } = organization;
  const count = (side: "before" | "after") =>
    countPeople(access.filter((one) => one[side] !== undefined).length, organization);
  const changing = count(change === "created" || change === "adopted" ? "after" : "before");
  const { named, unnamed } = count("after");
  const others = complete ? [] : ["perhaps others that no stack declares"];
  return {
    name,
    change,
    predicate: predicates[change](joinAnd([...changing.named, ...changing.unnamed])),
    people: [...named, ...unnamed, ...others].join(", and "),
    unnamed: [...unnamed, ...others].join(", "),
    access,
    ...describeRisks(risks),
  };
}

/** Counts the people of an organization, as the parts of an enumeration. The review names `count` of these people. */
function countPeople(
  count: number,
  { hiddenPeople, hiddenRoster = false }: OrganizationReview,
): { readonly named: readonly string[]; readonly unnamed: readonly string[] } {
  const named = count === 0 && hiddenRoster ? [] : [formatCount(count, "person", "people")];
  const hidden =
    hiddenPeople === 0
      ? []
      : [formatCount(hiddenPeople, "person with a hidden address", "people with hidden addresses")];
  const roster = `${named.length + hidden.length === 0 ? "people" : "others"} that the preview hides`;
  return { named, unnamed: hiddenRoster ? [...hidden, roster] : hidden };
}

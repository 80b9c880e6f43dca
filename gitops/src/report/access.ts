import { canonicalizeEmail } from "#provider";
import { personRoles, formatAccess, getRoleName } from "../roles";
import { groupBy, sortBy } from "../grouping";
import { createOutsiderCheck } from "../review/insiders";
import { type ChangeKind, getChangeKind, undoing } from "./changeKind";
import {
  isConcerned,
  isConcernedOrganization,
  type OrganizationReview,
  type PersonAccess,
  type Review,
} from "../review/review";
import { describeLastDay, formatCount, formatHiddenPeople, joinAnd, noAccess, perhapsOthers } from "../wording";
import { type DescribedRisks, describeRisks, getRiskKey, joinRisks, type Wording, wordings } from "./words";

/** An organization with the access of everyone in it. */
export interface ReportedOrganization extends DescribedRisks {
  /** The key in the review. */
  readonly key: string;
  readonly name: string;
  readonly change: OrganizationReview["change"];
  /** The rest of a sentence that begins with the name. */
  readonly predicate: string;
  /** True if the organization changes or is at risk. */
  readonly isConcerned: boolean;
  /** True if the base causes the same change. */
  readonly isPending: boolean;
  /** The access after the change; undefined for an organization that ends. */
  readonly after: PeopleAfter | undefined;
  /** The people that the review cannot name, in words; empty if there are none. */
  readonly unnamed: string;
  /** Everyone with access before or after the change, by address. */
  readonly access: readonly PersonInOrganization[];
}

/** The access to an organization after the change. */
interface PeopleAfter {
  /** The number of people, in words. */
  readonly people: string;
  /** The roles that people have, the highest first. */
  readonly roles: readonly { readonly role: string; readonly people: readonly RoleHolder[] }[];
}

/** A person with a role. */
export interface RoleHolder {
  readonly email: string;
  readonly access: AccessInWords;
}

/** A person with all access. */
export interface ReportedPerson {
  readonly email: string;
  /** True for a person who is none of the company's own people, as far as the review knows them. */
  readonly isOutsider: boolean;
  /** By risk and then by organization. */
  readonly access: readonly PersonInOrganization[];
}

/** People with equal changes, either outsiders or not. */
export interface PersonGroup extends DescribedRisks {
  /** By address. */
  readonly people: readonly [ReportedPerson, ...ReportedPerson[]];
  readonly isOutsider: boolean;
  /** The changes of the first person, which stand for those of the others. */
  readonly changes: readonly PersonInOrganization[];
}

/** The access of one person to one organization, before and after. */
export interface PersonInOrganization extends DescribedRisks {
  readonly email: string;
  /** The name of the organization. */
  readonly organization: string;
  /** Undefined for no access. */
  readonly before: AccessInWords | undefined;
  readonly after: AccessInWords | undefined;
  /** The access on both sides in a few words, also if there is none. */
  readonly words: { readonly before: string; readonly after: string };
  /** True if access changes or is at risk. */
  readonly isConcerned: boolean;
  /** True if the base causes the same change. */
  readonly isPending: boolean;
  /** Tells that the change undoes one outside Pulumi; empty otherwise. */
  readonly cause: string;
  /** The kind of the change; undefined if access does not change. */
  readonly kind: ChangeKind | undefined;
  readonly notes: readonly string[];
}

/** Access in words. Equal access is one object, so that the data of a page contains it once. */
export interface AccessInWords {
  readonly role: string;
  readonly isOwner: boolean;
  /** The ownership and the status of an invitation; empty for a member who is no owner. */
  readonly status: string;
  /** The whole access in a few words, such as `admin (owner)` or `viewer (invited)`. */
  readonly words: string;
}

/** All roles in words, the highest first. */
export const rolesInWords: readonly string[] = ([...personRoles, "unknown", "secret"] as const).map(getRoleName);

const statusWords = {
  active: "",
  pending: "invited",
  expired: "invitation expired",
  planned: "to be invited",
} as const satisfies Record<PersonAccess["status"], string>;

/** Returns the organizations by name, and the people: by risk, outsiders first, then by role and by address. */
export function readAccess({ kind, organizations, people, insiders = [] }: Review): {
  readonly organizations: readonly ReportedOrganization[];
  readonly persons: readonly ReportedPerson[];
} {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  const describe = createDescriber();
  const sorted = sortBy(
    people.map((person) => ({ person, organization: names.get(person.organization) ?? person.organization })),
    ({ person: { organization: key, email }, organization }) => [organization, key, canonicalizeEmail(email), email],
  );
  const all = sorted.map(({ person, organization }) => {
    const { before, after, undoesDrift = false, risks, notes, email, pending: isPending = false } = person;
    const [prior, current] = [describe(before), describe(after)];
    const access: PersonInOrganization = {
      email,
      organization,
      before: prior,
      after: current,
      words: { before: prior?.words ?? noAccess, after: current?.words ?? noAccess },
      isConcerned: isConcerned(person),
      isPending,
      cause: undoesDrift ? undoing : "",
      kind: getChangeKind(person),
      notes,
      ...describeRisks(risks),
    };
    return { key: person.organization, access };
  });
  const byOrganization = groupBy(all, ({ key }) => key);
  const byAddress = groupBy(all, ({ access }) => canonicalizeEmail(access.email));
  const checkOutsider = createOutsiderCheck(insiders);
  const persons = [...byAddress].map(([address, own]) => {
    const access = sortBy(
      own.map((one) => one.access),
      (one) => [getRiskKey(one)],
    );
    const isOutsider = checkOutsider(address);
    const keys = [...access.slice(0, 1).map(getRiskKey), String(!isOutsider), getRoleKey(access), address];
    return { email: own[0].access.email, isOutsider, access, keys };
  });
  return {
    organizations: sortBy(organizations, ({ name, key }) => [name, key]).map((organization) =>
      createOrganization(
        organization,
        (byOrganization.get(organization.key) ?? []).map(({ access }) => access),
        wordings[kind].predicates,
      ),
    ),
    persons: sortBy(persons, ({ keys }) => keys),
  };
}

/** A sort key: the highest role before or after a change first. */
function getRoleKey(access: readonly PersonInOrganization[]): string {
  const concerned = access.filter((one) => one.isConcerned).flatMap(({ before, after }) => [before, after]);
  const index = rolesInWords.findIndex((role) => concerned.some((one) => one?.role === role));
  return String(index === -1 ? rolesInWords.length : index).padStart(2, "0");
}

/** Groups the people whose access changes or is at risk. The order of the people decides about the order of the groups. */
export function groupPeople(persons: readonly ReportedPerson[]): readonly PersonGroup[] {
  const concerned = persons.flatMap((person) => {
    const changes = person.access.filter(({ isConcerned }) => isConcerned);
    return changes.length === 0 ? [] : [{ person, changes }];
  });
  const groups = groupBy(concerned, ({ person, changes }) =>
    [person.isOutsider, ...changes.map(getGroupingKey)].join("\n"),
  );
  return [...groups.values()].map(([first, ...others]) => ({
    people: [first.person, ...others.map(({ person }) => person)],
    isOutsider: first.person.isOutsider,
    changes: first.changes,
    ...joinRisks(first.changes),
  }));
}

const [mostVisibleInsiders, mostVisibleOutsiders] = [3, 10];

/** Returns the people that a reader sees at once, and the others with their number in words. */
export function foldPeople(people: readonly ReportedPerson[], isOutsider: boolean) {
  const visible = listVisible(people, isOutsider);
  const folded = people.slice(visible.length);
  const [singular, plural] = isOutsider ? ["more outsider", "more outsiders"] : ["person", "people"];
  return { visible, folded, count: formatCount(folded.length, singular, plural) };
}

/** The first outsiders are always visible. Insiders are visible if they are few, and all folded otherwise. */
function listVisible(people: readonly ReportedPerson[], isOutsider: boolean): readonly ReportedPerson[] {
  if (isOutsider) return people.slice(0, mostVisibleOutsiders);
  return people.length <= mostVisibleInsiders ? people : [];
}

/** Returns everything about an access but the address. */
function getGroupingKey({ organization, words, cause, kind, risks, notes }: PersonInOrganization): string {
  return JSON.stringify([organization, words, cause, kind, risks.map((risk) => risk.words), notes]);
}

/** Returns a function that describes access, with one object for equal access. */
function createDescriber(): (access: PersonAccess | null) => AccessInWords | undefined {
  const known = new Map<string, AccessInWords>();
  return (access) => {
    if (access === null) return undefined;
    const key = `${access.role} ${access.status} ${String(access.owner)} ${access.lastDay ?? ""} ${access.afterwards ?? ""}`;
    const described = known.get(key) ?? describeAccess(access);
    known.set(key, described);
    return described;
  };
}

function describeAccess({ role: name, owner, status, lastDay, afterwards }: PersonAccess): AccessInWords {
  const role = getRoleName(name);
  const details = [owner ? "owner" : "", statusWords[status], describeLastDay(lastDay, afterwards) ?? ""].filter(
    Boolean,
  );
  return { role, isOwner: owner, status: details.join(", "), words: formatAccess(name, details) };
}

function createOrganization(
  organization: OrganizationReview,
  access: readonly PersonInOrganization[],
  predicates: Wording["predicates"],
): ReportedOrganization {
  const { key, name, change, complete, risks, pending: isPending = false } = organization;
  const hasEnded = change === "deleted" || change === "replaced";
  const count = (side: "before" | "after") =>
    countPeople(access.filter((one) => one[side] !== undefined).length, organization);
  const changing = count(change === "created" || change === "adopted" ? "after" : "before");
  const { namedWords, unnamedWords } = count("after");
  const perhapsWords = complete ? [] : [perhapsOthers];
  return {
    key,
    name,
    change,
    predicate: predicates[change](joinAnd([...changing.namedWords, ...changing.unnamedWords])),
    isConcerned: isConcernedOrganization(organization),
    isPending,
    after: hasEnded
      ? undefined
      : { people: [...namedWords, ...unnamedWords, ...perhapsWords].join(", and "), roles: groupByRole(access) },
    unnamed: [...unnamedWords, ...perhapsWords].join(", "),
    access,
    ...describeRisks(risks),
  };
}

function groupByRole(all: readonly PersonInOrganization[]): PeopleAfter["roles"] {
  const present = all.flatMap(({ email, after }) => (after === undefined ? [] : [{ email, access: after }]));
  const groups = groupBy(present, ({ access }) => access.role);
  return rolesInWords
    .map((role) => ({ role, people: groups.get(role) ?? [] }))
    .filter(({ people }) => people.length > 0);
}

/** Counts the people of an organization, as the parts of an enumeration. `count` is the number of people that the review names. */
function countPeople(
  count: number,
  { hiddenPeople, hiddenRoster = false }: OrganizationReview,
): { readonly namedWords: readonly string[]; readonly unnamedWords: readonly string[] } {
  const namedWords = count === 0 && hiddenRoster ? [] : [formatCount(count, "person", "people")];
  const hidden = hiddenPeople === 0 ? [] : [formatHiddenPeople(hiddenPeople)];
  const roster = `${namedWords.length + hidden.length === 0 ? "people" : "others"} that the preview hides`;
  return { namedWords, unnamedWords: hiddenRoster ? [...hidden, roster] : hidden };
}

import * as z from "zod";
import { type Assessment, IdentityMismatchError, isRecord, NotAppliedError, type Prior, type Values } from "#framework";
import { describeMissing, listBriefly } from "#framework/messages";
import { canonicalizeEmail, type Peridio, type User } from "../api";
import { email } from "../types/email";
import { explainIdentityMismatch } from "../types/userId";

/** A list of people by e-mail address. Neither order nor case matters. */
export const emails = z
  .array(email)
  .superRefine((list, context) => {
    const canonical = list.map(canonicalizeEmail);
    canonical.forEach((address, index) => {
      if (canonical.indexOf(address) !== index)
        context.addIssue({ code: "custom", message: "is listed twice: remove one of the two", path: [index] });
    });
  })
  .meta({ itemKey: String });

/**
 * Returns a list of texts in the state: the addresses of people, or the ids of groups. After a refresh, the state holds observed
 * values, to which no rule for programs applies. Undefined if there is no list.
 */
export function readList(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}

/** Returns the outputs of a resource that gives access to a list of people. They are secret if the input that contains the list is. */
export function createPeopleOutputs(secretWith: "members" | "access") {
  return {
    pending: z.array(z.string()).meta({
      description:
        "The declared addresses that no member of the organization has yet. After such a person has accepted the " +
        "invitation, the next update gives the access.",
      secretWith,
    }),
    userIds: z.record(z.string(), z.string()).meta({
      description: "The PRNs of the users who have a declared address, by e-mail address.",
      secretWith,
    }),
  };
}

type PeopleOutputs = z.output<z.ZodObject<ReturnType<typeof createPeopleOutputs>>>;

/** The declared people, compared with the users who have the access. */
export interface ComparedPeople {
  /** The users who have the access, by declared address. */
  readonly present: ReadonlyMap<string, User>;
  /** The members of the organization who do not have it, by declared address. */
  readonly missing: ReadonlyMap<string, User>;
  /** The declared addresses that no member of the organization has. */
  readonly pending: readonly string[];
  /** The users who have the access without a declaration. */
  readonly undeclared: readonly User[];
}

/**
 * Compares declared people with the users who have the access. A user whose address has changed since is found by the id in `state`,
 * unless another member has the declared address. Reads the members of the organization only if a declared address has no access.
 * Counts an address and a user once, because a response may repeat both.
 */
export async function comparePeople(
  api: Peridio,
  organizationId: string,
  declaredPeople: readonly string[],
  listedUsers: readonly User[],
  { userIds }: Values,
): Promise<ComparedPeople> {
  const known = indexUsers(userIds);
  const declared = [...new Map(declaredPeople.map((email) => [canonicalizeEmail(email), email])).values()];
  const users = [...new Map(listedUsers.map((user) => [user.id, user])).values()];
  const present = findByAddress(declared, users, known);
  const others = declared.filter((email) => !present.has(email));
  if (others.length === 0) return { present, missing: new Map(), pending: [], undeclared: listOthers(users, present) };
  const members = (await api.roster.members(organizationId)).map(({ userId, email }) => ({ id: userId, email }));
  const missing = findByAddress(others, members, known);
  const declaredIds = new Set([...present.values(), ...missing.values()].map(({ id }) => id));
  for (const email of others) {
    const id = missing.has(email) ? undefined : known.get(canonicalizeEmail(email));
    // A user whose new address is declared too is that person alone.
    if (id === undefined || declaredIds.has(id)) continue;
    const user = users.find((user) => user.id === id);
    const member = members.find((member) => member.id === id);
    if (user !== undefined) present.set(email, user);
    else if (member !== undefined) missing.set(email, member);
  }
  return {
    present,
    missing,
    pending: others.filter((email) => !present.has(email) && !missing.has(email)),
    undeclared: listOthers(users, present),
  };
}

/** Finds the user of each declared address. If several users have one address, returns the one whose id is `known`. */
function findByAddress(
  declared: readonly string[],
  users: readonly User[],
  known: ReadonlyMap<string, string>,
): Map<string, User> {
  const byAddress = new Map<string, User>();
  for (const user of users) {
    const email = canonicalizeEmail(user.email);
    const isKnown = byAddress.get(email)?.id === known.get(email) && byAddress.has(email);
    if (!isKnown) byAddress.set(email, user);
  }
  return new Map(
    declared.flatMap((email) => {
      const user = byAddress.get(canonicalizeEmail(email));
      return user === undefined ? [] : [[email, user] as const];
    }),
  );
}

function listOthers(users: readonly User[], present: ReadonlyMap<string, User>): readonly User[] {
  const ids = new Set([...present.values()].map(({ id }) => id));
  return users.filter(({ id }) => !ids.has(id));
}

/** Returns the ids of the users in the state, by canonical address. */
function indexUsers(userIds: unknown): ReadonlyMap<string, string> {
  const entries = Object.entries(isRecord(userIds) ? userIds : {});
  return new Map(
    entries.flatMap(([email, id]) => (typeof id === "string" ? [[canonicalizeEmail(email), id] as const] : [])),
  );
}

/** Assesses people whose declared address was observed: pending ones can join, and an address can pass to another user. */
export function assessPeople(
  { pending, userIds }: Values,
  { prior }: { readonly prior?: Prior | undefined },
): Pick<Assessment, "refreshBeforeUpdate" | "identityMismatch"> {
  const message = explainOtherUsers(prior?.state.userIds, userIds);
  return {
    refreshBeforeUpdate: Array.isArray(pending) && pending.length > 0,
    ...(message !== undefined && { identityMismatch: { message, isForbidden: false } }),
  };
}

/**
 * Refuses the next step of an update, if Peridio has not given the access to all declared people. `property` is the list of these
 * people.
 * @throws NotAppliedError for people without the access
 */
export function rejectMissing({ missing }: ComparedPeople, property: string, note: string): void {
  if (missing.size === 0) return;
  throw new NotAppliedError([{ path: property, reason: describeMissing([...missing.keys()]) }], note);
}

/** @throws IdentityMismatchError if a declared address belongs to another user than the one in the state */
export function rejectOtherUsers(people: ComparedPeople, { userIds }: Values): void {
  const message = explainOtherUsers(userIds, describePeople(people).userIds);
  if (message !== undefined) throw new IdentityMismatchError(message);
}

function explainOtherUsers(before: unknown, after: unknown): string | undefined {
  const known = indexUsers(before);
  const mismatches = [...indexUsers(after)].flatMap(
    ([email, userId]) => explainIdentityMismatch(email, { userId: known.get(email) }, { userId }) ?? [],
  );
  return mismatches.length === 0 ? undefined : mismatches.join(" ");
}

/** Returns the comparison for a resource that does not know who is declared. Keeps the addresses of users in `state`. */
export function withoutDeclaration(users: readonly User[], { userIds }: Values = {}): ComparedPeople {
  const known = Object.entries(isRecord(userIds) ? userIds : {});
  const present = new Map(
    known.flatMap(([email, id]) => {
      const user = users.find((one) => one.id === id);
      return user === undefined ? [] : [[email, user] as const];
    }),
  );
  return { present, missing: new Map(), pending: [], undeclared: listOthers(users, present) };
}

/** Returns the addresses for the state. People who cannot have the access yet count as declared. */
export function listAddresses({ present, pending, undeclared }: ComparedPeople): string[] {
  return [...present.keys(), ...pending, ...undeclared.map(({ email }) => email)].sort();
}

/** Returns the outputs about the declared people. */
export function describePeople({ present, missing, pending }: ComparedPeople): PeopleOutputs {
  return {
    pending: [...pending],
    userIds: Object.fromEntries([...present, ...missing].map(([email, { id }]) => [email, id])),
  };
}

/** Explains that declared people get the access later. `what` names the access. Undefined if there are none. */
export function explainPending({ pending }: ComparedPeople, what: string): string | undefined {
  if (pending.length === 0) return undefined;
  const [are, them] = pending.length === 1 ? ["is not a member", "this person"] : ["are not members", "these people"];
  return `${listBriefly(pending)} ${are} of the organization yet. The first update after acceptance of an invitation gives ${what}. If nothing invites ${them}, correct the address, or declare ${them} in a Membership or an OrganizationMembers.`;
}

import * as z from "zod";
import { isRecord, listBriefly, type Values } from "#framework";
import { canonicalizeEmail, type Peridio, type User } from "../api";
import { email } from "../types/email";

/** A list of people by e-mail address. Neither order nor case matters. */
export const emails = z.array(email).superRefine((list, context) => {
  const canonical = list.map(canonicalizeEmail);
  canonical.forEach((address, index) => {
    if (canonical.indexOf(address) !== index)
      context.addIssue({ code: "custom", message: "is listed twice: remove one of the two", path: [index] });
  });
});

/** The outputs of resources that give access to a list of people. */
export const peopleOutputs = {
  pending: z.array(z.string()).meta({
    description:
      "The declared addresses that no member of the organization has yet. After such a person has accepted the " +
      "invitation, the next update gives the access.",
  }),
  userIds: z.record(z.string(), z.string()).meta({
    description: "The PRNs of the users who have a declared address, by e-mail address.",
  }),
};

/** The declared people, compared with the users who have the access. */
export interface People {
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
 * Compares declared people with the users who have the access. A user whose address has changed since is found by the id in `state`.
 * Reads the members of the organization only if a declared person does not have the access.
 */
export async function comparePeople(
  api: Peridio,
  organizationId: string,
  declared: readonly string[],
  users: readonly User[],
  { userIds }: Values,
): Promise<People> {
  const known = new Map(
    Object.entries(isRecord(userIds) ? userIds : {}).map(([email, id]) => [canonicalizeEmail(email), id]),
  );
  const find = (among: readonly User[], email: string): User | undefined =>
    among.find((user) => canonicalizeEmail(user.email) === canonicalizeEmail(email)) ??
    among.find(({ id }) => id === known.get(canonicalizeEmail(email)));
  const present = findAll(declared, (email) => find(users, email));
  const others = declared.filter((email) => !present.has(email));
  const members =
    others.length === 0
      ? []
      : (await api.roster.members(organizationId)).map(({ userId, email }) => ({ id: userId, email }));
  const missing = findAll(others, (email) => find(members, email));
  const found = new Set([...present.values()].map(({ id }) => id));
  return {
    present,
    missing,
    pending: others.filter((email) => !missing.has(email)),
    undeclared: users.filter(({ id }) => !found.has(id)),
  };
}

/** Returns the comparison for a resource that does not know who is declared. */
export function withoutDeclaration(users: readonly User[]): People {
  return { present: new Map(), missing: new Map(), pending: [], undeclared: users };
}

function findAll(emails: readonly string[], find: (email: string) => User | undefined): ReadonlyMap<string, User> {
  return new Map(
    emails.flatMap((email) => {
      const user = find(email);
      return user === undefined ? [] : [[email, user] as const];
    }),
  );
}

/** Returns the addresses for the state. People who cannot have the access yet count as declared. */
export function listAddresses({ present, pending, undeclared }: People): string[] {
  return [...present.keys(), ...pending, ...undeclared.map(({ email }) => email)].sort();
}

/** Returns the outputs about the declared people. */
export function describePeople({ present, missing, pending }: People): z.output<z.ZodObject<typeof peopleOutputs>> {
  return {
    pending: [...pending],
    userIds: Object.fromEntries([...present, ...missing].map(([email, { id }]) => [email, id])),
  };
}

/** Explains that declared people get the access later. `what` names the access. Undefined if there are none. */
export function explainPending({ pending }: People, what: string): string | undefined {
  if (pending.length === 0) return undefined;
  const [are, them] = pending.length === 1 ? ["is not a member", "this person"] : ["are not members", "these people"];
  return `${listBriefly(pending)} ${are} of the organization yet. The first update after acceptance of an invitation gives ${what}. If nothing invites ${them}, correct the address, or declare ${them} in a Membership or an OrganizationMembers.`;
}

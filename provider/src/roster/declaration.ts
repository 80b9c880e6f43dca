import * as z from "zod";
import { type Declarations, UserError, type ObjectKey, type Values } from "#framework";
import { canonicalizeEmail, oneOf, type RosterEntry, roles, type Role } from "../api";
import { email as address, explainAddress, isSameEmail } from "../types/email";
import { end } from "../types/end";
import { pattern } from "../types/pattern";
import { role } from "../types/role";
import { desiredGroups } from "./groups";
import { onExpired } from "./person";

const noMap = 'must be a map of roles by e-mail address, such as { "ada@acme.example": "admin" }';

/** Roles by e-mail address. */
export const members = z.record(z.string(), role, noMap).superRefine((map, context) => {
  const refuse = (message: string, ...path: string[]) => {
    context.addIssue({ code: "custom", message, path });
  };
  if (Object.keys(map).length === 0) {
    refuse(
      "must contain at least one person, because an empty roster would remove everyone. To stop managing people and keep them, set the option `retainOnDelete` on the resource, run `pulumi up`, and remove the resource from the program",
    );
  }
  const spelled = new Map<string, string>();
  for (const email of Object.keys(map)) {
    if (!address.safeParse(email).success) refuse(explainAddress(email), email);
    const twin = spelled.get(canonicalizeEmail(email));
    if (twin !== undefined) refuse(`is the same address as ${twin}: keep one of the two`, email);
    spelled.set(canonicalizeEmail(email), email);
  }
});

/** The ends of access by e-mail address. */
export const lastDays = z.record(z.string(), end);

/** The roles after these ends by e-mail address. */
export const rolesAfterwards = z.record(z.string(), role);

/** Patterns of addresses, with `*` for any characters. */
export const ignore = z.array(z.string().min(1, "must not be empty")).max(100, "must have at most 100 patterns");

/**
 * The inputs about people as a refresh leaves them: empty if all people have left, or for an import. No rule for programs applies,
 * because the state holds observed addresses, roles and groups.
 */
const declaredRoster = z
  .object({
    members: z.record(z.string(), oneOf(roles)),
    groups: desiredGroups,
    lastDays: z.record(z.string(), z.string()),
    rolesAfterwards: z.record(z.string(), z.string()),
    ignore: z.array(z.string()),
    onExpired,
    minAdmins: z.number(),
    maxRemovals: z.string(),
  })
  .partial();

export type DeclaredRoster = z.output<typeof declaredRoster>;

/** Returns the inputs about people in a state. */
export function parseDeclaredRoster(declared: Values): DeclaredRoster {
  return declaredRoster.parse(declared);
}

/** Returns a predicate for the addresses that match one of the patterns. Invalid patterns match nothing. */
export function createMatcher(patterns: unknown): (email: string) => boolean {
  const expressions = ignore.safeParse(patterns).data?.map((text) => pattern(text, "i"));
  return (email) => expressions?.some((expression) => expression.test(email)) ?? false;
}

/** Returns the collection of the keys (`ObjectKey`) of all people of one organization, for each resource that declares people. */
export function getPeopleCollection(organizationId: unknown): string {
  return `people of ${String(organizationId)}`;
}

/** Returns the key of a person in an organization. `desired` is the declared role. */
export function getPersonKey(
  organizationId: unknown,
  email: string,
  role: unknown,
  path: ObjectKey["path"],
): ObjectKey {
  return {
    collection: getPeopleCollection(organizationId),
    kind: "people",
    name: canonicalizeEmail(email),
    path,
    desired: role,
  };
}

/** Returns the role that the program declares for a person, if it declares a known role. */
export function findDeclaredRole(
  getDesired: Declarations["getDesired"],
  organizationId: string,
  email: string,
): Role | undefined {
  const declared = getDesired(getPersonKey(organizationId, email, undefined, []));
  return roles.find((role) => role === declared);
}

/**
 * Reports if the program still declares a person, by one of these addresses.
 *
 * @throws UserError if a resource that this process could not read may declare the person
 */
export function isStillDeclared(
  getOwnership: Declarations["getOwnership"],
  organizationId: string,
  emails: readonly string[],
): boolean {
  const owners = emails.map((email) => getOwnership(getPersonKey(organizationId, email, undefined, [])));
  if (owners.includes("owned")) return true;
  const who = emails.at(-1) ?? "";
  if (owners.includes("failed")) {
    throw new UserError(
      `a resource that declares ${who} failed in this run, so the provider did not delete this resource. Correct the error of that resource, and run the command again.`,
    );
  }
  if (owners.includes("unreadable")) {
    throw new UserError(
      `another resource may declare ${who} but could not be read, so the provider did not delete this resource. Correct the error of the other resource, and run the command again.`,
    );
  }
  return false;
}

/** Explains that a user stays in the organization without a declaration, because the program declares only the former address. */
export function explainLeftBehind(
  getOwnership: Declarations["getOwnership"],
  declared: string,
  { organizationId, email }: RosterEntry,
): string | undefined {
  if (isSameEmail(email, declared) || getOwnership(getPersonKey(organizationId, email, undefined, [])) === "owned")
    return undefined;
  return `${email} stays in the organization, although the program declares only the user's former address, ${declared}. Declare ${email}, or remove this user in Peridio.`;
}

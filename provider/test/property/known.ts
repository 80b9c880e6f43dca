import type { Declaration } from "./declarations";
import type { Entry } from "./entries";
import { person } from "./people";
import { type Inside, placeOf } from "./world";

/** Returns an organization with the declared names of users in state. A user with a new address keeps the declared one. */
export function asKnown(inside: Inside, entries: readonly Entry[], declaration: Declaration): Inside {
  const names = namesOf(inside, entries, declaration);
  const taken = new Set(names.values());
  const other = (name: string): string => (taken.has(name) ? `another ${name}` : name);
  const members = inside.members.map((member) => ({
    ...member,
    person: names.get(member.userId) ?? other(member.person),
  }));
  // A roster does not declare a person who is invited at the former address of its member.
  const invitations =
    declaration.roster === undefined
      ? inside.invitations
      : inside.invitations.map((invitation) => ({ ...invitation, person: other(invitation.person) }));
  return { ...inside, members, invitations };
}

/** Declared names by user, for users with another address. */
function namesOf(inside: Inside, entries: readonly Entry[], declaration: Declaration): ReadonlyMap<string, string> {
  const here = entries.filter(({ organizationId }) => organizationId === inside.id);
  const names = new Map<string, string>();
  const know = (userId: string | undefined, name: string) => {
    const member = inside.members.find((one) => one.userId === userId);
    if (member !== undefined && member.person !== name) names.set(member.userId, name);
  };
  for (const [resource, wanted] of Object.entries(declaration.memberships)) {
    const who = person(wanted.person);
    know(here.find((entry) => entry.name === resource && entry.person === who)?.users.get(who), who);
  }
  const { name: resource, members: roles = {} } = declaration.roster ?? {};
  // No state tells a roster under a new name who had another address before.
  const roster = here.find(({ type, name }) => type === "OrganizationMembers" && name.endsWith(`-${resource ?? ""}`));
  const declared = new Set(Object.keys(roles).map(person));
  for (const who of declared) {
    const userId = roster?.users.get(who);
    const free = inside.members.every((one) => one.person !== who);
    const member = inside.members.find((one) => one.userId === userId);
    if (free && member !== undefined && !declared.has(member.person)) know(userId, who);
  }
  return names;
}

/** Reports whether the person of an entry can still be removed: the user in state with any address, or the invited person. */
export function isThere(inside: Inside, name: string, { type, users }: Entry): boolean {
  const userId = users.get(name);
  const place = placeOf(inside, name);
  const known = inside.members.find((member) => member.userId === userId);
  const free = place === undefined || place.kind === "invitation";
  if (known !== undefined && (type === "Membership" || free || known === place)) return !known.fixed;
  if (place?.kind === "member") return userId === undefined && !place.fixed;
  return place?.status === "pending";
}

import { Conflict, NotFound, type Invitation, type Member, type Peridio, type RosterEntry, type Role } from "../../api";
import { UserError } from "#framework";
import type { Context, ResourceContext } from "../../resource";
import { unclear } from "./person";

type Look = Pick<ResourceContext, "api" | "forAnotherKey">;

/** Reports if Peridio refuses to change or remove the member: the owner, or the user of the API key that applies the change. */
export async function cannotChange(look: Look, member: Member): Promise<boolean> {
  return member.isOwner || member.userId === (await protectedUser(look));
}

/** The id of the API key's user: that key cannot change its own user. Undefined if another key applies the change. */
export async function protectedUser({ api, forAnotherKey }: Look): Promise<string | undefined> {
  return forAnotherKey === true ? undefined : (await api.caller()).id;
}

/** Why that is so, and what to do. */
export function unchangeable(member: Member): string {
  const open = unclear(member);
  if (open !== undefined) return open;
  return member.isOwner
    ? `${member.email} owns the organization and so has the role ${member.role}. Declare that role, or have somebody else own the organization first.`
    : `${member.email} is the user of this API key, whose own role (${member.role}) Peridio does not let it change. Declare that role, or use the key of another admin.`;
}

export async function setRole(api: Peridio, member: Member, role: Role): Promise<Member> {
  if (member.role === role) return member;
  try {
    return await api.roster.setRole(member, role);
  } catch (error) {
    if (!(error instanceof Conflict) || !(await cannotChange({ api }, member))) throw error;
    throw new UserError(`${unchangeable(member)} ${error.message}`);
  }
}

/** Revokes and invites: the API cannot edit an invitation. Whoever accepts in between keeps the place and gets the role. */
export async function inviteAgain(api: Peridio, invitation: Invitation, role: Role): Promise<RosterEntry> {
  try {
    return await api.roster.replace(invitation, role);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const place = await api.roster.find(invitation.organizationId, invitation.email);
    if (place?.kind === "member") return setRole(api, place, role);
    throw error;
  }
}

/** Says who it is that is removed, when nobody would know by the address. */
export function removedElsewhere(declared: string, { email }: RosterEntry): string {
  return `The user behind ${declared} has the address ${email} now, and is removed.`;
}

/** Removes the member or revokes the invitation. Whoever may not be removed stays, with a warning. */
export async function remove({ api, warn }: Pick<Context, "api" | "warn">, place: RosterEntry): Promise<void> {
  if (place.kind === "invitation") {
    try {
      await api.roster.revoke(place);
    } catch (error) {
      const accepted = error instanceof Conflict ? await api.roster.find(place.organizationId, place.email) : undefined;
      if (accepted?.kind !== "member") throw error;
      await remove({ api, warn }, accepted);
    }
    return;
  }
  if (await cannotChange({ api }, place)) {
    const who = place.isOwner ? "the owner" : "the user of this API key";
    warn(`${place.email} stays in the organization as ${who}: Peridio does not allow removing that member.`);
    return;
  }
  try {
    await api.roster.remove(place);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    // Gone already is fine, and has to be seen: the organization may be invisible instead.
    const there = await api.roster.find(place.organizationId, place.email);
    if (there?.kind === "member") throw new UserError(`${place.email} is still a member. ${error.message}`);
  }
}

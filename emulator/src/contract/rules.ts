import { isDeepStrictEqual } from "node:util";
import {
  type UsageCounts,
  createRow,
  findUserByEmail,
  type Group,
  type Invitation,
  isOwner,
  isSameEmail,
  type Member,
  type Organization,
  type ResourceType,
  type Role,
  type State,
  type Tier,
} from "../model/state";
import { addSeconds, secondsPerHour } from "../model/values";
import { dropAccess } from "./access";
import type { Call } from "./call";
import { conflict, invalid } from "./errors";

/** Removes a member and the member's access without checks. The user's account stays. */
export function dropMember(organization: Organization, member: Member): void {
  dropAccess(organization, member.user_id);
  organization.members.splice(organization.members.indexOf(member), 1);
}

/** Removes a member and the member's API tokens for the caller. @throws ApiError if the member is the caller or the owner */
export function removeMember({ organization, caller }: Call, member: Member): void {
  if (member.user_id === caller.id) throw conflict("cannot_remove_self");
  if (member.user_id === organization.owner_id) throw conflict("cannot_remove_owner");
  dropMember(organization, member);
  organization.api_tokens = organization.api_tokens.filter(({ user_id }) => user_id !== member.user_id);
}

/** Changes a member's role for the caller. @throws ApiError if the member is the caller or the owner */
export function changeRole({ organization, caller, now }: Call, member: Member, role: Role): void {
  if (member.user_id === caller.id) throw conflict("cannot_change_own_role");
  if (member.user_id === organization.owner_id) throw conflict("cannot_change_owner_role");
  if (member.role === role) return;
  member.role = role;
  member.also_owner = false;
  member.updated_at = now;
}

/** @throws ApiError unless the caller is an owner */
export function checkOwner({ organization, member }: Call): void {
  if (!isOwner(organization, member)) throw conflict("owners_only");
}

/** Makes another member an owner for the caller, who must be an owner. @throws ApiError */
export function makeOwner(call: Call, member: Member): void {
  checkOwner(call);
  if (isOwner(call.organization, member)) return;
  Object.assign(member, { role: "admin", also_owner: true, updated_at: call.now });
}

/**
 * Takes the ownership from another owner for the caller, who must be an owner and stays one, so an organization keeps an owner. The member
 * stays an admin. If the member is the owner that the Admin API shows, the caller takes that place. @throws ApiError
 */
export function endOwnership(call: Call, member: Member): void {
  checkOwner(call);
  const { organization, caller, now } = call;
  Object.assign(member, { also_owner: false, updated_at: now });
  if (member.user_id !== organization.owner_id) return;
  organization.owner_id = caller.id;
  call.member.also_owner = false;
}

/** Derives the status from the clock, because nothing changes an invitation when it expires. */
export function getInvitationStatus(
  { accepted_at, expires_at }: Invitation,
  now: string,
): "pending" | "accepted" | "expired" {
  if (accepted_at !== null) return "accepted";
  return expires_at > now ? "pending" : "expired";
}

export interface NewInvitation {
  readonly email: string;
  readonly role: Role;
  readonly asOwner?: boolean;
  readonly group?: Group | undefined;
  /** The hours until the invitation expires, unless the state sets another number. */
  readonly hours: number;
}

/**
 * Invites a person for the caller.
 * @throws ApiError if the person is already a member or invited, or the organization has no free seat
 */
export function invite(call: Call, { email, role, asOwner = false, group, hours }: NewInvitation): Invitation {
  const { state, organization, caller, now } = call;
  const { members, invitations } = organization;
  const pending = invitations.filter((invitation) => getInvitationStatus(invitation, now) === "pending");
  const user = findUserByEmail(state, email);
  if (members.some(({ user_id }) => user_id === user?.id)) {
    throw invalid({ email: ["is already a member"] });
  }
  if (pending.some((invitation) => isSameEmail(invitation.email, email))) {
    throw invalid({ email: ["has already been invited"] });
  }
  checkLimit(organization, "users", members.length + pending.length + 1);
  const invitation = {
    ...createRow(state, now),
    email,
    role,
    as_owner: asOwner,
    inviter_id: caller.id,
    group_id: group?.id ?? null,
    expires_at: addSeconds(now, (state.invitation_hours ?? hours) * secondsPerHour),
    accepted_at: null,
  };
  invitations.push(invitation);
  return invitation;
}

/** @throws ApiError if the invitation was accepted */
export function revoke({ organization: { invitations } }: Call, invitation: Invitation): void {
  if (invitation.accepted_at !== null) throw conflict("invitation_already_accepted");
  invitations.splice(invitations.indexOf(invitation), 1);
}

/** Removes an organization and its contents without checks. */
export function removeOrganization(state: State, organization: Organization): void {
  state.organizations.splice(state.organizations.indexOf(organization), 1);
}

/** The limits of a new organization. */
export const defaultLimits: Readonly<Record<ResourceType, number>> = {
  products: 100,
  devices: 10_000,
  users: 50,
  api_keys: 100,
  webhooks: 25,
};

/** The highest possible limits; null for none. */
export const maximumLimits: Readonly<Record<ResourceType, number | null>> = {
  products: null,
  devices: null,
  users: 500,
  api_keys: 1000,
  webhooks: 100,
};

/**
 * The limits of each plan, from Peridio's page about plans. `users` and `devices` are absent where the page names no number: the plan
 * startup counts seats, and enterprise has no fixed limits.
 */
export const plans: Readonly<Record<Tier, PlanLimits>> = {
  development: { users: 1, devices: 1, max_tunnels: 1, max_claim_tokens: 2 },
  startup: { devices: 20, max_tunnels: 5, max_claim_tokens: 10 },
  teams: { users: 2, devices: 100, max_tunnels: 25, max_claim_tokens: 10 },
  pro: { users: 25, devices: 500, max_tunnels: 25, max_claim_tokens: 50 },
  enterprise: { max_tunnels: null, max_claim_tokens: null },
};

interface PlanLimits {
  readonly users?: number;
  readonly devices?: number;
  readonly max_tunnels: number | null;
  readonly max_claim_tokens: number | null;
}

/** Counts an organization's resources against its limits. Invitations do not count as users. */
export function countUsage(
  state: State,
  // The rows of a list count against the limit of the same name.
  organization: Organization & Readonly<Partial<Record<ResourceType, readonly object[]>>>,
): Record<ResourceType, number> {
  const { id, members, belongings } = organization;
  const count = (type: ResourceType & keyof UsageCounts) => belongings[type] + (organization[type]?.length ?? 0);
  return {
    products: count("products"),
    devices: count("devices"),
    users: members.length,
    api_keys: Object.values(state.api_keys).filter(({ organization_id }) => organization_id === id).length,
    webhooks: count("webhooks"),
  };
}

/** @throws ApiError if the organization's limit is below `count` */
export function checkLimit({ limits }: Organization, type: ResourceType, count: number): void {
  const limit = limits[type];
  if (count > limit) throw conflict("limit_reached", { resource_type: type, limit });
}

/**
 * Sets the `properties` that `changes` contains.
 * @returns true if a value changed, so that `updated_at` moves only then
 */
export function applyChanges(target: object, changes: object, properties: readonly string[]): boolean {
  let hasChanged = false;
  for (const property of properties) {
    if (!Object.hasOwn(changes, property)) continue;
    const value: unknown = Reflect.get(changes, property);
    if (isDeepStrictEqual(value, Reflect.get(target, property))) continue;
    Reflect.set(target, property, value);
    hasChanged = true;
  }
  return hasChanged;
}

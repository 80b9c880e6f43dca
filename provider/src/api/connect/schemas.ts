import * as z from "zod";
import type { Caller, Member, Organization, Role } from "../port";
import type { Fields } from "../contract";
import { oneOf, type Unknown } from "../unknown";
import { organizationPrn, userPrn } from "./ids";
import type { components } from "./wire";

/** The contract's objects. */
export type Wire = components["schemas"];

/** The wire's objects, turned into the port's. What the provider does not use is left out. */
export const wireRole = oneOf(["owner", "admin", "member"]);

/** Owners have everything that admins have. */
export function roleOf(wire: z.output<typeof wireRole>): Role | Unknown {
  return wire === "owner" ? "admin" : wire;
}

/** A UUID. */
const id = z.string().min(1, "must not be empty");

const limit = z.number().nullish();

const organization = z
  .object({
    id,
    name: z.string(),
    slug: z.string(),
    tier: z.string().nullish(),
    role: wireRole,
    max_users: limit,
    max_devices: limit,
  } satisfies Fields<Wire["organization"]>)
  .transform(({ id, name, slug, tier, role, max_users, max_devices }) => ({
    // The slug is what tells an organization from all others; the name is for people, and may change.
    organization: {
      id: organizationPrn(id),
      name: slug,
      displayName: name,
      description: undefined,
      contactEmail: undefined,
      owner: undefined,
      createdAt: undefined,
      ...(typeof tier === "string" && { tier }),
    } satisfies Organization,
    role: roleOf(role),
    isOwner: role === "owner",
    maxUsers: max_users ?? undefined,
    maxDevices: max_devices ?? undefined,
  }));

/** The user, and the organizations that the token can act in. */
export interface Me {
  readonly caller: Caller;
  readonly organizations: readonly z.output<typeof organization>[];
}

export const me = z
  .object({
    token: z.object({ organization_id: z.string().nullish() } satisfies Fields<NonNullable<Wire["token"]>>).nullish(),
    user: z.object({ id, email: z.string() } satisfies Fields<Wire["user"]>),
    organizations: z.array(organization),
  } satisfies Fields<Wire["me"]>)
  .transform(({ token, user, organizations }): Me => {
    const bound = token?.organization_id ?? undefined;
    const boundTo = bound === undefined ? null : organizationPrn(bound);
    // The user's other organizations are listed too, but such a token can do nothing there.
    const reachable = organizations.filter(({ organization: { id } }) => boundTo === null || id === boundTo);
    const places = reachable.map(({ organization: { id, name }, role, isOwner }) => ({ id, name, role, isOwner }));
    return {
      caller: { id: userPrn(user.id), email: user.email, boundTo, organizations: places },
      organizations: reachable,
    };
  });

/** A member; in which organization, only the path says. */
export const member = z
  .object({
    user_id: id,
    email: z.string(),
    name: z.string().nullish(),
    role: wireRole,
  } satisfies Fields<Wire["member"]>)
  .transform(({ user_id, email, name, role }): Omit<Member, "organizationId"> => ({
    kind: "member",
    userId: userPrn(user_id),
    email,
    username: undefined,
    name: name ?? null,
    role: roleOf(role),
    isOwner: role === "owner",
    twoFactorEnabled: undefined,
    lastActiveAt: undefined,
  }));

/** The answer to a change of a role, which tells little more than that. */
export const changedRole = z.object({ role: wireRole } satisfies Fields<Wire["member-role"]>);

/** An invitation, by its UUID. Only the path names the organization. */
const invitationWith = <Status extends string>(status: z.ZodType<Status>) =>
  z
  .object({
    id,
    email: z.string(),
    role: wireRole,
    status,
    inviter: z.object({ id } satisfies Fields<NonNullable<Wire["invitation"]["inviter"]>>).nullish(),
    expires_at: z.string().nullish(),
    inserted_at: z.string().nullish(),
    group: z.object({ id } satisfies Fields<NonNullable<Wire["invitation"]["group"]>>).nullish(),
    invite_url: z.string().nullish(),
  } satisfies Fields<Wire["invitation"]>)
  .transform(({ id, email, role, status, inviter, expires_at, inserted_at, group, invite_url }) => ({
    kind: "invitation" as const,
    id,
    email,
    role: roleOf(role),
    ...(role === "owner" && { asOwner: true as const }),
    status,
    invitedBy: inviter ? userPrn(inviter.id) : null,
    expiresAt: expires_at ?? undefined,
    sentAt: inserted_at ?? undefined,
    ...(group && { groupId: group.id }),
    ...(typeof invite_url === "string" && { inviteUrl: invite_url }),
  }));

/** The answer to inviting. */
export const newInvitation = invitationWith(oneOf(["pending"]));

/** An item of a list; the port has no accepted ones. */
export const listedInvitation = invitationWith(oneOf(["pending", "accepted", "expired"]));

export type Listed = z.output<typeof listedInvitation>;

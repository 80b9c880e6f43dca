import * as z from "zod";
import { type Http, type Page, query } from "#framework/http";
import { perPage } from "../contract";
import { NotFoundError } from "../errors";
import type { Caller, Member, Organization, User } from "../model";
import type { Fields } from "../contract";
import { oneOf } from "../contract";
import type { components } from "./wire";

/** The contract's objects. */
export type Wire = components["schemas"];

// These schemas turn objects of Avocado Connect (`Wire`) into those of `model.ts`. They omit fields that the provider does not use.

const wireRole = oneOf(["owner", "admin", "member"]);

/** A UUID. */
export const id = z.string().min(1, "must not be empty");

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
    max_tunnels: limit,
    max_claim_tokens: limit,
  } satisfies Fields<Wire["organization"]>)
  .transform(({ id, name, slug, tier, role, max_users, max_devices, max_tunnels, max_claim_tokens }) => ({
    // The slug identifies an organization. The name is for people and may change.
    organization: {
      id: toOrganizationPrn(id),
      name: slug,
      displayName: name,
      description: undefined,
      contactEmail: undefined,
      owner: undefined,
      createdAt: undefined,
      ...(typeof tier === "string" && { tier }),
    } satisfies Organization,
    role,
    isOwner: role === "owner",
    maxUsers: max_users ?? undefined,
    maxDevices: max_devices ?? undefined,
    maxTunnels: max_tunnels ?? undefined,
    maxClaimTokens: max_claim_tokens ?? undefined,
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
    const boundTo = bound === undefined ? null : toOrganizationPrn(bound);
    // A bound token lists the user's other organizations, but has no access to them.
    const reachable = organizations.filter(({ organization: { id } }) => boundTo === null || id === boundTo);
    const callerOrganizations = reachable.map(({ organization: { id, name }, role, isOwner }) => ({
      id,
      name,
      role,
      isOwner,
    }));
    return {
      caller: { id: toUserPrn(user.id), email: user.email, boundTo, organizations: callerOrganizations },
      organizations: reachable,
    };
  });

/** A member. Only the path names the organization. */
export const member = z
  .object({
    user_id: id,
    email: z.string(),
    name: z.string().nullish(),
    role: wireRole,
  } satisfies Fields<Wire["member"]>)
  .transform(({ user_id, email, name, role }): Omit<Member, "organizationId"> => ({
    kind: "member",
    userId: toUserPrn(user_id),
    email,
    username: undefined,
    name: name ?? null,
    role,
    isOwner: role === "owner",
    twoFactorEnabled: undefined,
    lastActiveAt: undefined,
  }));

/** The response to a role change. */
export const changedRole = z.object({ role: wireRole } satisfies Fields<Wire["member-role"]>);

/** An invitation with its UUID. Only the path names the organization. */
const createInvitationSchema = <Status extends string>(status: z.ZodType<Status>) =>
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
      role,
      status,
      invitedBy: inviter ? toUserPrn(inviter.id) : null,
      expiresAt: expires_at ?? undefined,
      sentAt: inserted_at ?? undefined,
      ...(group && { groupId: group.id }),
      ...(typeof invite_url === "string" && { inviteUrl: invite_url }),
    }));

/** The response to a new invitation. */
export const newInvitation = createInvitationSchema(oneOf(["pending"]));

/** An item of a list. The client leaves out accepted invitations. */
export const listedInvitation = createInvitationSchema(oneOf(["pending", "accepted", "expired"]));

export type ListedInvitation = z.output<typeof listedInvitation>;

/** An optional text, such as a description. */
export const optionalText = z
  .string()
  .nullish()
  // An empty text is no text.
  .transform((text) => (text === undefined || text === "" ? null : text));

/** A user who owns an object or has access to it. */
export const user = z
  .object({ id, email: z.string() } satisfies Fields<Wire["access-user"]>)
  .transform(({ id, email }): User => ({ id: toUserPrn(id), email }));

const meta = z
  .object({ after: z.string().nullish(), has_next: z.boolean().optional() } satisfies Fields<Wire["page-meta"]>)
  .refine(({ after, has_next }) => has_next !== true || typeof after === "string", {
    path: ["after"],
    error: "missing, though `has_next` is true",
  })
  .transform(({ after, has_next }) => (has_next === false ? null : after))
  .nullish();

/** The schema of a page. Build it once. */
export function createPageSchema<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z.object({ data: z.array(item), meta }).transform(({ data, meta }) => ({ items: data, next: meta }));
}

/** The schema of a page whose items are in a property of `data`. Build it once. */
export function createNestedPageSchema<T>(name: string, item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z
    .object({ data: z.object({ [name]: z.array(item) }), meta })
    .transform(({ data, meta }) => ({ items: data[name] ?? [], next: meta }));
}

/** Reads all items of a list, or those that `filters` select. Without paging parameters, this API sends all items at once and no `meta`. */
export function readList<T>(
  http: Http,
  path: string,
  schema: z.ZodType<Page<T>>,
  getId: (item: T) => string,
  filters: Readonly<Record<string, string>> = {},
): AsyncGenerator<T, void, undefined> {
  const read = async (cursor: string | undefined): Promise<Page<T>> =>
    http.get(`${path}${query({ ...filters, limit: perPage, cursor })}`, schema);
  return http.list(path, read, { field: "meta.after", pageSize: perPage, getId });
}

// In this API, ids are UUIDs. The ids of `model.ts` are Peridio Resource Names (PRNs), which contain the same UUIDs.

/** Returns the UUID at the end of a PRN. */
export function toUuid(prn: string): string {
  return prn.slice(prn.lastIndexOf(":") + 1);
}

/** Something with an id. */
export interface Identified {
  readonly id: string;
}

/** Returns the id of an object that belongs to a parent: the parent's id, and the UUID. */
export function joinId(parent: string, uuid: string): string {
  return `${parent}/${uuid}`;
}

/** Splits the id of an object that belongs to a parent. */
export function splitId(id: string): { readonly parent: string; readonly uuid: string } {
  const at = id.lastIndexOf("/");
  return { parent: id.slice(0, at), uuid: id.slice(at + 1) };
}

/** Returns the default instead of null, because a request cannot contain null. An omitted value stays. */
export function replaceNull<T>(value: T | null | undefined, initial: T): T | undefined {
  return value === null ? initial : value;
}

/** Accepts a 404 of a deletion: the object is gone. */
export function acceptNotFound(error: unknown): void {
  if (!(error instanceof NotFoundError)) throw error;
}

function toOrganizationPrn(uuid: string): string {
  return `prn:1:${uuid}`;
}

function toUserPrn(uuid: string): string {
  return `prn:1:user:${uuid}`;
}

export function toInvitationPrn(organizationId: string, uuid: string): string {
  return `${organizationId}:invitation:${uuid}`;
}

import * as z from "zod";
import { type Http, type Page, query } from "#framework/http";
import { perPage } from "../contract";
import {
  meteredResources,
  paymentMethods,
  roles,
  type BillingSettings,
  type Caller,
  type Limits,
  type Member,
  type Organization,
  type SecuritySettings,
} from "../model";
import type { Fields } from "../contract";
import { oneOf } from "../contract";
import type { components } from "./wire";

/** The contract's objects. */
export type Wire = components["schemas"];

// These schemas turn objects of the Admin API into those of `model.ts`. They omit fields that the provider does not use, so that a change
// there cannot break it.

const role = oneOf(roles);

const id = z.string().min(1, "must not be empty");

/** A text that no operation requires. */
const informative = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

/** A text, or null for none; undefined if the response omits it. */
const textOrNone = z.string().nullish().transform(replaceEmpty);

const userRef = z
  .object({ prn: id, email: z.string() } satisfies Fields<Wire["user-ref"]>)
  .transform(({ prn, email }) => ({ id: prn, email }));

export const caller = z
  .object({
    prn: id,
    email: z.string(),
    organization_prn: z.string().nullish(),
    organizations: z.array(
      z.object({ prn: id, name: z.string(), role, is_owner: z.boolean() } satisfies Fields<Wire["user-organization"]>),
    ),
  } satisfies Fields<Wire["user"]>)
  .transform(({ prn, email, organization_prn, organizations }): Caller => ({
    id: prn,
    email,
    boundTo: typeof organization_prn === "string" ? truncatePrn(organization_prn) : null,
    organizations: organizations.map(({ prn, name, role, is_owner }) => ({ id: prn, name, role, isOwner: is_owner })),
  }));

/** Some servers return an empty string for an absent value. */
function replaceEmpty<T extends string | null | undefined>(text: T): T | null {
  return text === "" ? null : text;
}

/** Some Peridio servers add the organization's type and name to its PRN here. */
function truncatePrn(prn: string): string {
  return prn.split(":").slice(0, 3).join(":");
}

export const organization = z
  .object({
    prn: id,
    name: z.string(),
    display_name: z.string(),
    description: textOrNone,
    contact_email: textOrNone,
    owner: userRef.nullish(),
    inserted_at: informative,
  } satisfies Fields<Wire["organization"]>)
  .transform(({ prn, name, display_name, description, contact_email, owner, inserted_at }): Organization => ({
    id: prn,
    name,
    displayName: display_name,
    description,
    contactEmail: contact_email,
    owner: owner ?? undefined,
    createdAt: inserted_at,
  }));

/** The response to a transfer of ownership, which must contain the owner. */
export const ownedOrganization = organization.refine(({ owner }) => owner !== undefined, {
  path: ["owner"],
  error: "missing",
});

export const deletionReadiness = z.object({
  blockers: z.array(
    z.object({ code: z.string(), count: z.number(), message: z.string() } satisfies Fields<Wire["deletion-blocker"]>),
  ),
} satisfies Fields<Wire["deletion-readiness"]>);

export const member = z
  .object({
    organization_prn: id,
    user_prn: id,
    email: z.string(),
    username: z.string().nullish(),
    name: z.string().nullish(),
    role,
    is_owner: z.boolean(),
    two_factor_enabled: z.boolean().nullish(),
    last_active_at: z.string().nullish(),
    inserted_at: informative,
  } satisfies Fields<Wire["member"]>)
  .transform(({ email, username, name, role, ...wire }): Member => ({
    kind: "member",
    organizationId: truncatePrn(wire.organization_prn),
    userId: wire.user_prn,
    email,
    username,
    name: name ?? null,
    role,
    isOwner: wire.is_owner,
    twoFactorEnabled: wire.two_factor_enabled ?? undefined,
    lastActiveAt: wire.last_active_at,
    joinedAt: wire.inserted_at,
  }));

const createInvitationSchema = <Status extends string>(status: z.ZodType<Status>) =>
  z
    .object({
      prn: id,
      organization_prn: id,
      email: z.string(),
      role,
      status,
      inviter: z.object({ prn: z.string() } satisfies Fields<Wire["user-ref"]>).nullish(),
      expires_at: informative,
      inserted_at: informative,
    } satisfies Fields<Wire["invitation"]>)
    .transform(({ prn, organization_prn, email, role, status, inviter, expires_at, inserted_at }) => ({
      kind: "invitation" as const,
      organizationId: truncatePrn(organization_prn),
      id: prn,
      email,
      role,
      status,
      invitedBy: inviter?.prn ?? null,
      expiresAt: expires_at,
      sentAt: inserted_at,
    }));

/** The response to a new invitation. */
export const newInvitation = createInvitationSchema(oneOf(["pending"]));

/** An item of a list. The client leaves out accepted invitations. */
export const listedInvitation = createInvitationSchema(oneOf(["pending", "accepted", "expired"]));

export const securitySettings = z
  .object({
    two_factor_required: z.boolean(),
    ip_allowlist: z.array(
      z.object({
        cidr: z.string(),
        description: textOrNone.transform((text) => text ?? null),
      } satisfies Fields<Wire["ip-allowlist-entry"]>),
    ),
    session_timeout: z.number().nullable(),
    api_key_rotation: z
      .object({
        max_age_days: z.number(),
        grace_period_days: z.number().default(0),
      } satisfies Fields<NonNullable<Wire["api-key-rotation"]>>)
      .nullable(),
  } satisfies Fields<Wire["security-settings"]>)
  .transform(({ two_factor_required, ip_allowlist, session_timeout, api_key_rotation }): SecuritySettings => ({
    requireTwoFactor: two_factor_required,
    ipAllowlist: ip_allowlist,
    sessionTimeout: session_timeout,
    apiKeyRotation: api_key_rotation && {
      maxAgeDays: api_key_rotation.max_age_days,
      gracePeriodDays: api_key_rotation.grace_period_days,
    },
  }));

export const billingSettings = z
  .object({
    billing_email: z.string().nullable().transform(replaceEmpty),
    payment_method: oneOf(paymentMethods).nullable(),
    usage_alerts: z.array(
      z.object({
        resource_type: oneOf(meteredResources),
        threshold_percent: z.number(),
      } satisfies Fields<Wire["usage-alert"]>),
    ),
  } satisfies Fields<Wire["billing-settings"]>)
  .transform(({ billing_email, payment_method, usage_alerts }): BillingSettings => ({
    billingEmail: billing_email,
    paymentMethod: payment_method,
    usageAlerts: usage_alerts.map(({ resource_type, threshold_percent }) => ({
      resourceType: resource_type,
      thresholdPercent: threshold_percent,
    })),
  }));

/** A number that may be missing or null. */
const optionalNumber = z
  .number()
  .nullish()
  .transform((number) => number ?? undefined);

const limit = z
  .object({
    limit: z.number(),
    used: optionalNumber,
    default: optionalNumber,
    maximum: optionalNumber,
  } satisfies Fields<Wire["limit"]>)
  .optional();

export const limits = z
  .object({
    products: limit,
    devices: limit,
    users: limit,
    api_keys: limit,
    webhooks: limit,
  } satisfies Fields<Wire["limits"]>)
  .transform(({ api_keys, ...others }): Limits => ({ ...others, apiKeys: api_keys }));

/** The contract defines each page in its operation. */
interface WirePage {
  readonly data: unknown[];
  readonly next_page: Wire["next-page"];
}

/** The schema of a page. Build it once, as that of an object. */
export function createPageSchema<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z
    .object({ data: z.array(item), next_page: z.string().nullable() } satisfies Fields<WirePage>)
    .transform(({ data, next_page }) => ({ items: data, next: next_page }));
}

/** Reads all items of a list that match the search. */
export function readList<T>(
  http: Http,
  path: string,
  schema: z.ZodType<Page<T>>,
  getId: (item: T) => string,
  search?: string,
): AsyncGenerator<T, void, undefined> {
  const read = async (cursor: string | undefined): Promise<Page<T>> =>
    http.get(`${path}${query({ limit: perPage, search, page: cursor })}`, schema);
  return http.list(path, read, { field: "next_page", pageSize: perPage, getId });
}

/** Quotes a string in Peridio's search language. */
export function quote(value: string): string {
  return `'${value.replaceAll("'", "\\'")}'`;
}

/** Turns a property's name in the Admin API into its name in `model.ts`, for messages. */
export function getPropertyName(wireName: string): string {
  if (wireName === "two_factor_required") return "requireTwoFactor";
  return wireName.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

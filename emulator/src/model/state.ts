import { randomUUID } from "node:crypto";
import { z } from "zod";

// The emulator's data in the APIs' words, as one plain object: the content of a `--data` file and of a snapshot. A list that only
// one file of apis/connect/ changes is stored by that file. apis/connect/stateSchema.ts joins all parts.

export const roles = ["admin", "manager", "developer", "viewer"] as const;
export const resourceTypes = ["products", "devices", "users", "api_keys", "webhooks"] as const;

const moment = z.string();

const user = z.object({
  id: z.string(),
  email: z.string(),
  username: z.string().nullable(),
  name: z.string().nullable(),
  two_factor_enabled: z.boolean(),
});

const apiKey = z.object({
  user_id: z.string(),
  /** The only organization that the key can access; null for all of its user's organizations. */
  organization_id: z.string().nullable(),
  inserted_at: moment,
});

/** A row of a list. `sequence` numbers rows in the order of creation, because several can share one `inserted_at`. */
export const row = z.object({ sequence: z.number(), id: z.string(), inserted_at: moment, updated_at: moment });

const member = row.extend({
  user_id: z.string(),
  role: z.enum(roles),
  /** True for an owner beside `owner_id`. Only Avocado Connect has several owners. The Admin API shows the others as admins. */
  also_owner: z.boolean().default(false),
  last_active_at: moment.nullable(),
});

const invitation = row.extend({
  email: z.string(),
  role: z.enum(roles),
  /** True if the person becomes an owner by accepting. */
  as_owner: z.boolean().default(false),
  inviter_id: z.string().nullable(),
  /** The group of users that the person joins on acceptance. */
  group_id: z.string().nullable().default(null),
  expires_at: moment,
  accepted_at: moment.nullable(),
});

const apiToken = row.omit({ updated_at: true }).extend({
  name: z.string(),
  user_id: z.string(),
  /** The raw token, which authenticates its user for the organization. */
  token: z.string(),
  last_used_at: moment.nullable(),
  expires_at: moment.nullable(),
});

const group = z.object({
  sequence: z.number(),
  id: z.string(),
  name: z.string(),
  description: z.string().nullable().default(null),
  /** The members of the group, in the order in which they joined. */
  user_ids: z.array(z.string()).default([]),
});

/** Numbers the groups of old data, which have no `sequence`, below all other rows. */
const groups = z
  .array(group.partial({ sequence: true }))
  .default([])
  .transform((rows) => rows.map((row, index) => ({ ...row, sequence: row.sequence ?? index - rows.length })));

/** The people and groups with access to a project or a cohort, in the order of their grants. */
const grants = {
  /** True if no grant is necessary. */
  everyone_enabled: z.boolean(),
  user_ids: z.array(z.string()),
  group_ids: z.array(z.string()),
};

/** The rules for tunnels to devices; null for none. */
export const tunnelPolicySchema = z.object({
  max_ttl_seconds: z.int().nullable().default(null),
  backoff_seconds: z.int().nullable().default(null),
  max_concurrent: z.int().nullable().default(null),
  cidr_allowlist: z.array(z.string()).nullable().default(null),
  require_reason: z.boolean().nullable().default(null),
  allowed_windows: z.array(z.record(z.string(), z.unknown())).nullable().default(null),
});

export const emptyTunnelPolicy = tunnelPolicySchema.parse({});

export const cohortSchema = row.extend({
  name: z.string(),
  description: z.string().nullable(),
  ...grants,
  device_count: z.int().nonnegative(),
  /** The rules that tighten those of the organization. The allowlist replaces that of the organization. */
  tunnel_policy: tunnelPolicySchema,
});

/** The properties of a project, without the lists of other files. */
export const projectBase = row.extend({ name: z.string(), description: z.string().nullable(), ...grants });

const security = z.object({
  two_factor_required: z.boolean(),
  ip_allowlist: z.array(z.object({ cidr: z.string(), description: z.string().nullable() })),
  session_timeout: z.number().nullable(),
  api_key_rotation: z.object({ max_age_days: z.number(), grace_period_days: z.number() }).nullable(),
});

const billing = z.object({
  billing_email: z.string().nullable(),
  payment_method: z.enum(["credit_card", "invoice"]).nullable(),
  usage_alerts: z.array(z.object({ resource_type: z.enum(resourceTypes), threshold_percent: z.number() })),
});

const count = z.int().nonnegative();

/** The plans of Avocado Connect. */
export const tiers = ["development", "startup", "teams", "pro", "enterprise"] as const;

/** The plan of Avocado Connect. The limits of people and devices are in `limits`, which both APIs share. Null for no limit. */
const plan = z.object({
  tier: z.enum(tiers).default("teams"),
  max_tunnels: count.nullable().default(null),
  max_claim_tokens: count.nullable().default(null),
});

/**
 * Counts of what the emulator does not store as objects. Limits and deletions depend on them. `webhooks` leaves out
 * the webhooks of Avocado Connect. In data files and the control plane, these counts are called `belongings`.
 */
const usageCounts = z.object({
  products: count,
  devices: count,
  webhooks: count,
  active_deployments: count,
  outstanding_charges: count,
});

export const belongingsChange = z.strictObject({ ...usageCounts.shape, card_on_file: z.boolean() }).partial();

export const limitsChange = z.partialRecord(z.enum(resourceTypes), count);

/** The properties of an organization, without its projects and the lists of other files. */
export const organizationBase = row.extend({
  name: z.string(),
  display_name: z.string(),
  description: z.string().nullable(),
  contact_email: z.string().nullable(),
  owner_id: z.string(),
  members: z.array(member),
  invitations: z.array(invitation),
  /** Created through Avocado Connect, unlike `api_keys` of the state. */
  api_tokens: z.array(apiToken).default([]),
  groups,
  tunnel_policy: tunnelPolicySchema.prefault({}),
  /** The cohort of claim tokens that a request creates without a cohort; null for none. It may be deleted. */
  default_cohort_id: z.string().nullable().default(null),
  security: security.extend({ updated_at: moment }),
  billing: billing.extend({ updated_at: moment }),
  limits: z.record(z.enum(resourceTypes), count),
  plan: plan.prefault({}),
  belongings: usageCounts,
  card_on_file: z.boolean(),
});

export const stateBase = z.object({
  version: z.literal(1),
  sequence: z.number(),
  /** Milliseconds by which the emulator's clock is ahead. */
  clock_offset: z.number(),
  /** If false, Avocado Connect returns the link of a new invitation instead of sending it. */
  email_delivery: z.boolean().default(true),
  /** The hours until a new invitation expires; null for the default of the API that creates the invitation. */
  invitation_hours: z.number().nullable().default(null),
  users: z.record(z.string(), user),
  /** User ids by e-mail address in lower case. */
  user_ids: z.record(z.string(), z.string()),
  api_keys: z.record(z.string(), apiKey),
});

/**
 * The lists that files of apis/connect/ store in an organization or a project. Each has a default, because old data lacks it. A list with
 * people or groups belongs in this file, because contract/access.ts removes them.
 */
export type StoredLists = Readonly<Record<string, z.ZodDefault<z.ZodArray<z.ZodType<Row & WithoutAccess>>>>>;

type WithoutAccess = Readonly<Partial<Record<"user_ids" | "group_ids", never>>>;

/** The data. A file of apis/connect/ names its own lists in `O`, and apis/connect/stateSchema.ts names all of them. */
export interface State<O extends Organization = Organization> extends z.infer<typeof stateBase> {
  organizations: O[];
}

export interface Organization<P extends Project = Project> extends z.infer<typeof organizationBase> {
  projects: P[];
}

export interface Project extends z.infer<typeof projectBase> {
  cohorts: Cohort[];
}

export type Row = z.infer<typeof row>;
export type User = z.infer<typeof user>;
export type ApiKey = z.infer<typeof apiKey>;
export type Member = z.infer<typeof member>;
export type Invitation = z.infer<typeof invitation>;
export type ApiToken = z.infer<typeof apiToken>;
export type Group = z.infer<typeof group>;
export type Cohort = z.infer<typeof cohortSchema>;
export type TunnelPolicy = z.infer<typeof tunnelPolicySchema>;
type ListsOf<Parent, Element> = {
  [Name in keyof Parent]: Parent[Name] extends readonly Element[] ? Name : never;
}[keyof Parent];

/**
 * The lists in an organization or a project whose rows have the properties of `Element`. contract/access.ts removes people and groups
 * from these lists, so a new list with people is a type error there until it does.
 */
export type ListName<Element> = ListsOf<Organization, Element> | ListsOf<Project, Element>;

export type Grants = Pick<Project, keyof typeof grants>;
export type SecuritySettings = z.infer<typeof security>;
export type BillingSettings = z.infer<typeof billing>;
export type UsageCounts = z.infer<typeof usageCounts>;
export type Role = (typeof roles)[number];
export type Tier = (typeof tiers)[number];
export type ResourceType = (typeof resourceTypes)[number];

/** Returns true for a resource whose limit restricts one of the `UsageCounts`. The control plane then checks a higher count. */
export function hasUsageCount(type: ResourceType): type is ResourceType & keyof UsageCounts {
  return type in usageCounts.shape;
}

/** Creates the properties of a row that every list has. */
export function createRow(state: State, now: string): Row {
  state.sequence += 1;
  return { sequence: state.sequence, id: randomUUID(), inserted_at: now, updated_at: now };
}

/** Compares e-mail addresses, ignoring case. */
export function isSameEmail(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function findUserByEmail(state: State, email: string): User | undefined {
  const id = state.user_ids[email.toLowerCase()];
  return id === undefined ? undefined : getUserById(state, id);
}

/** Adds a user, or updates the index of addresses after a user's address has changed. */
export function putUser(state: State, user: User, formerEmail = user.email): void {
  Reflect.deleteProperty(state.user_ids, formerEmail.toLowerCase());
  state.user_ids[user.email.toLowerCase()] = user.id;
  state.users[user.id] = user;
}

/** Reports whether a member is an owner. Only Avocado Connect has several. */
export function isOwner({ owner_id }: Organization, { user_id, also_owner }: Member): boolean {
  return user_id === owner_id || also_owner;
}

/** Returns the user of an id that occurs in the state. */
export function getUserById(state: State, id: string): User {
  const user = state.users[id];
  if (user === undefined) throw new Error(`The data refers to a user ${id} that it does not contain.`);
  return user;
}

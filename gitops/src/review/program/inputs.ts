import * as z from "zod";
import { formatPath, isRecord, type Path, type Values } from "#framework";
import { meteredResources, oneOf, paymentMethods, roles } from "#provider";
import type { Declaration } from "../../model/declaration";
import type { Model } from "../../model/model";
import { describeResource, isHidden, mayDiffer, type Resource, type ResourceKind } from "../../preview/resource";
import type { ProgramChange } from "../review";

/**
 * The properties that rows of the review read, with the values that the rows understand. The review lists
 * every other changed property. A test compares these properties with `schema.json`.
 */

const text = z.string();
const texts = z.array(text);
const flag = z.boolean();
const nullable = <T extends z.ZodType>(schema: T) => schema.nullable();
/** The types of objects in properties, by their names in `schema.json`. */
export const understoodTypes = {
  Access: inputs({ users: texts, groups: texts }),
  AllowlistEntry: inputs({ cidr: text, description: nullable(text) }),
  ApiKeyRotation: inputs({ maxAgeDays: z.number(), gracePeriodDays: z.number() }),
  UsageAlert: inputs({ resourceType: oneOf(meteredResources), thresholdPercent: z.number() }),
} as const;

const { Access: grants } = understoodTypes;
const object = { organizationId: text, name: text, description: text };

export const understoodInputs: Readonly<Record<ResourceKind, z.ZodObject>> = {
  Organization: inputs({
    name: text,
    displayName: text,
    description: nullable(text),
    contactEmail: nullable(text),
    forceDestroy: flag,
    deletionPolicy: z.enum(["delete", "retain"]),
  }),
  Membership: inputs({
    organizationId: text,
    email: text,
    role: z.enum(roles),
    onExpired: z.enum(["reinvite", "ignore"]),
    userId: text,
    groupId: text,
  }),
  OrganizationMembers: inputs({
    organizationId: text,
    members: z.record(text, z.enum(roles)),
    groups: z.record(text, text),
    minAdmins: z.number(),
    maxRemovals: z.union([z.number(), text]),
    ignore: texts,
  }),
  OrganizationOwner: inputs({ organizationId: text, email: text }),
  SecurityPolicy: inputs({
    organizationId: text,
    requireTwoFactor: flag,
    ipAllowlist: z.array(understoodTypes.AllowlistEntry),
    allowLockout: flag,
    sessionTimeout: nullable(text),
    apiKeyRotation: nullable(understoodTypes.ApiKeyRotation),
  }),
  BillingSettings: inputs({
    organizationId: text,
    billingEmail: nullable(text),
    paymentMethod: nullable(oneOf(paymentMethods)),
    usageAlerts: z.array(understoodTypes.UsageAlert),
  }),
  Group: inputs({ ...object, members: texts }),
  Project: inputs({ ...object, everyoneEnabled: flag, access: grants }),
  Cohort: inputs({ projectId: text, name: text, description: text, everyoneEnabled: flag, access: grants }),
  OrganizationApiToken: inputs({ organizationId: text, name: text, rotate: text }),
  Webhook: inputs({ organizationId: text, url: text, name: text, events: texts, enabled: flag }),
  ClaimToken: inputs({
    organizationId: text,
    name: text,
    expiresAt: text,
    maxUses: z.number(),
    cohortId: text,
    tags: texts,
  }),
};

/** The outputs that rows read in drift, or that cannot affect access. */
const understoodOutputs: Readonly<Record<ResourceKind, readonly string[]>> = {
  Organization: ["createdAt", "owner", "tier"],
  Membership: ["asOwner", "currentEmail", "invitationExpiresAt", "invitationId", "inviteUrl", "status"],
  OrganizationMembers: ["inviteUrls", "people"],
  OrganizationOwner: ["currentEmail", "userId"],
  SecurityPolicy: [],
  BillingSettings: [],
  Group: ["pending", "userIds"],
  Project: ["pending", "userIds"],
  Cohort: ["pending", "userIds"],
  OrganizationApiToken: ["createdAt", "expiresAt", "owner", "token", "tokenId"],
  Webhook: ["secret", "webhookId"],
  ClaimToken: ["claimTokenId", "token"],
};

/** The provider's own notes among the inputs, which no program sets, and the code of the dynamic provider, which `providers` reviews. */
const internal: ReadonlySet<string> = new Set([
  ...["__parent", "__provider", "__urn", "__declared", "__defaults", "__internal"],
]);

function inputs(shape: Readonly<Record<string, z.ZodType>>): z.ZodObject {
  return z.strictObject(shape).partial();
}

/** The properties that identify an object. Without a replacement, no row reads their change. */
const identities: ReadonlySet<string> = new Set(["projectId", "rotate"]);

/** The properties whose removal no row reads, because an object always has them, or keeps them until it is replaced. */
const permanent: ReadonlySet<string> = new Set([
  ...["organizationId", "projectId", "name", "email", "role", "url", "everyoneEnabled"],
  ...["rotate", "expiresAt", "maxUses", "cohortId"],
]);

/** Lists changed properties that no row of the review reads, or whose values no row understands. */
export function reviewInputs({ isPlanned, declarations }: Model): readonly ProgramChange[] {
  return declarations.flatMap((declaration) =>
    listUnread(declaration, isPlanned).map((path) => createRow(declaration, path)),
  );
}

function createRow(resource: Resource, path: Path): ProgramChange {
  const [name, object] = [formatPath(path), describeResource(resource)];
  return {
    stack: resource.stack,
    section: "properties",
    subject: `${name} of ${object}`,
    words: `Property \`${name}\` of ${object} changes. This version of peridio-gitops does not know the property or its value. Check the change in Pulumi's output, or use the version of peridio-gitops that matches the provider.`,
    risks: ["notUnderstood"],
  };
}

function listUnread(resource: Declaration, isPlanned: boolean): readonly Path[] {
  const { after, isImported } = resource;
  // The rows of a deleted object name the whole object.
  if (after === undefined) return [];
  // The next update writes the values of an import.
  const before = isImported ? undefined : resource.before;
  const isIgnored = (name: string) =>
    internal.has(name) || (!isPlanned && understoodOutputs[resource.kind].includes(name));
  const sides = [before, after].map((state) => {
    const values = (isPlanned ? undefined : state?.outputs) ?? state?.inputs ?? {};
    return Object.fromEntries(Object.entries(values).filter(([name]) => !isIgnored(name)));
  });
  const schema = understoodInputs[resource.kind];
  const paths = new Map(sides.flatMap((values) => findIssues(schema, values)).map((path) => [formatPath(path), path]));
  const [former = {}, present = {}] = sides;
  const isKept = before !== undefined && !resource.isReplaced;
  for (const name of Object.keys(isKept ? { ...former, ...present } : {})) {
    const isRemoved = permanent.has(name) && present[name] === undefined;
    if (identities.has(name) || isRemoved) paths.set(name, [name]);
  }
  const isChanged = (path: Path) => {
    const [one, other] = [getPart(former, path), getPart(present, path)];
    if (isHidden(one) && isHidden(other)) return mayDiffer(resource, String(path[0]));
    return resource.isReplaced || JSON.stringify(one) !== JSON.stringify(other);
  };
  return [...paths.values()].filter(isChanged);
}

/** Returns the paths of values that a schema does not allow. A hidden value is of any type, and its rows say that it is hidden. */
function findIssues(schema: z.ZodObject, values: Values): readonly Path[] {
  const issues = schema.safeParse(values).error?.issues ?? [];
  return issues.flatMap((issue): readonly Path[] => {
    const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    if (path.some((_, index) => isHidden(getPart(values, path.slice(0, index + 1))))) return [];
    return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
  });
}

function getPart(values: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isRecord(value) ? value[step] : undefined;
  }, values);
}

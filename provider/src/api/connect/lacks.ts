import { Lacking } from "../errors";
import type { Feature, Lack, Role } from "../port";
import type { Wire } from "./schemas";

const inAll =
  "Avocado Connect, the API in use, has no SecurityPolicy, no BillingSettings, no OrganizationOwner and no getDeletionReadiness; " +
  "it neither creates, renames nor deletes organizations, and they have no description and no contactEmail; its roles are admin and member; " +
  "and it tells neither when members were last active nor who has a second factor.";

const reasons = {
  createOrganization:
    "Avocado Connect creates no organizations: create it in Peridio's console, " +
    "or declare as `name` the slug of one that is there, and run again, which takes it over",
  renameOrganization:
    "Avocado Connect does not rename organizations: rename it in Peridio's console, leave `displayName` out, or declare what it is called there",
  deleteOrganization:
    "Avocado Connect deletes no organizations: ask Peridio's support, " +
    "or keep it: set `deletionPolicy: retain` on the Organization, run `pulumi up`, and then delete the resource",
  deletionReadiness:
    "Avocado Connect does not tell what stands in the way of deleting an organization, since it deletes none: leave the function out",
  organizationDetails: "Avocado Connect knows no description and no contact e-mail of organizations: leave them out",
  ownership:
    "Avocado Connect does not say how ownership is transferred: ask Peridio's support, and leave the owner out of the program",
  securitySettings:
    "Avocado Connect has no security settings: look after them in Peridio's console, and leave them out of the program",
  billingSettings:
    "Avocado Connect has no billing settings: look after them in Peridio's console, and leave them out of the program",
  activity: "Avocado Connect does not tell when members were last active: leave that filter out",
  secondFactor: "Avocado Connect does not tell who has a second factor: leave that filter out",
  "role manager": roleReason("manager", "admin, which may do more, or member"),
  "role developer": roleReason("developer", "member"),
  "role viewer": roleReason("viewer", "member"),
} satisfies Partial<Record<Feature, string>>;

/** A feature of the specification that Avocado Connect does not have. */
type Unsupported = keyof typeof reasons;

function roleReason(role: string, instead: string): string {
  return (
    `Avocado Connect has no role ${role}: declare ${instead}. ` +
    "Members have access to every project, unless the project's `everyone_enabled` is off"
  );
}

export function lacks(feature: Feature): Lack | undefined {
  return isUnsupported(feature) ? lackOf(feature) : undefined;
}

/** Rejects with `Lacking`. */
export async function lacking(feature: Unsupported): Promise<never> {
  return Promise.reject(new Lacking(lackOf(feature)));
}

/** @throws Lacking for a role that this API does not have */
export function roleOnWire(role: Role): Wire["role"] {
  if (role === "admin" || role === "member") return role;
  throw new Lacking(lackOf(`role ${role}`));
}

function isUnsupported(feature: Feature): feature is Unsupported {
  return Object.hasOwn(reasons, feature);
}

function lackOf(feature: Unsupported): Lack {
  return { reason: reasons[feature], inAll };
}

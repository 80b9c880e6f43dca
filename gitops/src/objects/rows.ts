import type { ResourceKind } from "../preview/resource";
import { apiToken } from "./apiToken";
import { billingSettings, usageAlertInput } from "./billingSettings";
import { claimToken } from "./claimToken";
import { cohort } from "./cohort";
import { group } from "./group";
import { membership } from "./membership";
import { organization } from "./organization";
import { organizationMembers } from "./organizationMembers";
import { organizationOwner } from "./organizationOwner";
import { accessInput, project } from "./project";
import type { CompleteRow } from "./row";
import { allowlistEntryInput, apiKeyRotationInput, securityPolicy } from "./securityPolicy";
import { webhook } from "./webhook";

/** All kinds of resources, in the order of reviews. */
export const rows: { readonly [K in ResourceKind]: CompleteRow & { readonly kind: K } } = {
  OrganizationMembers: organizationMembers,
  SecurityPolicy: securityPolicy,
  BillingSettings: billingSettings,
  Organization: organization,
  Membership: membership,
  OrganizationOwner: organizationOwner,
  Group: group,
  Project: project,
  Cohort: cohort,
  OrganizationApiToken: apiToken,
  Webhook: webhook,
  ClaimToken: claimToken,
};

/** The types of objects in properties, by their names in `schema.json`. A test compares them with it, and the inputs of each row. */
export const understoodTypes = {
  Access: accessInput,
  AllowlistEntry: allowlistEntryInput,
  ApiKeyRotation: apiKeyRotationInput,
  UsageAlert: usageAlertInput,
} as const;

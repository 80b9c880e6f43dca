import type { AnyResource } from "../resource";
import { billingSettings } from "./billingSettings";
import { claimToken } from "./claimToken";
import { cohort } from "./cohort";
import { group } from "./group";
import { membership } from "./membership";
import { organization } from "./organization";
import { organizationApiToken } from "./organizationApiToken";
import { organizationMembers } from "./organizationMembers";
import { organizationOwner } from "./organizationOwner";
import { project } from "./project";
import { securityPolicy } from "./securityPolicy";
import { webhook } from "./webhook";

/** Every resource of the provider. To add a resource, add a file to this folder and a line to this list. */
export const resources: readonly AnyResource[] = [
  organization,
  membership,
  organizationMembers,
  organizationOwner,
  securityPolicy,
  billingSettings,
  group,
  project,
  cohort,
  organizationApiToken,
  webhook,
  claimToken,
];

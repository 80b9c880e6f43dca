import type { AnyResource } from "../resource";
import { billingSettings } from "./billingSettings";
import { membership } from "./membership";
import { organization } from "./organization";
import { organizationMembers } from "./organizationMembers";
import { organizationOwner } from "./organizationOwner";
import { securityPolicy } from "./securityPolicy";

/** Every resource of the provider. To add a resource, add a file to this folder and a line to this list. */
export const resources: readonly AnyResource[] = [
  organization,
  membership,
  organizationMembers,
  organizationOwner,
  securityPolicy,
  billingSettings,
];

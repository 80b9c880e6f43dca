import type { AnyResource } from "../resource";
import { billingSettings } from "./billingSettings";
import { membership } from "./membership";
import { organization } from "./organization";
import { organizationMembers } from "./organizationMembers";
import { organizationOwner } from "./organizationOwner";
import { securityPolicy } from "./securityPolicy";

/** Every resource of the provider. A new one is a file beside this and a line here. */
export const resources: readonly AnyResource[] = [
  organization,
  membership,
  organizationMembers,
  organizationOwner,
  securityPolicy,
  billingSettings,
];

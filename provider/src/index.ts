export { type AccessPath, findAccess } from "./access/effective";
export { readGroups } from "./access/read";
export {
  type AllowlistEntry,
  ApiError,
  type ApiToken,
  type BackendName,
  type BillingSettings,
  type ClaimToken,
  type Feature,
  ForbiddenError,
  type Group,
  type Invitation,
  type KeyRotation,
  type Limit,
  type Limits,
  type ListedProject,
  type Member,
  type MeteredResource,
  NotFoundError,
  type Organization,
  type PaymentMethod,
  type Peridio,
  type Project,
  type RawAnswer,
  type RawReader,
  type RosterEntry,
  type Role,
  type SecuritySettings,
  type SettingNames,
  type TransportOverrides,
  type TunnelPolicy,
  type Unknown,
  type UsageAlert,
  type User,
  type Webhook,
  canonicalizeEmail,
  backends,
  compareAge,
  endpoints,
  hasAdminRights,
  meteredResources,
  oneOf,
  paymentMethods,
  roles,
  toArray,
  traits,
} from "./api";
export { canonicalCidr, cidr, fillBlocks, holds, parseCidr } from "./cidr";
export {
  type Configuration,
  type Destination,
  getBackend,
  chooseBackend,
  configuration,
  getDestination,
  nameVariable,
  isMisdirected,
  peridio,
  rawReader,
} from "./configuration";
export { functions } from "./functions";
export { billingSettings } from "./resources/billingSettings";
export { resources } from "./resources";
export { organization } from "./resources/organization";
export { organizationMembers } from "./resources/organizationMembers";
export { organizationOwner } from "./resources/organizationOwner";
export { createMatcher } from "./roster/declaration";
export { countAllowedRemovals, defaultGuardrails } from "./roster/guardrails";
export { securityPolicy } from "./resources/securityPolicy";
export { longestTunnel } from "./resources/tunnelPolicy";
export { asUuid, getParentId } from "./types/objectId";
export { day } from "./types/day";
export { canonicalizeEnd, end, getEndTime, hasEnded } from "./types/end";
export { isNever } from "./types/moment";
export { duration, fromSeconds, toSeconds } from "./types/duration";
export { email, isSameEmail } from "./types/email";
export { asPrn } from "./types/organizationId";
export { pattern, type Pattern } from "./types/pattern";
export { role } from "./types/role";
export { version } from "./version";
export { provider, providerIn } from "./provider";
export type { AnyFunction, AnyResource, Right } from "./resource";

// The framework: what every Pulumi provider of a service needs.
export {
  type AnyClient,
  type Client,
  type FeatureOf,
  formatUnsupported,
  getRecoveryClient,
  type UnsupportedFeature,
  type ClientOptions,
} from "./client";
export { Confidential } from "./confidential";
export { decodeSettings, type Environment, type Output } from "./configuration";
export { MissingRightError, type Operation, type Permissions } from "./permissions";
export { type AnyProvider, type Connection, defineProvider, type ProviderDefinition, type Service } from "./provider";
export { ApiError, formatRequest, NotFoundError, type RequestInfo, withFailedLookup } from "./request";
export { requireValid, validate } from "./validation";
export { findDrift, isAtDefault, isEqual } from "./compare";
export { type Child, ChildId, type Component, type Composition, insertIds } from "./component";
export { AlreadyExistsError, getErrorMessage, PartialFailureError, IdentityMismatchError, UserError } from "./errors";
export { countOthers, mostPrinted } from "./excerpt";
export { isMoment, readNow } from "./moment";
export { getTypeName, listBriefly } from "./explain";
export type { AnyFunction, ProviderFunction } from "./function";
export { type ComponentRequirement, findUnmetInComponent, type FeatureSupport, findUnmet } from "./requirements";
export { readParentId, parentInput, explainPartialDestroy } from "./parents";
export { behaviourNames, getBehaviours, type Behaviour } from "./property";
export {
  type AnotherKey,
  anotherKey,
  type Declarations,
  declarations,
  type PlannedNames,
  plannedNames,
} from "./modules";
export { defineResourceFor } from "./definition";
export { type Path, formatPath, parsePath } from "./path";
export { type Source, type SourceLocation, formatSource } from "./source";
export { inOneLine, printable, printableLine } from "./printable";
export {
  type AnyResource,
  type Assessment,
  type Changes,
  type CompletePlan,
  type Deletion,
  type IdentityMismatch,
  type ObjectKey,
  type PartialPlan,
  type PlanResult,
  type Context,
  type Prior,
  type Requirement,
  type Observed,
  type Resource,
  type ContextWith,
  type Module,
  type Shape,
  type Rights,
  type Verb,
} from "./resource";
export { getPulumiHome } from "./pulumiHome";
export { packageSchema } from "./schema";
export { describeMissing, NotAppliedError, beginNotAppliedMessage } from "./unapplied";
export { type Values, hasUnknowns, isRecord, omitAbsent, isSameValue } from "./values";

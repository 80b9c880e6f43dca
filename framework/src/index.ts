/** The contract of a provider: definitions of resources, functions and components, the client, and errors. */
export {
  type AnyClient,
  type Client,
  type ClientOptions,
  type FeatureOf,
  getRecoveryClient,
  type UnsupportedFeature,
} from "./client";
export { type Child, ChildId, type Component, type Composition, type Surroundings } from "./component";
export type { Environment, Output } from "./configuration";
export { defineResourceFor } from "./definition";
export { AlreadyExistsError, IdentityMismatchError, PartialFailureError, UserError } from "./errors";
export type { AnyFunction, ProviderFunction } from "./function";
export {
  type AnotherKey,
  anotherKey,
  type Declarations,
  declarations,
  type PlannedNames,
  plannedNames,
} from "./modules";
export type { Path } from "./path";
export { MissingRightError, type Operation, type Permissions } from "./permissions";
export {
  type AnyProvider,
  type Connection,
  defineProvider,
  type PackageInfo,
  type ProviderDefinition,
  type Service,
} from "./provider";
export { ApiError, NotFoundError, type RequestInfo, withFailedLookup } from "./request";
export type {
  AnyResource,
  Assessment,
  Changes,
  CompletePlan,
  Context,
  ContextWith,
  Deletion,
  IdentityMismatch,
  Module,
  ObjectKey,
  Observed,
  PartialPlan,
  Plan,
  PlanResult,
  Prior,
  Requirement,
  Resource,
  Rights,
  Shape,
  Verb,
} from "./resource";
export { type Secret, secret, type WithSecrets } from "./secret";
export type { Source } from "./source";
export { NotAppliedError } from "./unapplied";
export { hasUnknowns, isRecord, type Values } from "./values";

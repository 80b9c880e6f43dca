export {
  type AnyClient,
  type Client,
  type FeatureOf,
  formatUnsupported,
  type UnsupportedFeature,
  type Report,
} from "./client";
export { decodedSettings, type Environment, type Output } from "./configuration";
export { MissingRight, type Operation, type Permissions, type Verb } from "./permissions";
export { type AnyProvider, type Connection, defineProvider, type ProviderDefinition, type Service } from "./provider";
export { ApiError, formatRequest, NotFound, type RequestInfo, unseen } from "./request";
export { accepted, check } from "./check";
export { sameBy } from "./compare";
export type { Child, Component, Composition } from "./component";
export { AlreadyExists, PartialFailureError, IdentityMismatchError, UserError } from "./errors";
export { andMore, mostPrinted } from "./excerpt";
export { labelled, named } from "./explain";
export type { AnyFunction, ProviderFunction } from "./function";
export { Lifecycle, type LifecycleHost } from "./lifecycle";
export { type Demand, demandsOf, type Lacks, unmet } from "./needs";
export { parentId, parentInput, partialDestroyHint } from "./parents";
export { type Path, formatPath, parsePath } from "./path";
export { type Said, toldOf } from "./place";
export { inOneLine, printable, printableLine } from "./printable";
export type { FunctionReference, Reference, TypicalError } from "./reference";
export type {
  AnyResource,
  Change,
  Changes,
  CompletePlan,
  IdentityMismatch,
  ObjectKey,
  PlanResult,
  Context,
  Prior,
  Need,
  Observed,
  Resource,
  ResourceContext,
  Shape,
} from "./resource";
export { packageSchema } from "./schema";
export { notAsAsked } from "./unapplied";
export { type Values, hasUnknowns, isRecord, present, same } from "./values";

import { canonicalize, type Difference, toChanges } from "../compare";
import { PartialFailureError, UserError } from "../errors";
import { getTypeName } from "../explain";
import { ApiError, withFailedLookup } from "../request";
import type { AnyResource, Context, Prior } from "../resource";
import { explainNotApplied, NotAppliedError, unapplied } from "../unapplied";
import type { Values } from "../values";
import {
  type AnyObserved,
  changedBetween,
  forRecovery,
  addProviderOnlyValues,
  type Run,
  type WritingContext,
} from "./run";
import type { Declaration, State } from "../state";
import { requireValid } from "../validation";

/**
 * Returns the desired inputs of a Create, with their defaults. Check has refused invalid ones, unless the engine skipped it.
 * @throws OperationError that names every invalid property
 */
export async function requireDesired(
  run: Run,
  resource: AnyResource,
  { urn, declared }: Pick<Declaration, "urn" | "declared">,
): Promise<Values> {
  return run.attempt("create", { resource, urn, object: declared }, () =>
    Promise.resolve(requireValid(resource.inputs, declared, getTypeName(resource))),
  );
}

/** Finds an existing object that a resource may adopt. */
export async function findExisting(
  resource: AnyResource,
  context: Context,
  desired: Values,
): Promise<AnyObserved | undefined> {
  return resource.findExisting?.(context, canonicalize(resource, desired));
}

/** @throws UserError for a resource that the API creates */
export function requireCreate(
  run: Run,
  resource: AnyResource,
): asserts resource is AnyResource & Required<Pick<AnyResource, "create">> {
  if (resource.create !== undefined) return;
  throw new UserError(`${run.service.title} does not have this object, and the provider cannot create it.`);
}

/** Changes an observed object to the desired one. Sends nothing if they are equal. */
export async function reconcile(
  run: Run,
  resource: AnyResource,
  context: WritingContext,
  priorInputs: Values,
  desired: Values,
  observed: AnyObserved,
): Promise<State> {
  const compareWith = (found: AnyObserved): Difference[] =>
    run.compare(resource, priorInputs, desired, addProviderOnlyValues(resource, found, desired));
  const differences = compareWith(observed);
  if (differences.length === 0) return run.toState(resource, desired, observed);
  const current = addProviderOnlyValues(resource, observed, desired);
  const plan = {
    desired: canonicalize(resource, desired),
    observed: current,
    changed: changedBetween(differences),
    formerInputs: priorInputs,
  };
  await run.permit(resource, context, plan, observed.id);
  const changes = toChanges(plan.desired, differences, resource);
  const updating = verified(run, context, resource.update(context, plan.desired, observed, changes));
  const after = await updating.catch(async (error: unknown) => {
    if (!isInDoubt(error)) throw error;
    const prior: Prior = { state: observed, inputs: desired, formerInputs: priorInputs };
    let readFailure: unknown;
    const reread = await resource.read(forRecovery(context), observed.id, prior).catch((failure: unknown) => {
      readFailure = failure;
      return undefined;
    });
    const left = reread === undefined ? differences : compareWith(reread);
    if (reread !== undefined && left.length === 0) return reread;
    const failure = readFailure === undefined ? error : withFailedLookup(error, readFailure);
    if (left.some(isReset)) throw failure;
    // Records the attempted inputs even if the read failed: a program that returns to the prior inputs then undoes the change.
    throw new PartialFailureError(reread ?? observed, failure);
  });
  const requested = new Set(differences.map(({ path }) => path));
  const left = compareWith(after).filter(({ path }) => requested.has(path));
  return confirm(run, resource, context, desired, after, left);
}

/** Words the error of a write that the resource verified, and that the API did not apply. */
export async function verified<Result>(
  run: Run,
  { secret, accepted }: WritingContext,
  writing: Promise<Result>,
): Promise<Result> {
  return writing.catch((error: unknown) => {
    const cause = error instanceof PartialFailureError ? error.cause : error;
    if (!(cause instanceof NotAppliedError)) throw error;
    const explained = explainNotApplied(cause, { service: run.service.title, secret, accepted: accepted() });
    throw error instanceof PartialFailureError ? new PartialFailureError(error.observed, explained) : explained;
  });
}

/** Returns the state after a write. Throws if the API did not apply the write as requested: `left` holds the remaining differences. */
export function confirm(
  run: Run,
  resource: AnyResource,
  { secret, accepted }: WritingContext,
  desired: Values,
  observed: AnyObserved,
  left: readonly Difference[],
): State {
  if (left.length === 0) return run.toState(resource, desired, observed);
  const service = run.service.title;
  const error = unapplied({ service, resource, desired, observed, left, secret, accepted: accepted() });
  throw left.some(isReset) ? error : new PartialFailureError(observed, error);
}

/** Returns true if a failed write may have taken effect. */
export function isInDoubt(error: unknown): error is ApiError {
  return error instanceof ApiError && error.isAmbiguous;
}

/**
 * Returns true if a property returns to its default. Only the prior inputs contain it, and a partial failure would overwrite them.
 */
function isReset({ kind, path, property }: Difference): boolean {
  return kind === "delete" && path === property;
}

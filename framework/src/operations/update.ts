import { addProviderOnlyValues, type Difference, listChanged, toChanges } from "../compare";
import { IdentityMismatchError, OperationError, PartialFailureError, UserError } from "../errors";
import { getTypeName } from "../explain";
import { applyIgnoreChanges } from "../ignoreChanges";
import { findNewKeys } from "../keys";
import { ApiError, withFailedLookup } from "../request";
import type { AnyResource, Prior } from "../resource";
import { explainNotApplied, NotAppliedError, explainUnapplied } from "../unapplied";
import type { Values } from "../values";
import { explainIdentityMismatch } from "./read";
import {
  type AnyObserved,
  createPlan,
  createRecoveryContext,
  identify,
  isWrite,
  type Run,
  type WritingContext,
} from "./run";
import type { State, Update } from "../state";
import { requireValid } from "../validation";

/** Reads the object, and changes it to the desired one. */
export async function update(run: Run, resource: AnyResource, update: Update, api = run.api): Promise<State> {
  const { urn, id, declared, priorInputs, state, ignore, secret } = update;
  const context = run.createWritingContext(resource, urn, api, secret);
  // Records the objects that the program declares here, so that no delete of this run ends them.
  run.addKeys(resource, declared, urn);
  const prior: Prior = { state, inputs: declared, priorInputs };
  const updating = run.attempt(
    "update",
    identify(resource, urn, id, state),
    async () => {
      const observed = await resource.read(context, id, prior);
      if (observed === undefined) {
        throw new UserError("it was deleted since the last refresh. To create it again, run `pulumi up --refresh`.");
      }
      const mismatch = explainIdentityMismatch(resource, observed, prior);
      if (mismatch !== undefined) throw new IdentityMismatchError(mismatch);
      // The API stores no provider-only values. Those of the last update are in the state.
      const current = addProviderOnlyValues(resource, observed, state);
      const valid = requireValid(resource.inputs, declared, getTypeName(resource), priorInputs);
      const desired = applyIgnoreChanges(resource, valid, current, ignore);
      await permitWithoutWrite(run, resource, context, { priorInputs, desired, current }, observed.id);
      return reconcile(run, resource, context, priorInputs, desired, observed);
    },
    declared,
  );
  return updating.catch((error: unknown) => {
    run.recordFailure();
    // The update may have failed before it adopted the objects of its new keys. The deletes of their old entries then fail too: a skipped
    // delete would remove the old entry, and no entry would hold the object.
    if (!(error instanceof OperationError && error.state !== undefined))
      run.ownership.markFailed(findNewKeys(resource, update, run.host.scope));
    throw error;
  });
}

/**
 * Refuses a change of provider-only properties alone, or lets it pass, as in the preview. `reconcile` does not see such a change: it takes the
 * desired values as the present ones, because the API stores none and the change sends nothing.
 */
async function permitWithoutWrite(
  run: Run,
  resource: AnyResource,
  context: WritingContext,
  change: Readonly<Record<"priorInputs" | "desired" | "current", Values>>,
  id: string,
): Promise<void> {
  const { priorInputs, desired, current } = change;
  const changed = listChanged(run.compare(resource, priorInputs, desired, current));
  if (changed.length === 0 || isWrite(resource, { desired, changed })) return;
  await run.permit(resource, context, createPlan(resource, desired, { observed: current, changed, priorInputs }), id);
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
  // The API stores no provider-only values, so they never differ here.
  const current = addProviderOnlyValues(resource, observed, desired);
  const differences = run.compare(resource, priorInputs, desired, current);
  if (differences.length === 0) return run.toState(resource, desired, observed);
  const plan = createPlan(resource, desired, { observed: current, changed: listChanged(differences), priorInputs });
  await run.permit(resource, context, plan, observed.id);
  const compareAgain = (found: AnyObserved): Difference[] =>
    run.compare(resource, priorInputs, desired, addProviderOnlyValues(resource, found, desired));
  const changes = toChanges(plan.desired, differences, resource);
  if (resource.update === undefined && isWrite(resource, plan))
    throw new UserError(
      `${plan.changed.join(", ")}: the value differs from that in ${run.service.title}, and no update can change it. Declare the value of the existing object, or run \`pulumi up --refresh\` to replace the object.`,
    );
  const change = resource.update?.(context, plan.desired, observed, changes) ?? Promise.resolve(observed);
  const updating = explainRejectedWrite(run, context, change);
  const after = await updating.catch(async (error: unknown) => {
    if (!isInDoubt(error)) throw error;
    const prior: Prior = { state: observed, inputs: desired, priorInputs };
    let readFailure: unknown;
    const reread = await resource.read(createRecoveryContext(context), observed.id, prior).catch((failure: unknown) => {
      readFailure = failure;
      return undefined;
    });
    const left = reread === undefined ? differences : compareAgain(reread);
    if (reread !== undefined && left.length === 0) return reread;
    const failure = readFailure === undefined ? error : withFailedLookup(error, readFailure);
    if (left.some(isReset)) throw failure;
    // Records the attempted inputs even if the read failed: a program that returns to the prior inputs then undoes the change.
    throw new PartialFailureError(reread ?? observed, failure);
  });
  const requested = new Set(differences.map(({ path }) => path));
  const left = compareAgain(after).filter(({ path }) => requested.has(path));
  return confirm(run, resource, context, desired, after, left);
}

/** Waits for a write. If the resource found that the API did not apply it (`NotAppliedError`), throws an error that says so to users. */
export async function explainRejectedWrite<Result>(
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
  const error = explainUnapplied({ service, resource, desired, observed, left, secret, accepted: accepted() });
  throw left.some(isReset) ? error : new PartialFailureError(observed, error);
}

/** Returns true if a failed write may have taken effect. */
export function isInDoubt(error: unknown): error is ApiError {
  return error instanceof ApiError && error.isAmbiguous;
}

/**
 * Returns true if a property returns to its default. A partial failure replaces the prior inputs, which alone contain the property, so the
 * next update would not reset it. Callers therefore throw a plain error.
 */
function isReset({ kind, path, property }: Difference): boolean {
  return kind === "delete" && path === property;
}

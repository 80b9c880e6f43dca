import { applyIgnoreChanges } from "../compare";
import { IdentityMismatchError, OperationError, UserError } from "../errors";
import { getTypeName } from "../explain";
import { findNewKeys } from "../keys";
import type { AnyResource, Prior } from "../resource";
import { explainIdentityMismatch } from "./read";
import { reconcile } from "./reconcile";
import { identify, addProviderOnlyValues, type Run } from "./run";
import type { State, Update } from "../state";
import { requireValid } from "../validation";

/** Reads the object, and changes it to the desired one. */
export async function update(run: Run, resource: AnyResource, update: Update, api = run.api): Promise<State> {
  const { urn, id, declared, priorInputs, state, ignore, secret } = update;
  const context = run.writingContext(resource, urn, api, secret);
  run.addKeys(resource, declared, urn);
  const prior: Prior = { state, inputs: declared, formerInputs: priorInputs };
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
      const current = addProviderOnlyValues(resource, observed, state);
      const valid = requireValid(resource.inputs, declared, getTypeName(resource), priorInputs);
      const desired = applyIgnoreChanges(resource, valid, current, ignore);
      return reconcile(run, resource, context, priorInputs, desired, observed);
    },
    declared,
  );
  return updating.catch((error: unknown) => {
    run.recordFailure();
    // The update does not own its new keys. Other entries that hold these objects must stay in the state.
    if (!(error instanceof OperationError && error.state !== undefined))
      run.ownership.markFailed(findNewKeys(resource, update, run.host.world));
    throw error;
  });
}

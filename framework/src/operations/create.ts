import { canonicalize } from "../compare";
import { AlreadyExistsError, UserError } from "../errors";
import { explainConflict } from "../keys";
import type { AnyResource } from "../resource";
import { confirm, findExisting, reconcile, requireCreate, requireDesired, verified } from "./reconcile";
import { addProviderOnlyValues, identify, type Run } from "./run";
import type { Declaration, State } from "../state";

/** Creates the object, or adopts the object that `findExisting` returns. The operation's timeout ends the requests of `api`. */
export async function create(
  run: Run,
  resource: AnyResource,
  { urn, declared, secret }: Declaration,
  api = run.api,
): Promise<State> {
  const desired = await requireDesired(run, resource, { urn, declared }).catch((error: unknown) => {
    run.recordFailure();
    throw error;
  });
  run.addKeys(resource, desired, urn);
  const context = run.writingContext(resource, urn, api, secret);
  const creating = run.attempt(
    "create",
    { resource, urn, object: desired },
    async () => {
      const existing = await findExisting(resource, context, desired).catch((error: unknown) => {
        const conflict = run.ownership.findConflict(urn);
        throw error instanceof AlreadyExistsError && conflict
          ? new UserError(`it ${explainConflict(conflict)}.`)
          : error;
      });
      if (existing !== undefined) return reconcile(run, resource, context, {}, desired, existing);
      requireCreate(run, resource);
      const plan = {
        desired: canonicalize(resource, desired),
        observed: undefined,
        changed: Object.keys(desired),
        formerInputs: {},
      };
      await run.permit(resource, context, plan);
      const created = await verified(run, context, resource.create(context, plan.desired));
      const left = run.compare(resource, {}, desired, addProviderOnlyValues(resource, created, desired));
      return confirm(run, resource, context, desired, created, left);
    },
    desired,
  );
  try {
    const state = await creating;
    const { id, outputs } = state;
    run.recordDecision(urn);
    // A part says that the program does not declare this resource, so the part names it by a literal id.
    if (run.parents.recordCreation(resource, { urn, id, declared }))
      await run.warnOfLiteralId(identify(resource, urn, id, outputs));
    return state;
  } catch (error) {
    run.recordFailure();
    run.ownership.markFailed(run.getKeys(resource, desired).items);
    throw error;
  }
}

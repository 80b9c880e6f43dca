import { addProviderOnlyValues, canonicalize } from "../compare";
import { AlreadyExistsError, UserError } from "../errors";
import { getTypeName } from "../explain";
import { explainConflict } from "../keys";
import type { AnyResource, Context } from "../resource";
import type { Values } from "../values";
import { type AnyObserved, createPlan, identify, type Run } from "./run";
import type { Declaration, State } from "../state";
import { confirm, reconcile, explainRejectedWrite } from "./update";
import { requireValid } from "../validation";

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
  // Records the objects that the program declares here, so that no delete of this run ends them.
  run.addKeys(resource, desired, urn);
  const context = run.createWritingContext(resource, urn, api, secret);
  const creating = run.attempt(
    "create",
    { resource, urn, named: desired },
    async () => {
      const existing = await findExisting(resource, context, desired).catch((error: unknown) => {
        // If another resource of this program declares the object too, the advice to import it would be wrong.
        const conflict = run.ownership.findConflict(urn);
        throw error instanceof AlreadyExistsError && conflict
          ? new UserError(`it ${explainConflict(conflict)}.`)
          : error;
      });
      if (existing !== undefined) return reconcile(run, resource, context, {}, desired, existing);
      requireCreate(run, resource);
      const plan = createPlan(resource, desired, { changed: Object.keys(desired) });
      await run.permit(resource, context, plan);
      const observed = await explainRejectedWrite(run, context, resource.create(context, plan.desired));
      const differences = run.compare(resource, {}, desired, addProviderOnlyValues(resource, observed, desired));
      return confirm(run, resource, context, desired, observed, differences);
    },
    desired,
  );
  try {
    const state = await creating;
    const { id, outputs } = state;
    run.recordDecision(urn);
    // Warns if another resource of this program names the new object by a literal id, and was therefore sent before it.
    if (run.parents.recordCreation(resource, { urn, id, declared }))
      await run.warnOfLiteralId(identify(resource, urn, id, outputs));
    return state;
  } catch (error) {
    // Both stop later deletions of this run: the engine skips the dependents of this resource, and its object may exist or not.
    run.recordFailure();
    run.ownership.markFailed(run.getKeys(resource, desired).items);
    throw error;
  }
}

/**
 * Returns the desired inputs of a Create, with their defaults. Check has refused invalid ones, unless the engine skipped it.
 * @throws OperationError that names every invalid property
 */
export async function requireDesired(
  run: Run,
  resource: AnyResource,
  { urn, declared }: Pick<Declaration, "urn" | "declared">,
): Promise<Values> {
  return run.attempt("create", { resource, urn, named: declared }, () =>
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

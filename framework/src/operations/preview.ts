import { addProviderOnlyValues, getExpectedState, listChanged } from "../compare";
import { AlreadyExistsError } from "../errors";
import { applyIgnoreChanges } from "../ignoreChanges";
import { MissingRightError } from "../permissions";
import type { AnyResource } from "../resource";
import { hasUnknowns, type Values } from "../values";
import { findExisting, requireCreate, requireDesired } from "./create";
import { type AnyPlan, createPlan, identify, isWrite, type Run } from "./run";
import type { Declaration, Update } from "../state";

/** The expected result of a Create. */
export interface Preview {
  /** Set if the Create adopts an existing object. */
  readonly id?: string;
  readonly outputs: Values;
}

/** Returns the expected state of a Create, and warns about its other effects. Refuses a Create that is known to fail. */
export async function previewCreate(run: Run, resource: AnyResource, { urn, declared }: Declaration): Promise<Preview> {
  const everything = new Set(Object.keys(resource.outputs.shape));
  // An object with unknown inputs can neither be found nor compared.
  if (hasUnknowns(declared)) {
    const plan = createPlan(resource, declared, { changed: Object.keys(declared) });
    await run.attempt("create", { resource, urn, named: declared }, () => run.previewPlan(resource, urn, plan));
    return { outputs: getExpectedState(resource, declared, {}, everything) };
  }
  const desired = await requireDesired(run, resource, { urn, declared });
  return run.attempt("create", { resource, urn, named: desired }, async () => {
    const existing = await findExisting(resource, run.createContext(resource, urn), desired).catch((error: unknown) => {
      if (!(error instanceof AlreadyExistsError) || run.ownership.findConflict(urn) === undefined) throw error;
      return "refused" as const;
    });
    // Check has refused another declaration of this object, so the advice to import the object would be wrong.
    if (existing === "refused") return { outputs: getExpectedState(resource, desired, {}, everything) };
    if (existing === undefined) requireCreate(run, resource);
    const current = addProviderOnlyValues(resource, existing ?? {}, desired);
    const differences = run.compare(resource, {}, desired, existing === undefined ? {} : current);
    const plan = createPlan(resource, desired, { observed: existing, changed: listChanged(differences) });
    await run.authorizePreview(() => run.authorizeChange(resource, run.api, plan, existing?.id));
    const unknownOutputs = await run.previewPlan(resource, urn, plan);
    if (existing === undefined) return { outputs: getExpectedState(resource, desired, {}, everything) };
    if (run.parents.recordCreation(resource, { urn, id: existing.id, declared }))
      await run.warnOfLiteralId(identify(resource, urn, existing.id, existing));
    return { id: existing.id, outputs: getExpectedState(resource, desired, existing, new Set(unknownOutputs)) };
  });
}

/** Returns the expected state of an Update, and warns about its other effects. Refuses an Update that is known to fail. */
export async function previewUpdate(run: Run, resource: AnyResource, update: Update): Promise<Values> {
  const { urn, id, state } = update;
  const desired = applyIgnoreChanges(resource, update.declared, state, update.ignore);
  const differences = run.compare(resource, update.priorInputs, desired, state);
  const { priorInputs } = update;
  const plan = createPlan(resource, desired, { observed: state, changed: listChanged(differences), priorInputs });
  const unknownOutputs = await run.attempt("update", identify(resource, urn, id, state), async () => {
    await run.authorizePreview(() => authorizeUpdate(run, resource, update, plan));
    return run.previewPlan(resource, urn, plan);
  });
  // Only the API knows the default to which a property returns.
  const reset = differences.filter(({ kind }) => kind === "delete").map(({ property }) => property);
  // Every output may depend on unknown inputs.
  const others = hasUnknowns(desired)
    ? Object.keys(resource.outputs.shape).filter((property) => !(property in resource.inputs.shape))
    : unknownOutputs;
  return getExpectedState(resource, desired, state, new Set([...reset, ...others]));
}

/** Refuses an update that the API key's user may not make. Allows it if the object is already as desired and only the state is out of date. */
async function authorizeUpdate(
  run: Run,
  resource: AnyResource,
  { urn, id, declared, priorInputs, state, ignore }: Update,
  plan: AnyPlan,
): Promise<void> {
  try {
    await run.authorizeChange(resource, run.api, plan, id);
  } catch (error) {
    if (!(error instanceof MissingRightError)) throw error;
    // `plan` compares with the state, which may be out of date.
    const context = { ...run.createContext(resource, urn), warn: () => undefined };
    const observed = await resource.read(context, id, { state, inputs: declared, priorInputs }).catch(() => undefined);
    if (observed === undefined) throw error;
    const current = addProviderOnlyValues(resource, observed, state);
    const desired = applyIgnoreChanges(resource, declared, current, ignore);
    const changed = listChanged(run.compare(resource, priorInputs, desired, current));
    if (isWrite(resource, { desired, changed })) throw error;
  }
}

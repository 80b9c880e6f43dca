import { isAtDefault } from "../compare";
import { getSwitchName } from "../configuration";
import { UserError } from "../errors";
import { getTypeName } from "../explain";
import { getIdentity } from "../keys";
import type { Operation } from "../permissions";
import { getBehaviours } from "../property";
import { ApiError, NotFoundError } from "../request";
import { explainUnsupported, explainUnsupportedInState } from "../requirements";
import type { AnyResource, Context, Ownership, Prior } from "../resource";
import { explainNotDeleted } from "../unapplied";
import type { Values } from "../values";
import { explainInvisible } from "./read";
import { createRecoveryContext, identify, type Run, type WritingContext } from "./run";
import type { StoredObject } from "../state";
import { isInDoubt } from "./update";

/** Deletes the object, unless this operation has seen a resource that declares it. Succeeds if the object is certainly gone. */
export async function deleteObject(
  run: Run,
  resource: AnyResource,
  { urn, id, priorInputs, state }: StoredObject,
  api = run.api,
): Promise<void> {
  const subject = identify(resource, urn, id, state);
  const service = run.service.title;
  // The first key is that of the object itself. The others are those of objects that it also manages.
  const [key] = run.getKeys(resource, { ...state, ...priorInputs }).items;
  const ownership = key && run.ownership.getOwnership(key);
  const context = run.createWritingContext(resource, urn, api);
  const prior: Prior = { state, inputs: priorInputs };
  if (ownership === "owned" || run.parents.isDeclared(resource, id)) {
    const effects = await resource.ownership?.describeSkippedDelete?.(context, id, prior).catch(() => undefined);
    const more = effects === undefined ? "" : ` ${effects}`;
    await run.warn(
      subject,
      `is still declared, so the provider deletes nothing in ${service}. Pulumi only removes the old entry from the state.${more}`,
    );
    return;
  }
  if (resource.parts?.deletionOptions(priorInputs).retain === true) {
    await run.warn(subject, `stays in ${service}: Pulumi only removes its entry from the state.`);
    return;
  }
  await run.attempt("delete", subject, async () => {
    const unsupported =
      explainUnsupported(run.api, resource.requires) ?? explainUnsupported(run.api, resource.parts?.deletionRequires);
    if (unsupported !== undefined) throw explainUnsupportedInState(unsupported, urn, service);
    rejectUncertain(run, resource, { urn, id, priorInputs }, key && { ownership });
    try {
      // A part of a parent that ends in this run is not deleted here, because the deletion of the parent deletes it.
      const outlook = await run.parents.assessOutlook(resource, run, { ...state, ...priorInputs });
      // The warnings of a read concern objects that the provider does not delete.
      const observed = await resource.read({ ...context, warn: () => undefined }, id, prior);
      if (observed === undefined) return;
      // Only after the read, because the parent may be gone.
      if (outlook === "unknown") throw run.parents.explainUnknown(resource);
      const { parent } = resource;
      if (parent !== undefined && outlook === "ends") {
        if (parent.release !== undefined) await parent.release(context, observed, prior);
        else await run.warn(subject, explainRelease(parent.resource, service));
        return;
      }
      const deletion: Operation = { resource, verb: "delete", values: observed, id };
      const deleting = { ...prior, authorize: () => run.authorize(api, deletion) };
      try {
        await resource.delete(context, observed, deleting);
      } catch (error) {
        if (!isInDoubt(error) || !(await isDeleted(resource, context, id, prior))) throw error;
        return;
      }
      if (resource.create !== undefined && resource.mayOutliveDeletion !== true)
        await verifyDeleted(service, resource, context, id, prior);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      if (!error.deletedHere) throw explainInvisible(service, resource, urn, error);
    }
  });
}

/**
 * Refuses a deletion if this run may not know all that the program declares. After a skipped deletion, the engine would remove the entry from
 * the state, so the object would be lost.
 * @throws UserError with the reason
 */
function rejectUncertain(
  run: Run,
  resource: AnyResource,
  { urn, id, priorInputs }: Omit<StoredObject, "state">,
  /** The ownership of the object; undefined for an object without a key. */
  key: { readonly ownership: Ownership } | undefined,
): void {
  if (key?.ownership === "failed") {
    throw new UserError(
      "a resource that declares this object failed in this run, so the provider did not delete the object. Correct the error of that resource, and run the command again.",
    );
  }
  if (key?.ownership === "unreadable") {
    throw new UserError(
      "another resource may declare this object but could not be read, so the provider did not delete the object. Correct the error of the other resource, and run the command again.",
    );
  }
  if (run.hasFailed()) {
    throw new UserError(
      "another resource failed in this run, and Pulumi skips the resources that depend on it. The provider therefore does not know what the program still declares, and did not delete the object. Correct the error of the other resource, and run the command again.",
    );
  }
  // Another resource of the program can declare a part with a key, such as a person, and then adopts it.
  if (resource.parent !== undefined && key !== undefined && run.isReplacedEarly(urn)) {
    throw new UserError(
      "Pulumi deletes this object before it creates the new one (`deleteBeforeReplace`). In between, the object would be missing, and the provider does not know yet what the rest of the program declares. Remove the option `deleteBeforeReplace`, and run the command again.",
    );
  }
  // Without `force`, only a parent without contents may be deleted. This run has deleted contents, so their absence proves nothing.
  if (resource.parts?.deletionOptions(priorInputs).force === false && run.parents.wasTrustedToStay(resource, id)) {
    throw new UserError(
      `this run deleted parts of it, because the state or ${getSwitchName(run.service.environmentPrefix, "ALLOW_PARTIAL_DESTROY")} says that it stays. The provider therefore did not delete it. To delete it too, run the command again.`,
    );
  }
  // The ledger contains what all processes of this run have seen.
  const failure = run.ledger.explainFailure();
  if (failure !== undefined)
    throw new UserError(`the provider cannot find out what this program still declares, because ${failure}.`);
}

/** Explains that a part leaves the state, although its object stays. The rest of a sentence. */
function explainRelease(parent: AnyResource, service: string): string {
  return `stays in ${service} until the ${getTypeName(parent)} is deleted. Pulumi only removes its entry from the state.`;
}

/**
 * Reads the object after a deletion that the API accepted.
 * @throws UserError if the object still exists, or if the read fails
 */
async function verifyDeleted(
  service: string,
  resource: AnyResource,
  context: WritingContext,
  id: string,
  prior: Prior,
): Promise<void> {
  const left = await resource.read({ ...context, warn: () => undefined }, id, prior).catch((error: unknown) => {
    if (!(error instanceof ApiError) || error instanceof NotFoundError) throw error;
    throw new UserError(
      `${service} accepted the deletion of ${id}, but the provider could not check if the object is gone: ${error.message} Run the command again.`,
    );
  });
  if (left !== undefined) throw explainNotDeleted(service, id, context.accepted());
}

/** Returns true if a deletion in doubt took effect. The entry must then leave the state, so that the next update creates the object again. */
async function isDeleted(resource: AnyResource, context: Context, id: string, prior: Prior): Promise<boolean> {
  try {
    const left = await resource.read(createRecoveryContext(context), id, prior);
    return left === undefined || (resource.create === undefined && isAtDefaults(resource, prior.inputs, left));
  } catch {
    return false;
  }
}

/** Returns true if the declared properties of an object that always exists are at their defaults. */
function isAtDefaults(resource: AnyResource, declared: Values, observed: Values): boolean {
  const identity = getIdentity(resource);
  return Object.entries(getBehaviours(resource.inputs)).every(
    ([name, behaviour]) =>
      identity.includes(name) || declared[name] === undefined || isAtDefault(behaviour, observed[name], observed),
  );
}

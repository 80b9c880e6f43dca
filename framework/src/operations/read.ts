import { formatUnsupported } from "../client";
import { canonicalize, isAtDefault, isOnlyInput } from "../compare";
import { UserError } from "../errors";
import { getTypeName } from "../explain";
import { getIdentity } from "../keys";
import { parentInput } from "../parents";
import { getBehaviours, type Behaviour } from "../property";
import { formatRequest, NotFoundError } from "../request";
import { explainUnsupported, explainUnsupportedInState } from "../requirements";
import type { AnyResource, Prior } from "../resource";
import { isRecord, omitAbsent, type Values } from "../values";
import { type AnyObserved, identify, type Run } from "./run";
import type { Refresh, State } from "../state";

/** The result of a read or an import. */
export interface ReadResult extends State {
  /** The inputs with which a program declares exactly this state. */
  readonly inputs: Values;
}

/** Returns undefined if the object is certainly gone. Throws if the object may exist but be invisible to this API key. */
export async function read(
  run: Run,
  resource: AnyResource,
  { urn, id, declared, state }: Refresh,
  api = run.api,
): Promise<ReadResult | undefined> {
  const context = run.createContext(resource, urn, { api: api.with?.({ cachedReads: true }) ?? api });
  // The engine refreshes with the declared inputs, and imports without any.
  const isImport = Object.keys(declared).length === 0;
  const prior: Prior = { state, inputs: declared };
  const reading = run.attempt("read", identify(resource, urn, id, declared), async () => {
    const unsupported = explainUnsupported(run.api, resource.requires);
    if (unsupported !== undefined)
      throw isImport
        ? new UserError(formatUnsupported(unsupported))
        : explainUnsupportedInState(unsupported, urn, run.service.title);
    const resolved = isImport ? await resource.resolveImportId?.(context, id) : undefined;
    const observed = await resource.read(context, resolved ?? id, prior).catch((error: unknown) => {
      if (isImport || !(error instanceof NotFoundError)) throw error;
      throw explainInvisible(run.service.title, resource, urn, error);
    });
    if (observed === undefined) return undefined;
    const mismatch = explainIdentityMismatch(resource, observed, prior);
    if (mismatch !== undefined) context.warn(mismatch);
    const current = run.toState(resource, declared, observed);
    const inputs = isImport
      ? createImportInputs(resource, current, observed)
      : observeInputs(resource, current, declared);
    // Without the marker of the parent, a later Delete could not know if the parent ends too.
    const hidden = isImport
      ? run.parents.createMarkerOfImport(resource, inputs)
      : omitAbsent({ [parentInput]: declared[parentInput] });
    return { ...current, inputs: { ...inputs, ...hidden } };
  });
  return reading.catch((error: unknown) => {
    // With `--continue-on-error`, deletes follow. They must keep the objects that this unreadable resource may declare.
    run.ownership.markUnreadable(run.getKeys(resource, { ...state, ...declared }).items);
    throw error;
  });
}

/**
 * Returns a message if the observed object is not the one in state.
 * @throws UserError if the program forbids the observed object
 */
export function explainIdentityMismatch(resource: AnyResource, observed: Values, prior: Prior): string | undefined {
  const desired = canonicalize(resource, prior.inputs);
  const mismatch = resource.assess?.(observed, { desired, prior }).identityMismatch;
  if (mismatch?.isForbidden) throw new UserError(mismatch.message);
  return mismatch?.message;
}

/** Returns the inputs that declare an imported object: its identity, and the properties that are not at their defaults. */
function createImportInputs(resource: AnyResource, { outputs }: State, observed: AnyObserved): Values {
  const identity = getIdentity(resource);
  const names = Object.entries(getBehaviours(resource.inputs)).filter(
    ([name, behaviour]) => identity.includes(name) || !isAtDefault(behaviour, observed[name], observed),
  );
  return omitAbsent(Object.fromEntries(names.map(([name]) => [name, outputs[name]])));
}

function observeInputs(resource: AnyResource, { outputs }: State, declared: Values): Values {
  const values = Object.entries(getBehaviours(resource.inputs)).map(([name, behaviour]): [string, unknown] => {
    const observed = isOnlyInput(resource, name) ? declared[name] : outputs[name];
    return [name, declared[name] === undefined ? undefined : pickDeclaredEntries(behaviour, declared[name], observed)];
  });
  return omitAbsent(Object.fromEntries(values));
}

/** Returns the observed entries whose keys are declared. An entry that was added outside Pulumi is no input. */
function pickDeclaredEntries({ entryKey }: Behaviour, declared: unknown, observed: unknown): unknown {
  if (entryKey === undefined || !isRecord(declared) || !isRecord(observed)) return observed;
  const keys = new Set(Object.keys(declared).map(entryKey));
  return Object.fromEntries(Object.entries(observed).filter(([key]) => keys.has(entryKey(key))));
}

/** Returns the error for an object that may exist although this API key cannot see it. */
export function explainInvisible(service: string, resource: AnyResource, urn: string, error: NotFoundError): UserError {
  const { parent } = resource;
  const command = "pulumi state delete --force --target-dependents";
  const what = `the ${getTypeName(parent?.resource ?? resource)}`;
  // The command loses state, so it comes last.
  const remedy =
    parent === undefined
      ? `If ${what} was deleted, run \`${command} '${urn}'\`.`
      : `If ${what} was deleted, run \`${command} URN\` with the URN of ${what}, which \`pulumi stack --show-urns\` shows. ` +
        `If the state does not contain ${what}, run \`${command} '${urn}'\` instead.`;
  // Some APIs omit an object from a response instead of returning 404.
  const start = error.status === 404 ? `${service} returned 404: ` : "";
  return new UserError(
    `${start}${what} was deleted, or this API key cannot see it. If ${what} still exists, accept any pending invitation of this API key's user, or use an API key that can see it. ${remedy} (${formatRequest(error)})`,
  );
}

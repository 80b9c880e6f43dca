import * as z from "zod";
import { type AnyClient, formatUnsupported } from "./client";
import { switchName } from "./configuration";
import { MissingRight, type Operation, type Verb } from "./permissions";
import { ApiError, NotFound, type RequestInfo, unseen } from "./request";
import type { Service } from "./provider";
import { accepted, check, type Checked } from "./check";
import {
  compare,
  type Difference,
  expectedState,
  withIgnored,
  isEqual,
  canonical,
  spellAs,
  toChanges,
} from "./compare";
import { keysOf, explainConflict, newKeys } from "./keys";
import { type ConflictAt, OwnershipLedger, type Ledger, localLedger } from "./ownership";
import { AlreadyExists, PartialFailureError, IdentityMismatchError, UserError } from "./errors";
import { explain, labelled, nameOf, type Names, type Subject, type ToImport } from "./explain";
import { formatPath } from "./path";
import {
  unsupportedInState,
  explainUnsupportedResource,
  explainUnsupportedChange,
  explainUnsupportedDeletion,
  findUnmet,
  toFailures,
} from "./requirements";
import { parentInput, Parents } from "./parents";
import { propertiesOf, type Property } from "./property";
import type { AnyResource, Shape, Prior, Listed, Observed, Plan, ResourceContext } from "./resource";
import { unapplied } from "./unapplied";
import { hasUnknowns, isRecord, present, same, type Values } from "./values";

/** The object after an operation, as the engine stores it. */
export interface State {
  readonly id: string;
  readonly outputs: Values;
  /** True if the object changes without Pulumi, so that each preview reads it first. */
  readonly refreshBeforeUpdate: boolean;
}

/** The expected result of a Create. */
export interface Preview {
  /** Set if the Create adopts an existing object. */
  readonly id?: string;
  readonly outputs: Values;
}

export interface Imported extends State {
  /** The inputs with which a program declares exactly this state. */
  readonly inputs: Values;
}

/** An operation that failed. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  constructor(
    message: string,
    override readonly cause: unknown,
    /** The object that exists in spite of the failure. The engine must store it. */
    readonly state?: State,
  ) {
    super(message);
  }
}

/** The host that runs the lifecycle, such as the plugin or the dynamic provider. */
export interface LifecycleHost {
  /** Warns the user about a resource. */
  readonly warn: (urn: string, text: string) => void;
  readonly toImport: ToImport;
  /** Turns off the check of the parent before a part is deleted. */
  readonly allowsPartialDestroy?: boolean;
  /** Another API key applies the changes, so a preview neither checks the role of this key's user nor protects that user. */
  readonly previewsOnly?: boolean;
}

/** The inputs of one resource of the program. */
export interface Declaration {
  readonly urn: string;
  readonly declared: Values;
  /** Top-level properties whose values must not appear in messages. */
  readonly secret?: ReadonlySet<string>;
}

export interface Update extends Declaration {
  readonly id: string;
  /** The inputs when the object was last written or read. */
  readonly declaredBefore: Values;
  /** The outputs that the state holds. */
  readonly state: Values;
  /** Property paths whose changes the program ignores. */
  readonly ignore: readonly string[];
}

/** The longest time for reads after a cancelled operation, in milliseconds. */
const recoveryTimeout = 5_000;

type AnyObserved = Observed<Shape>;

/** The context of an operation that writes. */
interface WritingContext extends ResourceContext {
  readonly secret: ReadonlySet<string>;
  /** The last write of this operation that the API accepted. */
  readonly accepted: () => RequestInfo | undefined;
}

/**
 * The rules for every resource: which objects it adopts, which changes it sends, and which objects count as gone.
 *
 * Knows no resource and no protocol. A failed operation throws an `OperationError` with a message for the user.
 */
export class Lifecycle {
  /** The names that previews add to each collection. */
  readonly #planned = new Map<string, Set<string>>();
  private readonly declared: OwnershipLedger;
  readonly #parents: Parents;
  /** Warnings that the user has seen, with their URN. */
  readonly #warned = new Set<string>();

  constructor(
    private readonly service: Service<AnyClient>,
    private readonly api: AnyClient,
    private readonly host: LifecycleHost,
    ledger: Ledger = localLedger(),
  ) {
    this.declared = new OwnershipLedger(ledger);
    this.#parents = new Parents(ledger, service.environmentPrefix, host.allowsPartialDestroy ?? false);
  }

  /** Validates inputs, also against the prior inputs of a resource in the state. Remembers the keys that they declare. */
  check(resource: AnyResource, { urn, declared }: Declaration, priorInputs: Values | undefined): Checked {
    const checked = check(resource.inputs, declared, labelled(resource));
    const failures = [...checked.failures];
    for (const [property, behaviour] of Object.entries(propertiesOf(resource.inputs))) {
      const [prior, desired] = [priorInputs?.[property], checked.values[property]];
      if (behaviour.immutable !== true || prior === undefined) continue;
      if (hasUnknowns(desired) || isEqual(behaviour, prior, desired)) continue;
      if (checked.failures.some(({ path }) => path === property)) continue;
      const what = labelled(resource);
      const reason =
        `cannot be changed. Declare ${JSON.stringify(prior)} again. ` +
        `To manage another ${what}, declare it as a second resource in the program`;
      failures.push({ path: property, reason });
    }
    failures.push(...toFailures(findUnmet(this.api, resource, checked.values), this.service.title, priorInputs && urn));
    const conflict = failures.length === 0 ? this.#addKeys(resource, checked.values, urn) : undefined;
    if (conflict !== undefined) failures.push({ path: formatPath(conflict.path), reason: explainConflict(conflict) });
    if (failures.length === 0) this.#parents.check(urn, priorInputs === undefined);
    return {
      values: { ...checked.values, ...this.#parents.remember(resource, checked.values, priorInputs ?? {}) },
      failures,
    };
  }

  /** Returns the changes that an update would make to the object in the state. Sends nothing. */
  diff(resource: AnyResource, update: Update): Difference[] {
    const desired = withIgnored(resource, update.declared, update.state, update.ignore);
    const differences = this.#compare(resource, update.declaredBefore, desired, update.state);
    if (!differences.some(({ replace }) => replace)) this.#parents.keep(resource, update);
    return differences;
  }

  /** Returns the expected state of a Create, and warns about its other effects. Refuses a Create that is known to fail. */
  async previewCreate(resource: AnyResource, { urn, declared }: Declaration): Promise<Preview> {
    const everything = Object.keys(resource.outputs.shape);
    if (hasUnknowns(declared)) {
      const desired = canonical(resource, declared);
      const plan = { desired, observed: undefined, changed: Object.keys(declared) };
      await this.#attempt("create", { resource, urn, object: declared }, () => this.#plan(resource, urn, plan));
      return { outputs: expectedState(resource, declared, {}, new Set(everything)) };
    }
    const desired = resource.inputs.parse(declared);
    const context = this.#context(urn);
    return this.#attempt("create", { resource, urn, object: desired }, async () => {
      const existing = await findExisting(resource, context, desired).catch((error: unknown) => {
        if (!(error instanceof AlreadyExists) || this.declared.conflict(urn) === undefined) throw error;
        return "refused" as const;
      });
      // Check has refused another declaration of this object, so the advice to import the object would be wrong.
      if (existing === "refused") return { outputs: expectedState(resource, desired, {}, new Set(everything)) };
      const current = existing && { ...existing, ...providerOnly(resource, desired) };
      const plan = {
        desired: canonical(resource, desired),
        observed: existing,
        changed: changedBetween(this.#compare(resource, {}, desired, current ?? {})),
      };
      await this.#authorizePreview(() => this.#authorizeChange(resource, this.api, plan, existing?.id));
      const unknownOutputs = await this.#plan(resource, urn, plan);
      if (existing === undefined) return { outputs: expectedState(resource, desired, {}, new Set(everything)) };
      this.#parents.create(resource, existing.id, declared);
      return { id: existing.id, outputs: expectedState(resource, desired, existing, new Set(unknownOutputs)) };
    });
  }

  async create(resource: AnyResource, { urn, declared, secret }: Declaration, api = this.api): Promise<State> {
    const desired = resource.inputs.parse(declared);
    this.#addKeys(resource, desired, urn);
    const context = this.#writingContext(urn, api, secret);
    try {
      const state = await this.#attempt(
        "create",
        { resource, urn, object: desired },
        async () => {
          const existing = await findExisting(resource, context, desired).catch((error: unknown) => {
            const conflict = this.declared.conflict(urn);
            throw error instanceof AlreadyExists && conflict
              ? new UserError(`it ${explainConflict(conflict)}.`)
              : error;
          });
          if (existing !== undefined) return this.#reconcile(resource, context, {}, desired, existing);
          if (resource.create === undefined)
            throw new UserError(`it cannot be made, and ${this.service.title} does not have it.`);
          const plan = { desired: canonical(resource, desired), observed: undefined, changed: Object.keys(desired) };
          await this.#authorizeChange(resource, api, plan);
          await resource.plan?.(context, { ...plan, phase: "apply" });
          const created = await resource.create(context, plan.desired);
          const left = this.#compare(resource, {}, desired, { ...created, ...providerOnly(resource, desired) });
          return this.#applied(resource, context, desired, created, left);
        },
        desired,
      );
      this.#parents.create(resource, state.id, declared);
      return state;
    } catch (error) {
      this.declared.fail(keysOf(resource, desired).items);
      throw error;
    }
  }

  /** Returns undefined if the object is certainly gone. Throws if the object may only be invisible to this key. */
  async read(
    resource: AnyResource,
    { urn, id, declared, state: priorState }: Omit<Update, "declaredBefore" | "ignore">,
    api = this.api,
  ): Promise<Imported | undefined> {
    const context = this.#context(urn, api.withCachedReads?.() ?? api);
    const importing = Object.keys(declared).length === 0;
    const prior: Prior = { state: priorState, inputs: declared };
    const reading = this.#attempt("read", subject(resource, urn, id, declared), async () => {
      const lack = explainUnsupportedResource(this.api, resource);
      if (lack !== undefined)
        throw importing ? new UserError(formatUnsupported(lack)) : unsupportedInState(lack, urn, this.service.title);
      const observed = await resource
        .read(context, importing ? ((await resource.resolveImportId?.(context, id)) ?? id) : id, prior)
        .catch((error: unknown) => {
          if (importing || !(error instanceof NotFound)) throw error;
          throw unproven(resource, urn, error);
        });
      if (observed === undefined) return undefined;
      const mismatch = resource.assess?.(observed, { desired: declared, prior }).identityMismatch;
      if (mismatch?.isForbidden) throw new UserError(mismatch.message);
      if (mismatch !== undefined) context.warn(mismatch.message);
      const state = this.#state(resource, declared, observed);
      const kept = Object.entries(propertiesOf(resource.inputs)).filter(([name, { resetsTo }]) =>
        importing
          ? resource.key.includes(name) || !same(observed[name], resetsTo?.(observed))
          : declared[name] !== undefined,
      );
      const values = kept.map(([name, behaviour]): [string, unknown] => {
        const value = state.outputs[name];
        return [name, importing ? value : declaredEntries(behaviour, declared[name], value)];
      });
      const inputs = present(Object.fromEntries(values));
      const entry = importing
        ? this.#parents.rememberImported(resource, inputs)
        : present({ [parentInput]: declared[parentInput] });
      return { ...state, inputs: { ...inputs, ...entry } };
    });
    return reading.catch((error: unknown) => {
      // With `--continue-on-error`, keeps objects that this unreadable resource may own.
      this.declared.lose(keysOf(resource, { ...priorState, ...declared }).items);
      throw error;
    });
  }

  /** Returns the expected state of an Update, and warns about its other effects. Refuses an Update that is known to fail. */
  async previewUpdate(resource: AnyResource, update: Update): Promise<Values> {
    const { urn, id, state } = update;
    const desired = withIgnored(resource, update.declared, state, update.ignore);
    const differences = this.#compare(resource, update.declaredBefore, desired, state);
    const plan = { desired: canonical(resource, desired), observed: state, changed: changedBetween(differences) };
    const unknownOutputs = await this.#attempt("update", subject(resource, urn, id, state), async () => {
      await this.#authorizePreview(() => this.#authorizeUpdate(resource, update, plan));
      return this.#plan(resource, urn, plan);
    });
    const reset = differences.filter(({ kind }) => kind === "delete");
    if (hasUnknowns(desired)) {
      // Every output may depend on the unknown inputs.
      const outputs = Object.keys(resource.outputs.shape).filter((property) => !(property in resource.inputs.shape));
      return expectedState(resource, desired, state, new Set([...reset.map(({ property }) => property), ...outputs]));
    }
    return expectedState(
      resource,
      desired,
      state,
      new Set([...reset.map(({ property }) => property), ...unknownOutputs]),
    );
  }

  async update(resource: AnyResource, update: Update, api = this.api): Promise<State> {
    const context = this.#writingContext(update.urn, api, update.secret);
    this.#addKeys(resource, update.declared, update.urn);
    const prior: Prior = { state: update.state, inputs: update.declared };
    const updating = this.#attempt(
      "update",
      subject(resource, update.urn, update.id, update.state),
      async () => {
        const observed = await resource.read(context, update.id, prior);
        if (observed === undefined) {
          throw new UserError("it is gone since the last refresh. Run `pulumi up --refresh`, which makes it again.");
        }
        const mismatch = resource.assess?.(observed, { desired: update.declared, prior }).identityMismatch;
        if (mismatch?.isForbidden) throw new UserError(mismatch.message);
        if (mismatch !== undefined) throw new IdentityMismatchError(mismatch.message);
        const current = { ...observed, ...providerOnly(resource, update.state) };
        const desired = resource.inputs.parse(withIgnored(resource, update.declared, current, update.ignore));
        return this.#reconcile(resource, context, update.declaredBefore, desired, observed);
      },
      update.declared,
    );
    return updating.catch((error: unknown) => {
      // The update does not own its new keys. Other entries that hold these objects must stay in the state.
      if (!(error instanceof OperationError && error.state !== undefined))
        this.declared.fail(newKeys(resource, update));
      throw error;
    });
  }

  /** Deletes the object, unless this operation has seen a resource that declares it. Succeeds if the object is certainly gone. */
  async delete(
    resource: AnyResource,
    { urn, id, declaredBefore, state }: Omit<Update, "declared" | "ignore">,
    api = this.api,
  ): Promise<void> {
    const about = subject(resource, urn, id, state);
    const [object] = keysOf(resource, { ...state, ...declaredBefore }).items;
    const ownership = object && this.declared.ownership(object);
    const context = { ...this.#context(urn, api), forAnotherKey: false };
    const prior: Prior = { state, inputs: declaredBefore };
    if (ownership === "owned") {
      const left = await resource.describeSkippedDelete?.(context, id, prior).catch(() => undefined);
      const more = left === undefined ? "" : ` ${left}`;
      await this.#warn(
        about,
        `is still declared: its entry leaves the state, and nothing is deleted in ${this.service.title}.${more}`,
      );
      return;
    }
    if (resource.parts?.deletionOptions(declaredBefore).retain === true) {
      await this.#warn(about, `is retained in ${this.service.title}: only its entry leaves the state.`);
      return;
    }
    await this.#attempt("delete", about, async () => {
      const lack = explainUnsupportedResource(this.api, resource) ?? explainUnsupportedDeletion(this.api, resource);
      if (lack !== undefined) throw unsupportedInState(lack, urn, this.service.title);
      // With `--continue-on-error`, the state would lose an object that still exists.
      if (ownership === "failed")
        throw new UserError("its new declaration failed, so the old entry stays in the state.");
      if (ownership === "unreadable") {
        throw new UserError(
          "another resource, which may declare it, could not be read, so this entry stays in the state.",
        );
      }
      try {
        const parent = await this.#parents.outlook(resource, this.#context(urn), { ...state, ...declaredBefore });
        // The warnings of a read are about objects that stay.
        const observed = await resource.read({ ...context, warn: () => undefined }, id, prior);
        if (observed === undefined) return;
        const deletion: Operation = { resource, verb: "delete", values: observed, id };
        const deleting = { ...prior, parent, authorize: () => this.#authorize(api, deletion) };
        await resource.delete(context, observed, deleting).catch(async (error: unknown) => {
          if (!isInDoubt(error) || !(await isDeleted(resource, context, id, prior))) throw error;
        });
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
        if (!error.deletedHere) throw unproven(resource, urn, error);
      }
    });
  }

  /** Lists the objects that can be imported. Throws a `UserError` if the query is invalid or the API cannot list. */
  list(resource: AnyResource, query: Values, api = this.api): AsyncIterable<Listed> {
    const lack = explainUnsupportedResource(this.api, resource);
    if (lack !== undefined) throw new UserError(`${labelled(resource)} cannot be listed: ${formatUnsupported(lack)}`);
    if (resource.list === undefined) throw new UserError(`${labelled(resource)} cannot be listed.`);
    const validQuery = accepted(resource.query ?? z.object({}), query, `a list of ${labelled(resource)}`);
    return resource.list(this.#context(resource.token, api), validQuery);
  }

  /** Returns the differences. Ignores removed properties that this API cannot reset. */
  #compare(resource: AnyResource, priorInputs: Values, desired: Values, observed: Values): Difference[] {
    const resettable = Object.entries(priorInputs).filter(
      ([name]) => desired[name] !== undefined || explainUnsupportedChange(this.api, resource, name) === undefined,
    );
    return compare(resource, Object.fromEntries(resettable), desired, observed);
  }

  async #reconcile(
    resource: AnyResource,
    context: WritingContext,
    priorInputs: Values,
    desired: Values,
    observed: AnyObserved,
  ): Promise<State> {
    const current = { ...observed, ...providerOnly(resource, desired) };
    const differences = this.#compare(resource, priorInputs, desired, current);
    if (differences.length === 0) return this.#state(resource, desired, observed);
    const plan = { desired: canonical(resource, desired), observed: current, changed: changedBetween(differences) };
    await this.#authorizeChange(resource, context.api, plan, observed.id);
    await resource.plan?.(context, { ...plan, phase: "apply" });
    const changes = toChanges(plan.desired, differences, resource);
    const updated = resource.update(context, plan.desired, observed, changes).catch(async (error: unknown) => {
      if (!isInDoubt(error)) throw error;
      const prior: Prior = { state: observed, inputs: desired };
      let readFailure: unknown;
      const reread = await resource.read(forRecovery(context), observed.id, prior).catch((failure: unknown) => {
        readFailure = failure;
        return undefined;
      });
      const left =
        reread && this.#compare(resource, priorInputs, desired, { ...reread, ...providerOnly(resource, desired) });
      if (reread !== undefined && left?.length === 0) return reread;
      if (left?.some(isResetOf)) throw error;
      // Records the attempted inputs even if the read failed: a program that returns to the prior inputs then undoes the change.
      throw new PartialFailureError(reread ?? observed, readFailure === undefined ? error : unseen(error, readFailure));
    });
    const after = await updated;
    const requested = new Set(differences.map(({ path }) => path));
    const left = this.#compare(resource, priorInputs, desired, { ...after, ...providerOnly(resource, desired) });
    return this.#applied(
      resource,
      context,
      desired,
      after,
      left.filter(({ path }) => requested.has(path)),
    );
  }

  /** Returns the state after a write. Throws if the API did not apply the write as asked: `left` holds the remaining differences. */
  #applied(
    resource: AnyResource,
    { secret, accepted }: WritingContext,
    desired: Values,
    observed: AnyObserved,
    left: readonly Difference[],
  ): State {
    if (left.length === 0) return this.#state(resource, desired, observed);
    const error = unapplied({
      service: this.service.title,
      resource,
      desired,
      observed,
      left,
      secret,
      accepted: accepted(),
    });
    throw left.some(isResetOf) ? error : new PartialFailureError(observed, error);
  }

  /** Checks the rights to a change, unless another key applies it. A refusal explains how to preview for that key. */
  async #authorizePreview(check: () => Promise<void>): Promise<void> {
    if (this.host.previewsOnly === true) return;
    await check().catch((error: unknown) => {
      if (!(error instanceof MissingRight)) throw error;
      throw new MissingRight(
        `${error.message} To preview for another key, set ${switchName(this.service.environmentPrefix, "PREVIEW_ONLY")}=1.`,
      );
    });
  }

  /** Refuses an update that the API key's user may not make, unless the API has it already and only the state is out of date. */
  async #authorizeUpdate(
    resource: AnyResource,
    { urn, id, declared, declaredBefore, state, ignore }: Update,
    plan: AnyPlan,
  ): Promise<void> {
    try {
      await this.#authorizeChange(resource, this.api, plan, id);
    } catch (error) {
      if (!(error instanceof MissingRight)) throw error;
      const context = { ...this.#context(urn), warn: () => undefined };
      const observed = await resource.read(context, id, { state, inputs: declared }).catch(() => undefined);
      if (observed === undefined) throw error;
      const current = { ...observed, ...providerOnly(resource, state) };
      const desired = withIgnored(resource, declared, current, ignore);
      const changed = changedBetween(this.#compare(resource, declaredBefore, desired, current));
      if (isWrite(resource, { desired, observed: current, changed })) throw error;
    }
  }

  /** Plans a change for a preview: refuses it or warns about it. Returns the outputs that are unknown until the change is done. */
  async #plan(resource: AnyResource, urn: string, plan: AnyPlan): Promise<readonly string[]> {
    if (plan.changed.length === 0) return [];
    const phase = hasUnknowns(plan.desired) ? "partial" : "preview";
    const result = await resource.plan?.(this.#context(urn), { ...plan, phase });
    for (const warning of result?.warnings ?? []) this.#warnOnce(urn, warning);
    return result?.unknown ?? [];
  }

  #state(resource: AnyResource, declared: Values, observed: AnyObserved): State {
    const { id, ...outputs } = observed;
    return {
      id,
      outputs: present({ ...spellAs(declared, outputs, resource), ...providerOnly(resource, declared) }),
      refreshBeforeUpdate: resource.assess?.(observed, {}).refreshBeforeUpdate ?? false,
    };
  }

  #context(urn: string, api = this.api): ResourceContext {
    return {
      api,
      recoveryClient: () => this.#recoveryClient(),
      forAnotherKey: this.host.previewsOnly ?? false,
      warn: (text) => {
        this.#warnOnce(urn, text);
      },
      ownership: (key) => this.declared.ownership(key),
      desiredOf: (key) => this.declared.desired(key),
      planned: (collection, ...names) => {
        const planned = this.#planned.get(collection) ?? new Set();
        for (const name of names) planned.add(name);
        this.#planned.set(collection, planned);
        return planned;
      },
    };
  }

  #writingContext(urn: string, api: AnyClient, secret: ReadonlySet<string> = new Set()): WritingContext {
    let accepted: RequestInfo | undefined;
    const traced = api.withReport?.((write) => {
      accepted = write;
    });
    return { ...this.#context(urn, traced ?? api), forAnotherKey: false, secret, accepted: () => accepted };
  }

  #recoveryClient(): AnyClient {
    return this.api.forRecovery?.(AbortSignal.timeout(recoveryTimeout)) ?? this.api;
  }

  /** Remembers the keys of a declaration. Returns the conflict with another declaration, if there is one. */
  #addKeys(resource: AnyResource, declared: Values, urn: string): ConflictAt | undefined {
    const { items, exclusive } = keysOf(resource, declared);
    return this.declared.add(items, exclusive, urn);
  }

  /** Runs an operation. Its error names the object, the operation, the reason and the remedy. */
  async #attempt<Result>(
    verb: Verb,
    subject: Subject,
    operation: () => Promise<Result>,
    declared: Values = {},
  ): Promise<Result> {
    try {
      return await operation();
    } catch (error) {
      const reason = await this.#explained(error, verb, subject);
      const explanation = explain(reason, verb, subject, await this.#names(), this.host.toImport);
      if (!(error instanceof PartialFailureError)) throw new OperationError(explanation, error);
      throw new OperationError(explanation, error, this.#state(subject.resource, declared, error.observed));
    }
  }

  /** @throws MissingRight if the operation requires a right that the client's user lacks */
  async #authorize(api: AnyClient, operation: Operation): Promise<void> {
    await this.service.permissions?.authorize(api, operation);
  }

  /** @throws MissingRight if a write of the plan requires a right that the client's user lacks */
  async #authorizeChange(resource: AnyResource, api: AnyClient, plan: AnyPlan, id?: string): Promise<void> {
    if (!isWrite(resource, plan)) return;
    const { desired, observed } = plan;
    const verb = observed === undefined ? "create" : "update";
    await this.#authorize(api, { resource, verb, values: observed ?? desired, id });
  }

  /** Explains an error of the API by the rights of the client's user, if a short read finds it. */
  async #explained(error: unknown, verb: Verb, { resource, object, id }: Subject): Promise<unknown> {
    const { permissions } = this.service;
    if (permissions === undefined) return error;
    const operation = { resource, verb, values: typeof object === "string" ? {} : object, id };
    return permissions.explain(this.#recoveryClient(), error, operation).catch(() => error);
  }

  async #warn(subject: Subject, text: string): Promise<void> {
    this.#warnOnce(subject.urn, `${nameOf(subject, await this.#names())} ${text}`);
  }

  /** Warns the user once: in the process of an `up`, the dynamic provider plans each change twice. */
  #warnOnce(urn: string, text: string): void {
    const key = JSON.stringify([urn, text]);
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.host.warn(urn, text);
  }

  /** Returns the names that this process knows, or reads in a few seconds. A finished operation must not wait for names. */
  async #names(): Promise<Names> {
    const none: Names = new Map();
    return (await this.service.names?.(this.#recoveryClient()).catch(() => none)) ?? none;
  }
}

/** A change, without its phase. */
type AnyPlan = Pick<Plan<Shape>, "observed" | "changed"> & { readonly desired: Values };

/** Finds an existing object that a resource may adopt. */
async function findExisting(
  resource: AnyResource,
  context: ResourceContext,
  desired: Values,
): Promise<AnyObserved | undefined> {
  return resource.findExisting?.(context, canonical(resource, desired));
}

/**
 * Returns true if a property returns to its default. Only the prior inputs contain it, and a partial failure would overwrite them.
 */
function isResetOf({ kind, path, property }: Difference): boolean {
  return kind === "delete" && path === property;
}

/** Returns true if a plan certainly writes to the API. Local properties are never sent. Unknown values may equal the observed ones. */
function isWrite({ inputs }: AnyResource, { desired, changed }: AnyPlan): boolean {
  const properties = propertiesOf(inputs);
  return changed.some((name) => properties[name]?.providerOnly !== true && !hasUnknowns(desired[name]));
}

/** Returns true if a failed write may have taken effect. */
function isInDoubt(error: unknown): error is ApiError {
  return error instanceof ApiError && error.isAmbiguous;
}

/** Returns the context of a read after an operation, which may have been cancelled. Its warnings are dropped. */
function forRecovery(context: ResourceContext): ResourceContext {
  return { ...context, api: context.recoveryClient(), warn: () => undefined };
}

/** Returns true if a deletion in doubt took effect. Its entry must leave the state, so that the next update creates the object again. */
async function isDeleted(resource: AnyResource, context: ResourceContext, id: string, prior: Prior): Promise<boolean> {
  try {
    const left = await resource.read(forRecovery(context), id, prior);
    return left === undefined || (resource.create === undefined && isReset(resource, prior.inputs, left));
  } catch {
    return false;
  }
}

/** Returns true if the declared properties of an object that always exists are at their defaults. */
function isReset({ key, inputs }: AnyResource, declared: Values, observed: Values): boolean {
  return Object.entries(propertiesOf(inputs)).every(
    ([name, behaviour]) =>
      key.includes(name) ||
      declared[name] === undefined ||
      isEqual(behaviour, observed[name], behaviour.resetsTo?.(observed)),
  );
}

/** Returns the error for an object that may exist although this key cannot see it. */
function unproven({ parent }: AnyResource, urn: string, error: NotFound): UserError {
  const command = `pulumi state delete --force --target-dependents '${urn}'`;
  const way =
    parent === undefined
      ? `Use a key that can see it. If it was deleted, run \`${command}\`.`
      : `Use a key that can see the ${labelled(parent.resource)}. If that was deleted, remove its entry from the state, with all that depends on it: ` +
        `\`pulumi state delete --force --target-dependents\` and its URN, which \`pulumi stack --show-urns\` shows. ` +
        `Only if the program has no such entry, run \`${command}\`.`;
  return new UserError(`nothing proves that it is gone, so it stays in the state. ${way} ${error.message}`);
}

/** Identifies the object by its key, which people know, or by its id if part of the key is unknown. */
function subject(resource: AnyResource, urn: string, id: string, values: Values): Subject {
  return { resource, urn, id, object: resource.key.every((property) => property in values) ? values : id };
}

/** Returns the observed entries whose keys are declared. An entry that was added outside Pulumi is no input. */
function declaredEntries({ entryKey }: Property, declared: unknown, observed: unknown): unknown {
  if (entryKey === undefined || !isRecord(declared) || !isRecord(observed)) return observed;
  const keys = new Set(Object.keys(declared).map(entryKey));
  return Object.fromEntries(Object.entries(observed).filter(([key]) => keys.has(entryKey(key))));
}

/** Returns the declared values of the properties that the API does not store. */
function providerOnly({ inputs }: AnyResource, declared: Values): Values {
  const names = Object.entries(propertiesOf(inputs)).filter(([, { providerOnly }]) => providerOnly === true);
  return Object.fromEntries(names.map(([name]) => [name, declared[name]]));
}

function changedBetween(differences: readonly Difference[]): string[] {
  return [...new Set(differences.map(({ property }) => property))];
}

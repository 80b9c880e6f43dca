import { type AnyClient, formatUnsupported } from "./client";
import { switchName } from "./configuration";
import { MissingRight, type Operation, type Verb } from "./permissions";
import { ApiError, NotFound, type RequestInfo, unseen } from "./request";
import type { Service } from "./provider";
import { accepted, check, type Checked } from "./check";
import { compare, type Difference, expectedState, withIgnored, sameBy, spellAs, toChanges } from "./compare";
import { keysOf, explainConflict, newKeys } from "./keys";
import { type ConflictAt, OwnershipLedger, type Ledger, localLedger } from "./ownership";
import { AlreadyExists, PartialFailureError, IdentityMismatchError, UserError } from "./errors";
import { explain, labelled, nameOf, type Names, type Subject, type ToImport } from "./explain";
import { formatPath } from "./path";
import { cannotKeep, lackOf, lackOfChange, lackOfDeletion, unmet, unmetFailures } from "./needs";
import { parentInput, Parents } from "./parents";
import type { AnyResource, Shape, Change, Prior, Listed, Observed, Plan, ResourceContext } from "./resource";
import { unapplied } from "./unapplied";
import { hasUnknowns, isRecord, present, same, type Values } from "./values";

/** What exists after an operation, as the engine keeps it. */
export interface State {
  readonly id: string;
  readonly outputs: Values;
  /** Whether each preview has to look, because somebody else may still finish it. */
  readonly refreshBeforeUpdate: boolean;
}

/** What a Create is going to leave, as far as that is known. */
export interface Preview {
  /** Only of what is taken over. */
  readonly id?: string;
  readonly outputs: Values;
}

export interface Imported extends State {
  /** What a program must declare for exactly this state. */
  readonly inputs: Values;
}

/** An operation that failed. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  constructor(
    message: string,
    override readonly cause: unknown,
    /** What exists all the same, and must not be forgotten. */
    readonly state?: State,
  ) {
    super(message);
  }
}

/** What differs between the ways in which users come here. */
export interface LifecycleHost {
  /** Tells the user something about a resource that is no failure. */
  readonly warn: (urn: string, text: string) => void;
  readonly toImport: ToImport;
  /** Turns off the check of the parent before a part is deleted. */
  readonly allowsPartialDestroy?: boolean;
  /** Another API key applies the changes, so a preview neither checks the role of this key's user nor protects that user. */
  readonly previewsOnly?: boolean;
}

/** Where a declaration stands in the program. */
export interface Declaration {
  readonly urn: string;
  readonly declared: Values;
  /** Top-level properties whose values must not appear in messages. */
  readonly secret?: ReadonlySet<string>;
}

export interface Update extends Declaration {
  readonly id: string;
  /** What was declared when it was last written or read. */
  readonly declaredBefore: Values;
  /** The outputs that the state holds. */
  readonly state: Values;
  /** Property paths whose changes the program ignores. */
  readonly ignore: readonly string[];
}

/** How long a cancelled operation may look at what it has done, in milliseconds. */
const patience = 5_000;

type AnyObserved = Observed<Shape>;

/** The context of an operation that writes. */
interface WritingContext extends ResourceContext {
  readonly secret: ReadonlySet<string>;
  /** The last write of this operation that the API accepted. */
  readonly accepted: () => RequestInfo | undefined;
}

/**
 * The rules that every resource keeps: what may be taken over, what is sent, what counts as gone, what is left alone.
 *
 * Knows no resource and no protocol. What fails, fails with `Failed`, in words for the user.
 */
export class Lifecycle {
  /** What previews add to each collection. */
  readonly #planned = new Map<string, Set<string>>();
  private readonly declared: OwnershipLedger;
  readonly #parents: Parents;
  /** Warnings that the user has seen, with their URN. */
  readonly #told = new Set<string>();

  constructor(
    private readonly service: Service<AnyClient>,
    private readonly api: AnyClient,
    private readonly door: LifecycleHost,
    ledger: Ledger = localLedger(),
  ) {
    this.declared = new OwnershipLedger(ledger);
    this.#parents = new Parents(ledger, service.environmentPrefix, door.allowsPartialDestroy ?? false);
  }

  /** Validates a declaration, against the one before if there was one, and remembers what it declares. */
  check(resource: AnyResource, { urn, declared }: Declaration, before: Values | undefined): Checked {
    const checked = check(resource.inputs, declared, labelled(resource));
    const failures = [...checked.failures];
    for (const [property, change] of Object.entries(resource.changes)) {
      const [was, now] = [before?.[property], checked.values[property]];
      if (change.on !== "refuse" || was === undefined || hasUnknowns(now) || sameBy(change, was, now)) continue;
      if (checked.failures.some(({ path }) => path === property)) continue;
      const what = labelled(resource);
      const reason =
        `cannot be changed. Declare ${JSON.stringify(was)} again. ` +
        `To manage another ${what}, declare it as a second resource in the program`;
      failures.push({ path: property, reason });
    }
    failures.push(...unmetFailures(unmet(this.api, resource, checked.values), this.service.title, before && urn));
    const clash = failures.length === 0 ? this.#claim(resource, checked.values, urn) : undefined;
    if (clash !== undefined) failures.push({ path: formatPath(clash.path), reason: explainConflict(clash) });
    if (failures.length === 0) this.#parents.check(urn, before === undefined);
    return {
      values: { ...checked.values, ...this.#parents.remember(resource, checked.values, before ?? {}) },
      failures,
    };
  }

  /** What an update would change. Looks at what was observed last, asks nobody. */
  diff(resource: AnyResource, update: Update): Difference[] {
    const desired = withIgnored(resource, update.declared, update.state, update.ignore);
    const differences = this.#compare(resource, update.declaredBefore, desired, update.state);
    if (!differences.some(({ replace }) => replace)) this.#parents.keep(resource, update);
    return differences;
  }

  /** The state to expect of a Create, with a warning about what else it does. Refuses what is known to fail. */
  async previewCreate(resource: AnyResource, { urn, declared }: Declaration): Promise<Preview> {
    const everything = Object.keys(resource.outputs.shape);
    if (hasUnknowns(declared)) {
      const plan = { desired: declared, observed: undefined, changed: Object.keys(declared) };
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
      // The other declaration has been refused by now, and to import what it declares would be wrong advice.
      if (existing === "refused") return { outputs: expectedState(resource, desired, {}, new Set(everything)) };
      const found = existing && { ...existing, ...locals(resource, desired) };
      const plan = {
        desired,
        observed: existing,
        changed: changedBetween(this.#compare(resource, {}, desired, found ?? {})),
      };
      await this.#authorizePreview(() => this.#authorizeChange(resource, this.api, plan, existing?.id));
      const unsettled = await this.#plan(resource, urn, plan);
      if (existing === undefined) return { outputs: expectedState(resource, desired, {}, new Set(everything)) };
      this.#parents.create(resource, existing.id, declared);
      return { id: existing.id, outputs: expectedState(resource, desired, existing, new Set(unsettled)) };
    });
  }

  async create(resource: AnyResource, { urn, declared, secret }: Declaration, api = this.api): Promise<State> {
    const desired = resource.inputs.parse(declared);
    this.#claim(resource, desired, urn);
    const context = this.#writingContext(urn, api, secret);
    try {
      const state = await this.#attempt(
        "create",
        { resource, urn, object: desired },
        async () => {
          const existing = await findExisting(resource, context, desired).catch((error: unknown) => {
            const rival = this.declared.conflict(urn);
            throw error instanceof AlreadyExists && rival ? new UserError(`it ${explainConflict(rival)}.`) : error;
          });
          if (existing !== undefined) return this.#reconcile(resource, context, {}, desired, existing);
          if (resource.create === undefined)
            throw new UserError(`it cannot be made, and ${this.service.title} does not have it.`);
          const plan = { desired, observed: undefined, changed: Object.keys(desired) };
          await this.#authorizeChange(resource, api, plan);
          await resource.plan?.(context, { ...plan, phase: "apply" });
          const made = await resource.create(context, desired);
          const left = this.#compare(resource, {}, desired, { ...made, ...locals(resource, desired) });
          return this.#applied(resource, context, desired, made, left);
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

  /** Undefined if it is certainly gone. What may only be invisible to this key is an error. */
  async read(
    resource: AnyResource,
    { urn, id, declared, state: known }: Omit<Update, "declaredBefore" | "ignore">,
    api = this.api,
  ): Promise<Imported | undefined> {
    const context = this.#context(urn, api.withCachedReads?.() ?? api);
    const importing = Object.keys(declared).length === 0;
    const before: Prior = { state: known, inputs: declared };
    const reading = this.#attempt("read", subject(resource, urn, id, declared), async () => {
      const lack = lackOf(this.api, resource);
      if (lack !== undefined)
        throw importing ? new UserError(formatUnsupported(lack)) : cannotKeep(lack, urn, this.service.title);
      const observed = await resource
        .read(context, importing ? ((await resource.resolveImportId?.(context, id)) ?? id) : id, before)
        .catch((error: unknown) => {
          if (importing || !(error instanceof NotFound)) throw error;
          throw unproven(resource, urn, error);
        });
      if (observed === undefined) return undefined;
      const mismatch = resource.assess?.(observed, { desired: declared, prior: before }).identityMismatch;
      if (mismatch?.isForbidden) throw new UserError(mismatch.message);
      if (mismatch !== undefined) context.warn(mismatch.message);
      const state = this.#state(resource, declared, observed);
      const kept = Object.entries(resource.changes).filter(([property, change]) =>
        importing
          ? resource.key.includes(property) || !same(observed[property], change.initial?.(observed))
          : declared[property] !== undefined,
      );
      const found = kept.map(([name, change]): [string, unknown] => {
        const value = state.outputs[name];
        return [name, importing ? value : declaredEntries(change, declared[name], value)];
      });
      const inputs = present(Object.fromEntries(found));
      const entry = importing
        ? this.#parents.rememberImported(resource, inputs)
        : present({ [parentInput]: declared[parentInput] });
      return { ...state, inputs: { ...inputs, ...entry } };
    });
    return reading.catch((error: unknown) => {
      // Whoever goes on after errors must not delete, through another entry, what this one may declare by now.
      this.declared.lose(keysOf(resource, { ...known, ...declared }).items);
      throw error;
    });
  }

  /** The state to expect of an Update, with a warning about what else it does. Refuses what is known to fail. */
  async previewUpdate(resource: AnyResource, update: Update): Promise<Values> {
    const { urn, id, state } = update;
    const desired = withIgnored(resource, update.declared, state, update.ignore);
    const differences = this.#compare(resource, update.declaredBefore, desired, state);
    const plan = { desired, observed: state, changed: changedBetween(differences) };
    const unsettled = await this.#attempt("update", subject(resource, urn, id, state), async () => {
      await this.#authorizePreview(() => this.#authorizeUpdate(resource, update, plan));
      return this.#plan(resource, urn, plan);
    });
    const reset = differences.filter(({ kind }) => kind === "delete");
    if (hasUnknowns(desired)) {
      // Whatever depends on what is declared may turn out otherwise.
      const outputs = Object.keys(resource.outputs.shape).filter((property) => !(property in resource.inputs.shape));
      return expectedState(resource, desired, state, new Set([...reset.map(({ property }) => property), ...outputs]));
    }
    return expectedState(resource, desired, state, new Set([...reset.map(({ property }) => property), ...unsettled]));
  }

  async update(resource: AnyResource, update: Update, api = this.api): Promise<State> {
    const context = this.#writingContext(update.urn, api, update.secret);
    this.#claim(resource, update.declared, update.urn);
    const known: Prior = { state: update.state, inputs: update.declared };
    const updating = this.#attempt(
      "update",
      subject(resource, update.urn, update.id, update.state),
      async () => {
        const observed = await resource.read(context, update.id, known);
        if (observed === undefined) {
          throw new UserError("it is gone since the last refresh. Run `pulumi up --refresh`, which makes it again.");
        }
        const mismatch = resource.assess?.(observed, { desired: update.declared, prior: known }).identityMismatch;
        if (mismatch?.isForbidden) throw new UserError(mismatch.message);
        if (mismatch !== undefined) throw new IdentityMismatchError(mismatch.message);
        const found = { ...observed, ...locals(resource, update.state) };
        const desired = resource.inputs.parse(withIgnored(resource, update.declared, found, update.ignore));
        return this.#reconcile(resource, context, update.declaredBefore, desired, observed);
      },
      update.declared,
    );
    return updating.catch((error: unknown) => {
      // The state still knows only what was declared before: the entry that holds the rest must stay.
      if (!(error instanceof OperationError && error.state !== undefined))
        this.declared.fail(newKeys(resource, update));
      throw error;
    });
  }

  /** Deletes it, unless this process has been told that it is still declared. Fine if it is certainly gone already. */
  async delete(
    resource: AnyResource,
    { urn, id, declaredBefore, state }: Omit<Update, "declared" | "ignore">,
    api = this.api,
  ): Promise<void> {
    const about = subject(resource, urn, id, state);
    const [object] = keysOf(resource, { ...state, ...declaredBefore }).items;
    const fate = object && this.declared.ownership(object);
    const context = { ...this.#context(urn, api), forAnotherKey: false };
    const known: Prior = { state, inputs: declaredBefore };
    if (fate === "owned") {
      const left = await resource.describeSkippedDelete?.(context, id, known).catch(() => undefined);
      const more = left === undefined ? "" : ` ${left}`;
      await this.#warn(
        about,
        `is still declared: its entry leaves the state, and nothing is deleted in ${this.service.title}.${more}`,
      );
      return;
    }
    if (resource.deletionTerms?.(declaredBefore).retain === true) {
      await this.#warn(about, `is retained in ${this.service.title}: only its entry leaves the state.`);
      return;
    }
    await this.#attempt("delete", about, async () => {
      const lack = lackOf(this.api, resource) ?? lackOfDeletion(this.api, resource);
      if (lack !== undefined) throw cannotKeep(lack, urn, this.service.title);
      // Whoever goes on after errors would lose the last trace of something that exists.
      if (fate === "failed") throw new UserError("its new declaration failed, so the old entry stays in the state.");
      if (fate === "unreadable") {
        throw new UserError(
          "another entry, which may declare it by now, could not be read, so the old one stays in the state.",
        );
      }
      try {
        const parent = await this.#parents.outlook(resource, this.#context(urn), { ...state, ...declaredBefore });
        // What a refresh would advise is no advice about what goes.
        const observed = await resource.read({ ...context, warn: () => undefined }, id, known);
        if (observed === undefined) return;
        const deletion: Operation = { resource, verb: "delete", values: observed, id };
        const leaving = { ...known, parent, authorize: () => this.#authorize(api, deletion) };
        await resource.delete(context, observed, leaving).catch(async (error: unknown) => {
          if (!inDoubt(error) || !(await isDeleted(resource, context, id, known))) throw error;
        });
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
        if (!error.deletedHere) throw unproven(resource, urn, error);
      }
    });
  }

  /** Everything that can be imported. Throws a `UserError` of a query that cannot be. */
  list(resource: AnyResource, query: Values, api = this.api): AsyncIterable<Listed> {
    const lack = lackOf(this.api, resource);
    if (lack !== undefined) throw new UserError(`${labelled(resource)} cannot be listed: ${formatUnsupported(lack)}`);
    const asked = accepted(resource.query, query, `a list of ${labelled(resource)}`);
    return resource.list(this.#context(resource.token, api), asked);
  }

  /** What this API cannot put back is no difference once it is declared no more, else nobody could ever leave it out. */
  #compare(resource: AnyResource, declaredBefore: Values, desired: Values, observed: Values): Difference[] {
    const bound = Object.entries(declaredBefore).filter(
      ([name]) => desired[name] !== undefined || lackOfChange(this.api, resource, name) === undefined,
    );
    return compare(resource, Object.fromEntries(bound), desired, observed);
  }

  async #reconcile(
    resource: AnyResource,
    context: WritingContext,
    declaredBefore: Values,
    desired: Values,
    observed: AnyObserved,
  ): Promise<State> {
    const found = { ...observed, ...locals(resource, desired) };
    const differences = this.#compare(resource, declaredBefore, desired, found);
    if (differences.length === 0) return this.#state(resource, desired, observed);
    const plan = { desired, observed: found, changed: changedBetween(differences) };
    await this.#authorizeChange(resource, context.api, plan, observed.id);
    await resource.plan?.(context, { ...plan, phase: "apply" });
    const changes = toChanges(desired, differences, resource);
    const updated = resource.update(context, desired, observed, changes).catch(async (error: unknown) => {
      if (!inDoubt(error)) throw error;
      const known: Prior = { state: observed, inputs: desired };
      let lookFailure: unknown;
      const reached = await resource.read(looking(context), observed.id, known).catch((failure: unknown) => {
        lookFailure = failure;
        return undefined;
      });
      const left =
        reached && this.#compare(resource, declaredBefore, desired, { ...reached, ...locals(resource, desired) });
      if (reached !== undefined && left?.length === 0) return reached;
      if (left?.some(isResetOf)) throw error;
      // PartialFailureError even if nobody can tell: else nothing would put back what was changed, once the program is put back.
      throw new PartialFailureError(
        reached ?? observed,
        lookFailure === undefined ? error : unseen(error, lookFailure),
      );
    });
    const after = await updated;
    const asked = new Set(differences.map(({ path }) => path));
    const left = this.#compare(resource, declaredBefore, desired, { ...after, ...locals(resource, desired) });
    return this.#applied(
      resource,
      context,
      desired,
      after,
      left.filter(({ path }) => asked.has(path)),
    );
  }

  /** The state after a write. Throws if the API did not apply the write as asked: `left` holds the remaining differences. */
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

  /** Checks the rights to a change, unless another key applies it; a refusal says how to preview for that key. */
  async #authorizePreview(check: () => Promise<void>): Promise<void> {
    if (this.door.previewsOnly === true) return;
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
      const found = { ...observed, ...locals(resource, state) };
      const desired = withIgnored(resource, declared, found, ignore);
      const changed = changedBetween(this.#compare(resource, declaredBefore, desired, found));
      if (isWrite(resource, { desired: desired, observed: found, changed })) throw error;
    }
  }

  /** Plans a change for a preview: refuses and warns. Returns the outputs that are unknown until the change is done. */
  async #plan(resource: AnyResource, urn: string, plan: AnyPlan): Promise<readonly string[]> {
    if (plan.changed.length === 0) return [];
    const phase = hasUnknowns(plan.desired) ? "partial" : "preview";
    const result = await resource.plan?.(this.#context(urn), { ...plan, phase });
    for (const warning of result?.warnings ?? []) this.#tell(urn, warning);
    return result?.unknown ?? [];
  }

  #state(resource: AnyResource, declared: Values, observed: AnyObserved): State {
    const { id, ...outputs } = observed;
    return {
      id,
      outputs: present({ ...spellAs(declared, outputs, resource), ...locals(resource, declared) }),
      refreshBeforeUpdate: resource.assess?.(observed, {}).refreshBeforeUpdate ?? false,
    };
  }

  #context(urn: string, api = this.api): ResourceContext {
    return {
      api,
      recoveryClient: () => this.#aftermath(),
      forAnotherKey: this.door.previewsOnly ?? false,
      warn: (text) => {
        this.#tell(urn, text);
      },
      ownership: (claim) => this.declared.ownership(claim),
      desiredOf: (claim) => this.declared.desired(claim),
      planned: (of, ...which) => {
        const planned = this.#planned.get(of) ?? new Set();
        for (const one of which) planned.add(one);
        this.#planned.set(of, planned);
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

  #aftermath(): AnyClient {
    return this.api.forRecovery?.(AbortSignal.timeout(patience)) ?? this.api;
  }

  /** Remembers what a declaration is about; returns where another one is about the same. */
  #claim(resource: AnyResource, declared: Values, urn: string): ConflictAt | undefined {
    const { items: things, exclusive: whole } = keysOf(resource, declared);
    return this.declared.add(things, whole, urn);
  }

  /** Runs an operation, whose failure then names the object, what was tried and the way out. */
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
      const explanation = explain(reason, verb, subject, await this.#names(), this.door.toImport);
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
    const { desired: desired, observed } = plan;
    const verb = observed === undefined ? "create" : "update";
    await this.#authorize(api, { resource, verb, values: observed ?? desired, id });
  }

  /** Explains an error of the API by the rights of the client's user, if a short read finds it. */
  async #explained(error: unknown, verb: Verb, { resource, object, id }: Subject): Promise<unknown> {
    const { permissions } = this.service;
    if (permissions === undefined) return error;
    const operation = { resource, verb, values: typeof object === "string" ? {} : object, id };
    return permissions.explain(this.#aftermath(), error, operation).catch(() => error);
  }

  async #warn(subject: Subject, text: string): Promise<void> {
    this.#tell(subject.urn, `${nameOf(subject, await this.#names())} ${text}`);
  }

  /** Warns the user once: in the process of an `up`, the dynamic provider runs `foresee` too. */
  #tell(urn: string, text: string): void {
    const words = JSON.stringify([urn, text]);
    if (this.#told.has(words)) return;
    this.#told.add(words);
    this.door.warn(urn, text);
  }

  /** As far as this process knows them, or learns them in a moment: an operation that is over must not wait for names. */
  async #names(): Promise<Names> {
    const none: Names = new Map();
    return (await this.service.names?.(this.#aftermath()).catch(() => none)) ?? none;
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
  return resource.findExisting?.(context, desired);
}

/**
 * Reports if a property returns to its default. Only the former inputs contain it, and a partial failure would overwrite them.
 */
function isResetOf({ kind, path, property }: Difference): boolean {
  return kind === "delete" && path === property;
}

/** True if a plan certainly writes to the API. Local properties are never sent, and unknown values may equal the present ones. */
function isWrite({ changes }: AnyResource, { desired: desired, changed }: AnyPlan): boolean {
  return changed.some((property) => changes[property]?.local !== true && !hasUnknowns(desired[property]));
}

/** Whether a write may have had its effect although it failed. */
function inDoubt(error: unknown): error is ApiError {
  return error instanceof ApiError && error.ambiguous;
}

/** For a look after an operation, which may have been cancelled. What a refresh would say is of no concern then. */
function looking(context: ResourceContext): ResourceContext {
  return { ...context, api: context.recoveryClient(), warn: () => undefined };
}

/** Whether a deletion in doubt has done all that it was to do. An entry that stayed would hide that there is something to make again. */
async function isDeleted(resource: AnyResource, context: ResourceContext, id: string, known: Prior): Promise<boolean> {
  try {
    const left = await resource.read(looking(context), id, known);
    return left === undefined || (resource.create === undefined && isReset(resource, known.inputs, left));
  } catch {
    return false;
  }
}

/** Reports if the declared properties of an object that always exists are at their defaults. */
function isReset({ key, changes }: AnyResource, declared: Values, observed: Values): boolean {
  return Object.entries(changes).every(
    ([name, change]) =>
      key.includes(name) || declared[name] === undefined || sameBy(change, observed[name], change.initial?.(observed)),
  );
}

/** What cannot be seen may be there all the same. */
function unproven({ parent }: AnyResource, urn: string, error: NotFound): UserError {
  const command = `pulumi state delete --force --target-dependents '${urn}'`;
  const way =
    parent === undefined
      ? `Use a key that can see it or, if it is gone for good, run \`${command}\`.`
      : `Use a key that can see the ${labelled(parent.resource)}. If that is gone for good, take its own entry out of the state, with all that depends on it: ` +
        `\`pulumi state delete --force --target-dependents\` and its URN, which \`pulumi stack --show-urns\` shows. ` +
        `Only if the program has no such entry, run \`${command}\`.`;
  return new UserError(`nothing proves that it is gone, so it stays in the state. ${way} ${error.message}`);
}

/** The object by what is known of it, which people know better than its id. */
function subject(resource: AnyResource, urn: string, id: string, values: Values): Subject {
  return { resource, urn, id, object: resource.key.every((property) => property in values) ? values : id };
}

/** Of a map that was declared, the entries that were: what somebody added by hand is no declaration. */
function declaredEntries({ entries }: Change, declared: unknown, observed: unknown): unknown {
  if (entries === undefined || !isRecord(declared) || !isRecord(observed)) return observed;
  const keys = new Set(Object.keys(declared).map(entries));
  return Object.fromEntries(Object.entries(observed).filter(([key]) => keys.has(entries(key))));
}

/** The declared values of which the API knows nothing. */
function locals(resource: AnyResource, declared: Values): Values {
  const local = Object.entries(resource.changes).filter(([, change]) => change.local === true);
  return Object.fromEntries(local.map(([property]) => [property, declared[property]]));
}

function changedBetween(differences: readonly Difference[]): string[] {
  return [...new Set(differences.map(({ property }) => property))];
}

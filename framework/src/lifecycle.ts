import { type AnyClient, formatUnsupported } from "./client";
import { switchName } from "./configuration";
import { MissingRight, type Operation, type Verb } from "./permissions";
import { ApiError, NotFound, type RequestInfo, unseen } from "./request";
import type { Service } from "./provider";
import { accepted, check, type Checked } from "./check";
import { compare, type Difference, foreseen, ignoring, sameBy, spelledAs, toChanges } from "./compare";
import { keysOf, explainConflict, newKeys } from "./keys";
import { type ConflictAt, OwnershipLedger, type Ledger, localLedger } from "./ownership";
import { AlreadyExists, PartialFailureError, IdentityMismatchError, UserError } from "./errors";
import { explain, labelled, nameOf, type Names, type Subject, type ToImport } from "./explain";
import { formatPath } from "./path";
import { cannotKeep, lackOf, lackOfChange, lackOfDeletion, unmet, unmetFailures } from "./needs";
import { parentInput, Parents } from "./parents";
import type { AnyResource, Change, Known, Listed, Observed, Plan, ResourceContext } from "./resource";
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

type Anything = Observed<AnyResource["outputs"]>;

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
    const wanted = ignoring(resource, update.declared, update.state, update.ignore);
    const differences = this.#compare(resource, update.declaredBefore, wanted, update.state);
    if (!differences.some(({ replace }) => replace)) this.#parents.keep(resource, update);
    return differences;
  }

  /** The state to expect of a Create, with a warning about what else it does. Refuses what is known to fail. */
  async previewCreate(resource: AnyResource, { urn, declared }: Declaration): Promise<Preview> {
    const everything = Object.keys(resource.outputs.shape);
    if (hasUnknowns(declared)) {
      const plan = { wanted: declared, observed: undefined, changed: Object.keys(declared) };
      await this.#attempt("create", { resource, urn, object: declared }, () => this.#foresee(resource, urn, plan));
      return { outputs: foreseen(resource, declared, {}, new Set(everything)) };
    }
    const wanted = resource.inputs.parse(declared);
    const context = this.#context(urn);
    return this.#attempt("create", { resource, urn, object: wanted }, async () => {
      const existing = await resource.adopt(context, wanted).catch((error: unknown) => {
        if (!(error instanceof AlreadyExists) || this.declared.conflict(urn) === undefined) throw error;
        return "refused" as const;
      });
      // The other declaration has been refused by now, and to import what it declares would be wrong advice.
      if (existing === "refused") return { outputs: foreseen(resource, wanted, {}, new Set(everything)) };
      const found = existing && { ...existing, ...locals(resource, wanted) };
      const plan = {
        wanted,
        observed: existing,
        changed: changedBetween(this.#compare(resource, {}, wanted, found ?? {})),
      };
      await this.#authorizePreview(() => this.#authorizeChange(resource, this.api, plan, existing?.id));
      const unsettled = await this.#foresee(resource, urn, plan);
      if (existing === undefined) return { outputs: foreseen(resource, wanted, {}, new Set(everything)) };
      this.#parents.create(resource, existing.id, declared);
      return { id: existing.id, outputs: foreseen(resource, wanted, existing, new Set(unsettled)) };
    });
  }

  async create(resource: AnyResource, { urn, declared, secret }: Declaration, api = this.api): Promise<State> {
    const wanted = resource.inputs.parse(declared);
    this.#claim(resource, wanted, urn);
    const context = this.#writingContext(urn, api, secret);
    try {
      const state = await this.#attempt(
        "create",
        { resource, urn, object: wanted },
        async () => {
          const existing = await resource.adopt(context, wanted).catch((error: unknown) => {
            const rival = this.declared.conflict(urn);
            throw error instanceof AlreadyExists && rival ? new UserError(`it ${explainConflict(rival)}.`) : error;
          });
          if (existing !== undefined) return this.#converge(resource, context, {}, wanted, existing);
          if (resource.create === undefined)
            throw new UserError(`it cannot be made, and ${this.service.title} does not have it.`);
          const plan = { wanted, observed: undefined, changed: Object.keys(wanted) };
          await this.#authorizeChange(resource, api, plan);
          await guard(resource, context, plan);
          const made = await resource.create(context, wanted);
          const left = this.#compare(resource, {}, wanted, { ...made, ...locals(resource, wanted) });
          return this.#applied(resource, context, wanted, made, left);
        },
        wanted,
      );
      this.#parents.create(resource, state.id, declared);
      return state;
    } catch (error) {
      this.declared.fail(keysOf(resource, wanted).things);
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
    const before: Known = { state: known, declared };
    const reading = this.#attempt("read", subject(resource, urn, id, declared), async () => {
      const lack = lackOf(this.api, resource);
      if (lack !== undefined)
        throw importing ? new UserError(formatUnsupported(lack)) : cannotKeep(lack, urn, this.service.title);
      const observed = await resource
        .read(context, importing ? await resource.locate(context, id) : id, before)
        .catch((error: unknown) => {
          if (importing || !(error instanceof NotFound)) throw error;
          throw unproven(resource, urn, error);
        });
      if (observed === undefined) return undefined;
      const stranger = resource.stranger?.(before, observed);
      if (stranger?.ruledOut) throw new UserError(stranger.text);
      if (stranger !== undefined) context.warn(stranger.text);
      const state = this.#state(resource, declared, observed);
      const kept = Object.entries(resource.changes).filter(([property, change]) =>
        importing
          ? resource.identity.includes(property) || !same(observed[property], change.initial?.(observed))
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
      this.declared.lose(keysOf(resource, { ...known, ...declared }).things);
      throw error;
    });
  }

  /** The state to expect of an Update, with a warning about what else it does. Refuses what is known to fail. */
  async previewUpdate(resource: AnyResource, update: Update): Promise<Values> {
    const { urn, id, state } = update;
    const wanted = ignoring(resource, update.declared, state, update.ignore);
    const differences = this.#compare(resource, update.declaredBefore, wanted, state);
    const plan = { wanted, observed: state, changed: changedBetween(differences) };
    const unsettled = await this.#attempt("update", subject(resource, urn, id, state), async () => {
      await this.#authorizePreview(() => this.#authorizeUpdate(resource, update, plan));
      return this.#foresee(resource, urn, plan);
    });
    const reset = differences.filter(({ kind }) => kind === "delete");
    if (hasUnknowns(wanted)) {
      // Whatever depends on what is declared may turn out otherwise.
      const outputs = Object.keys(resource.outputs.shape).filter((property) => !(property in resource.inputs.shape));
      return foreseen(resource, wanted, state, new Set([...reset.map(({ property }) => property), ...outputs]));
    }
    return foreseen(resource, wanted, state, new Set([...reset.map(({ property }) => property), ...unsettled]));
  }

  async update(resource: AnyResource, update: Update, api = this.api): Promise<State> {
    const context = this.#writingContext(update.urn, api, update.secret);
    this.#claim(resource, update.declared, update.urn);
    const known: Known = { state: update.state, declared: update.declared };
    const updating = this.#attempt(
      "update",
      subject(resource, update.urn, update.id, update.state),
      async () => {
        const observed = await resource.read(context, update.id, known);
        if (observed === undefined) {
          throw new UserError("it is gone since the last refresh. Run `pulumi up --refresh`, which makes it again.");
        }
        const stranger = resource.stranger?.(known, observed);
        if (stranger?.ruledOut) throw new UserError(stranger.text);
        if (stranger !== undefined) throw new IdentityMismatchError(stranger.text);
        const found = { ...observed, ...locals(resource, update.state) };
        const wanted = resource.inputs.parse(ignoring(resource, update.declared, found, update.ignore));
        return this.#converge(resource, context, update.declaredBefore, wanted, observed);
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
    const [object] = keysOf(resource, { ...state, ...declaredBefore }).things;
    const fate = object && this.declared.ownership(object);
    const context = { ...this.#context(urn, api), forAnotherKey: false };
    const known: Known = { state, declared: declaredBefore };
    if (fate === "owned") {
      const left = await resource.leavesBehind?.(context, id, known).catch(() => undefined);
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
  #compare(resource: AnyResource, declaredBefore: Values, wanted: Values, observed: Values): Difference[] {
    const bound = Object.entries(declaredBefore).filter(
      ([name]) => wanted[name] !== undefined || lackOfChange(this.api, resource, name) === undefined,
    );
    return compare(resource, Object.fromEntries(bound), wanted, observed);
  }

  async #converge(
    resource: AnyResource,
    context: WritingContext,
    declaredBefore: Values,
    wanted: Values,
    observed: Anything,
  ): Promise<State> {
    const found = { ...observed, ...locals(resource, wanted) };
    const differences = this.#compare(resource, declaredBefore, wanted, found);
    if (differences.length === 0) return this.#state(resource, wanted, observed);
    const plan = { wanted, observed: found, changed: changedBetween(differences) };
    await this.#authorizeChange(resource, context.api, plan, observed.id);
    await guard(resource, context, plan);
    const changes = toChanges(wanted, differences, resource);
    const updated = resource.update(context, wanted, observed, changes).catch(async (error: unknown) => {
      if (!inDoubt(error)) throw error;
      const known: Known = { state: observed, declared: wanted };
      let lookFailure: unknown;
      const reached = await resource.read(looking(context), observed.id, known).catch((failure: unknown) => {
        lookFailure = failure;
        return undefined;
      });
      const left =
        reached && this.#compare(resource, declaredBefore, wanted, { ...reached, ...locals(resource, wanted) });
      if (reached !== undefined && left?.length === 0) return reached;
      if (left?.some(isReset)) throw error;
      // PartialFailureError even if nobody can tell: else nothing would put back what was changed, once the program is put back.
      throw new PartialFailureError(
        reached ?? observed,
        lookFailure === undefined ? error : unseen(error, lookFailure),
      );
    });
    const after = await updated;
    const asked = new Set(differences.map(({ path }) => path));
    const left = this.#compare(resource, declaredBefore, wanted, { ...after, ...locals(resource, wanted) });
    return this.#applied(
      resource,
      context,
      wanted,
      after,
      left.filter(({ path }) => asked.has(path)),
    );
  }

  /** The state after a write. Throws if the API did not apply the write as asked: `left` holds the remaining differences. */
  #applied(
    resource: AnyResource,
    { secret, accepted }: WritingContext,
    wanted: Values,
    observed: Anything,
    left: readonly Difference[],
  ): State {
    if (left.length === 0) return this.#state(resource, wanted, observed);
    const error = unapplied({
      service: this.service.title,
      resource,
      wanted,
      observed,
      left,
      secret,
      accepted: accepted(),
    });
    throw left.some(isReset) ? error : new PartialFailureError(observed, error);
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
      const observed = await resource.read(context, id, { state, declared }).catch(() => undefined);
      if (observed === undefined) throw error;
      const found = { ...observed, ...locals(resource, state) };
      const wanted = ignoring(resource, declared, found, ignore);
      const changed = changedBetween(this.#compare(resource, declaredBefore, wanted, found));
      if (isWrite(resource, { wanted, observed: found, changed })) throw error;
    }
  }

  /** Refuses and warns as a preview has to; the outputs that the change leaves open. */
  async #foresee(resource: AnyResource, urn: string, plan: AnyPlan): Promise<readonly string[]> {
    if (plan.changed.length === 0) return [];
    const context = this.#context(urn);
    // Of what depends on something that is still to be made, only the declaration can be judged.
    const isKnown = !hasUnknowns(plan.wanted);
    const note = isKnown ? await guard(resource, context, plan) : vet(resource, context, plan);
    const foresight = isKnown ? await resource.foresee?.(context, plan) : undefined;
    const notes = [foresight?.note, note].filter((text) => text !== undefined);
    for (const text of notes) this.#tell(urn, text);
    return foresight?.unsettled ?? [];
  }

  #state(resource: AnyResource, declared: Values, observed: Anything): State {
    const { id, ...outputs } = observed;
    return {
      id,
      outputs: present({ ...spelledAs(declared, outputs, resource), ...locals(resource, declared) }),
      refreshBeforeUpdate: resource.awaits?.(observed) ?? false,
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
    const { things, whole } = keysOf(resource, declared);
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
    const { wanted, observed } = plan;
    const verb = observed === undefined ? "create" : "update";
    await this.#authorize(api, { resource, verb, values: observed ?? wanted, id });
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

type AnyPlan = Plan<AnyResource["inputs"]>;

/** Refuses what is known to fail or to do harm; what the user should know before all the same. */
async function guard(resource: AnyResource, context: ResourceContext, plan: AnyPlan): Promise<string | undefined> {
  const note = vet(resource, context, plan);
  await resource.guard?.(context, plan);
  return note;
}

function vet(resource: AnyResource, { api }: ResourceContext, { wanted, changed }: AnyPlan): string | undefined {
  return resource.vet?.(api, wanted, changed);
}

/**
 * Reports if a property returns to its default. Only the former inputs contain it, and a partial failure would overwrite them.
 */
function isReset({ kind, path, property }: Difference): boolean {
  return kind === "delete" && path === property;
}

/** True if a plan certainly writes to the API. Local properties are never sent, and unknown values may equal the present ones. */
function isWrite({ changes }: AnyResource, { wanted, changed }: AnyPlan): boolean {
  return changed.some((property) => changes[property]?.local !== true && !hasUnknowns(wanted[property]));
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
async function isDeleted(resource: AnyResource, context: ResourceContext, id: string, known: Known): Promise<boolean> {
  try {
    const left = await resource.read(looking(context), id, known);
    return left === undefined || (resource.isDeleted?.(left, known) ?? false);
  } catch {
    return false;
  }
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
  return { resource, urn, id, object: resource.identity.every((property) => property in values) ? values : id };
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

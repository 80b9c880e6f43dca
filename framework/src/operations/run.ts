import { type AnyClient, formatUnsupported, getRecoveryClient, type UnsupportedFeature } from "../client";
import { addProviderOnlyValues, canonicalize, compare, type Difference, isOnlyInput, spellAs } from "../compare";
import { getSwitchName } from "../configuration";
import { OperationError, PartialFailureError, UserError } from "../errors";
import {
  explain,
  getNameInputs,
  getObjectName,
  getTypeName,
  type Names,
  type Subject,
  type ToImport,
} from "../explain";
import { getKeys } from "../keys";
import { type ConflictAt, type Ledger, createLocalLedger, OwnershipRecord } from "../ownership";
import { Parents } from "../parents";
import { MissingRightError, type Operation } from "../permissions";
import { getBehaviours } from "../property";
import type { Service } from "../provider";
import type { RequestInfo } from "../request";
import { explainUnsupported } from "../requirements";
import type { AnyResource, Context, DeclaredKeys, Module, Observed, Purpose, Plan, Shape, Verb } from "../resource";
import { hasUnknowns, omitAbsent, type Values } from "../values";
import type { State } from "../state";

/** The host of a run, such as the plugin or the dynamic provider. */
export interface RunHost {
  /** Shows the user a text about a resource. */
  readonly log: (level: "warning" | "info", urn: string, text: string) => void;
  readonly toImport: ToImport;
  /** Distinguishes the API from others whose objects can have equal names (`Connection`). By default, there is only one. */
  readonly scope?: string | undefined;
  /** Every parent that an operation does not declare is assumed to stay. */
  readonly allowsPartialDestroy?: boolean;
  /** Another API key applies the changes, so a preview neither checks the role of this key's user nor protects that user. */
  readonly previewsOnly?: boolean;
}

/** The context of an operation that writes. */
export interface WritingContext extends Context {
  readonly secret: ReadonlySet<string>;
  /** Returns the last write of this operation that the API accepted. */
  readonly accepted: () => RequestInfo | undefined;
}

/** A change before it is made. `desired` is in canonical form. */
export type AnyPlan = Pick<Plan<Shape>, "observed" | "changed" | "priorInputs"> & { readonly desired: Values };

export type AnyObserved = Observed<Shape>;

/** The facts and rules that the operations of one run of the engine share. Does not depend on resources or on the protocol. */
export class Run {
  readonly ownership: OwnershipRecord;
  readonly parents: Parents;
  /** The URNs of resources that the engine has checked, and has neither kept nor created since. */
  readonly #undecided = new Set<string>();
  /** The modules that resources of this run use. */
  readonly #modules = new Map<Module, ReturnType<Module>>();
  /** Texts that the user has seen, with their URN. */
  readonly #logged = new Set<string>();

  constructor(
    readonly service: Service<AnyClient>,
    readonly api: AnyClient,
    readonly host: RunHost,
    readonly ledger: Ledger = createLocalLedger(),
  ) {
    this.ownership = new OwnershipRecord(ledger);
    this.parents = new Parents(ledger, service.environmentPrefix, host.allowsPartialDestroy ?? false);
  }

  /** Returns the context of a resource, with what its modules add. */
  createContext(
    { uses = [] }: AnyResource,
    urn: string,
    { api = this.api, writes = false }: { readonly api?: AnyClient } & Partial<Purpose> = {},
  ): Context {
    const warn = (text: string): void => {
      this.#logOnce("warning", urn, text);
    };
    const context: Context = { api, warn };
    return uses.reduce((extended, module) => ({ ...extended, ...this.#start(module)({ urn, writes }) }), context);
  }

  createWritingContext(
    resource: AnyResource,
    urn: string,
    api: AnyClient,
    secret: ReadonlySet<string> = new Set(),
  ): WritingContext {
    let accepted: RequestInfo | undefined;
    const report = (write: RequestInfo): void => {
      accepted = write;
    };
    return {
      ...this.createContext(resource, urn, { api: api.with?.({ report }) ?? api, writes: true }),
      secret,
      accepted: () => accepted,
    };
  }

  /** Remembers that the engine has checked a resource. A Diff follows or, without prior inputs, a Create. */
  recordCheck(urn: string, isNew: boolean): void {
    this.#undecided.add(urn);
    this.parents.recordCheck(urn, isNew);
  }

  /** Remembers that a Diff keeps a resource, or that Create has made or adopted it. */
  recordDecision(urn: string): void {
    this.#undecided.delete(urn);
  }

  /** Returns true if the engine deletes this resource before it creates the new one (`deleteBeforeReplace`). */
  isReplacedEarly(urn: string): boolean {
    return this.#undecided.has(urn);
  }

  /** Remembers that a resource could not be created or updated. With `--continue-on-error`, the engine skips those that depend on it. */
  recordFailure(): void {
    this.ledger.add(failed);
  }

  /** Returns true if a resource of this operation could not be created or updated, also in another process. */
  hasFailed(): boolean {
    return this.ledger.has(failed);
  }

  /** Returns the keys that a declaration manages, as far as they are known. */
  getKeys(resource: AnyResource, declared: Values): DeclaredKeys {
    return getKeys(resource, declared, this.host.scope);
  }

  /** Remembers the keys of a declaration. Returns the conflict with another declaration, if there is one. */
  addKeys(resource: AnyResource, declared: Values, urn: string): ConflictAt | undefined {
    const { items, exclusive } = this.getKeys(resource, declared);
    return this.ownership.add(items, exclusive, urn);
  }

  /** Runs an operation. Its error names the object, the operation, the reason and the remedy. */
  async attempt<Result>(
    verb: Verb,
    subject: Subject,
    operation: () => Promise<Result>,
    declared: Values = {},
  ): Promise<Result> {
    try {
      return await operation();
    } catch (error) {
      const reason = await this.#explainByRights(error, verb, subject);
      const explanation = explain(reason, verb, subject, await this.#readNames(), this.host.toImport);
      if (!(error instanceof PartialFailureError)) throw new OperationError(explanation, error);
      throw new OperationError(explanation, error, this.toState(subject.resource, declared, error.observed));
    }
  }

  /**
   * Returns the object as the engine stores it: in the declared spelling, with the values that only the state holds.
   * @throws UserError if the object has no id, because the engine would take it for one that does not exist
   */
  toState(resource: AnyResource, declared: Values, observed: AnyObserved): State {
    const { id, ...outputs } = observed;
    if (id === "")
      throw new UserError(
        `the provider returned an empty id, which Pulumi cannot store. Report this mistake to the authors of the provider, and look for an object that exists in ${this.service.title} but not in the state.`,
      );
    const stored = Object.entries(addProviderOnlyValues(resource, spellAs(declared, outputs, resource), declared));
    return {
      id,
      outputs: omitAbsent(Object.fromEntries(stored.filter(([name]) => !isOnlyInput(resource, name)))),
      refreshBeforeUpdate: resource.assess?.(observed, {}).refreshBeforeUpdate ?? false,
    };
  }

  /** Returns the differences. Ignores removed properties that this API cannot reset. */
  compare(resource: AnyResource, priorInputs: Values, desired: Values, observed: Values): Difference[] {
    const resettable = Object.entries(priorInputs).filter(
      ([name]) => desired[name] !== undefined || this.#explainUnsupportedChange(resource, name) === undefined,
    );
    return compare(resource, Object.fromEntries(resettable), desired, observed);
  }

  /** Refuses a change in a preview, or warns about it. Returns the outputs that are unknown until the change is done. */
  async previewPlan(resource: AnyResource, urn: string, plan: AnyPlan): Promise<readonly string[]> {
    if (plan.changed.length === 0) return [];
    const phase = hasUnknowns(plan.desired) ? "partial" : "preview";
    if (phase === "preview") this.#rejectUnsupportedChange(resource, plan);
    const result = await resource.plan?.(this.createContext(resource, urn), { ...plan, phase });
    for (const warning of result?.warnings ?? []) this.#logOnce("warning", urn, warning);
    for (const text of result?.information ?? []) this.#logOnce("info", urn, text);
    return result?.unknown ?? [];
  }

  /**
   * Refuses a change before its first write, or lets it pass.
   * @throws MissingRightError, or a UserError for a change that must not be made
   */
  async permit(resource: AnyResource, context: Context, plan: AnyPlan, id?: string): Promise<void> {
    await this.authorizeChange(resource, context.api, plan, id);
    this.#rejectUnsupportedChange(resource, plan);
    await resource.plan?.(context, { ...plan, phase: "apply" });
  }

  /** @throws MissingRightError if the operation requires a right that the client's user lacks */
  async authorize(api: AnyClient, operation: Operation): Promise<void> {
    await this.service.permissions?.authorize(api, operation);
  }

  /** @throws MissingRightError if a write of the plan requires a right that the client's user lacks */
  async authorizeChange(resource: AnyResource, api: AnyClient, plan: AnyPlan, id?: string): Promise<void> {
    if (!isWrite(resource, plan)) return;
    const { desired, observed } = plan;
    const verb = observed === undefined ? "create" : "update";
    await this.authorize(api, { resource, verb, values: observed ?? desired, id });
  }

  /** Checks the rights to a change, unless another key applies it. A refusal explains how to preview for that key. */
  async authorizePreview(check: () => Promise<void>): Promise<void> {
    if (this.host.previewsOnly === true) return;
    await check().catch((error: unknown) => {
      if (!(error instanceof MissingRightError)) throw error;
      throw new MissingRightError(
        `${error.message} To preview changes that another API key will apply, set ${getSwitchName(this.service.environmentPrefix, "PREVIEW_ONLY")}=1.`,
      );
    });
  }

  async warn(subject: Subject, text: string): Promise<void> {
    this.#logOnce("warning", subject.urn, `${getObjectName(subject, await this.#readNames())} ${text}`);
  }

  /** Warns that a part names its parent by a literal id. The engine then sends the part before the parent. */
  async warnOfLiteralId(subject: Subject): Promise<void> {
    const name = getTypeName(subject.resource);
    await this.warn(
      subject,
      `is declared in this program, but another resource names it by a literal id. Pass the \`id\` of the ${name} to that resource, and run \`pulumi up\` again. ` +
        `Otherwise, a destroy deletes that resource without checking the ${name}.`,
    );
  }

  #explainUnsupportedChange({ inputs }: AnyResource, property: string): UnsupportedFeature | undefined {
    return explainUnsupported(this.api, getBehaviours(inputs)[property]?.changeRequires);
  }

  /** @throws UserError if the object exists, and this API cannot change one of its properties */
  #rejectUnsupportedChange(resource: AnyResource, { observed, changed }: AnyPlan): void {
    if (observed === undefined) return;
    for (const property of changed) {
      const unsupported = this.#explainUnsupportedChange(resource, property);
      if (unsupported === undefined) continue;
      const reason = `${unsupported.reason}: ${JSON.stringify(observed[property])}`;
      throw new UserError(formatUnsupported({ reason }));
    }
  }

  /** Shows a text once: in the process of an `up`, the dynamic provider plans each change twice. */
  #logOnce(level: Parameters<RunHost["log"]>[0], urn: string, text: string): void {
    const key = JSON.stringify([urn, text]);
    if (this.#logged.has(key)) return;
    this.#logged.add(key);
    this.host.log(level, urn, text);
  }

  /** Explains an error of the API by the rights of the client's user, if a short read shows that the rights are the cause. */
  async #explainByRights(error: unknown, verb: Verb, { resource, named, id }: Subject): Promise<unknown> {
    const { permissions } = this.service;
    if (permissions === undefined) return error;
    const operation = { resource, verb, values: typeof named === "string" ? {} : named, id };
    return permissions.explain(getRecoveryClient(this.api), error, operation).catch(() => error);
  }

  /** Returns the names that this process knows or can read in a few seconds. A finished operation must not wait for names. */
  async #readNames(): Promise<Names> {
    const names = await this.service.names?.(getRecoveryClient(this.api)).catch(() => undefined);
    return names ?? new Map<string, string>();
  }

  /** Starts a module at its first use in this run. */
  #start(module: Module): ReturnType<Module> {
    const started =
      this.#modules.get(module) ??
      module({
        getOwnership: (key) => this.ownership.getOwnership(key),
        getDesired: (key) => this.ownership.getDesired(key),
        previewsOnly: this.host.previewsOnly ?? false,
      });
    this.#modules.set(module, started);
    return started;
  }
}

/** The fact that a resource of the operation failed. */
const failed = JSON.stringify(["failed"]);

/** Returns the plan of a change. */
export function createPlan(
  resource: AnyResource,
  desired: Values,
  {
    observed,
    changed,
    priorInputs = {},
  }: Partial<Pick<AnyPlan, "observed" | "priorInputs">> & Pick<AnyPlan, "changed">,
): AnyPlan {
  return { desired: canonicalize(resource, desired), observed, changed, priorInputs };
}

/** Returns true if a plan certainly writes to the API. Unknown values may equal the observed ones. */
export function isWrite({ inputs }: AnyResource, { desired, changed }: Pick<AnyPlan, "desired" | "changed">): boolean {
  const behaviours = getBehaviours(inputs);
  return changed.some((name) => behaviours[name]?.providerOnly !== true && !hasUnknowns(desired[name]));
}

/** Identifies the object by the inputs that people know, or by its id if one of them is unknown. */
export function identify(resource: AnyResource, urn: string, id: string, values: Values): Subject {
  const names = getNameInputs(resource);
  return { resource, urn, id, named: names.length > 0 && names.every((name) => name in values) ? values : id };
}

/** Returns the context of a read after an operation, which may have been cancelled. Its warnings are dropped. */
export function createRecoveryContext(context: Context): Context {
  return { ...context, api: getRecoveryClient(context.api), warn: () => undefined };
}

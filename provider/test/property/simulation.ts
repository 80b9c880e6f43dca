import { Emulator } from "#emulator";
import { isRecord, parentInput } from "#framework";
import { type Course, Engine, type Kept, type Program, type Step } from "../support/engine";
import { apiKey } from "../support/world";
import { mayWrite, type Operation } from "./changeRules";
import { type Declarations, emptyProgram, fullName, organizations, toProgram } from "./declarations";
import { inProcess } from "./inProcess";
import { type Snapshot, takeSnapshot } from "./observed";
import { type Backend, toName } from "./people";
import { type Fault, FaultProxy } from "./proxy";
import { type Entry, listEntries, toEntry } from "./state";
import { checkAdopted, checkLost, checkRemaining, checkStatuses } from "./stateRules";
import { Verifier } from "./verifier";

/** The result of an operation. */
export type Result = { readonly steps: readonly Step[] } | { readonly failure: string };

/** The options of an operation. */
export interface RunOptions extends Pick<Course, "parallel" | "replace" | "refresh"> {
  readonly faults?: readonly Fault[];
  /** `--continue-on-error`. */
  readonly continueOnError?: boolean;
}

/** The system under test: an emulator, an engine with its state, and the provider behind a proxy with faults. */
export class Simulation {
  readonly emulator: Emulator;
  readonly engine: Engine;
  readonly verifier = new Verifier();
  readonly proxy: FaultProxy<Snapshot>;
  /** The declarations of the last operation. In a destroy, they are empty. */
  lastDeclarations: Declarations = emptyProgram;
  /** The organizations at the start of the last operation. */
  past: Snapshot = new Map();

  private constructor(readonly backend: Backend) {
    // Time depends on requests only, so that a history is reproducible.
    let seconds = Date.UTC(2027, 0, 1) / 1000;
    this.emulator = new Emulator({ apiKey, now: () => new Date((seconds += 1) * 1000) });
    this.proxy = new FaultProxy(this.emulator, () => this.snapshot, this.verifier);
    const environment = {
      PERIDIO_API_KEY: apiKey,
      PERIDIO_BASE_URL: "http://emulator",
      PERIDIO_BACKEND: backend.name,
    };
    this.engine = new Engine(environment, { maxRetries: "2" }, inProcess(this.proxy.handle));
  }

  static async start(backend: Backend): Promise<Simulation> {
    const simulation = new Simulation(backend);
    if (!backend.hasOrganizations) {
      for (const name of organizations) await simulation.emulator.control.createOrganization(fullName(name));
    }
    return simulation;
  }

  get snapshot(): Snapshot {
    return takeSnapshot(this.emulator, this.backend);
  }

  get entries(): Entry[] {
    return listEntries(this.engine);
  }

  /** Returns the entries of organizations that do not exist. */
  listDeletedEntries(): readonly Entry[] {
    const ids = [...this.snapshot.values()].map(({ id }) => id);
    return this.entries.filter(({ organizationId }) => !ids.includes(organizationId));
  }

  preview(declarations: Declarations, faults: readonly Fault[] = []): Promise<Result> {
    return this.#operate("preview", declarations, faults, () => this.engine.preview(toProgram(declarations)));
  }

  up(declarations: Declarations, { faults = [], replace = [], ...options }: RunOptions = {}): Promise<Result> {
    const program = toProgram(declarations);
    const deployed = replace.filter((name) => name in program && this.engine.state.has(name));
    const course = this.#observe(declarations, { ...options, replace: deployed });
    return this.#operate("up", declarations, faults, () => this.engine.up(program, course));
  }

  destroy({ faults = [], ...options }: RunOptions): Promise<Result> {
    const course = this.#observe(emptyProgram, options);
    return this.#operate("destroy", emptyProgram, faults, () => this.engine.destroy(course));
  }

  refresh(declarations: Declarations, faults: readonly Fault[] = []): Promise<Result> {
    return this.#operate("refresh", declarations, faults, () => this.engine.refresh());
  }

  /** Removes what older versions did not store: the deletion options of organizations. */
  downgradeState(): void {
    const older = (kept: Kept): Kept => {
      const inputs = Object.entries(kept.inputs).filter(([name]) => name !== parentInput);
      return { ...kept, inputs: Object.fromEntries(inputs) };
    };
    const { state, doomed } = this.engine;
    for (const [name, kept] of state) state.set(name, older(kept));
    doomed.splice(0, doomed.length, ...doomed.map(([name, kept]): [string, Kept] => [name, older(kept)]));
  }

  /** `pulumi state delete`. */
  forget(entries: readonly Entry[]): void {
    const { state, doomed } = this.engine;
    for (const { name, id } of entries) if (state.get(name)?.id === id) state.delete(name);
    doomed.splice(0, doomed.length, ...doomed.filter(([, { id }]) => !entries.some((entry) => entry.id === id)));
  }

  import(declarations: Declarations, name: string, type: string, id: string): Promise<Result> {
    return this.#operate("import", declarations, [], async () => {
      const declared = toProgram(declarations)[name];
      if (declared === undefined) throw new Error(`the program has no ${type} ${name}`);
      await this.engine.import(name, declared.type, id);
      return [];
    });
  }

  async #operate(
    kind: Operation["kind"],
    declarations: Declarations,
    faults: readonly Fault[],
    operation: () => Promise<readonly Step[]>,
  ): Promise<Result> {
    this.proxy.begin(faults);
    const { backend, entries: before } = this;
    this.past = this.snapshot;
    this.lastDeclarations = declarations;
    this.verifier.begin({ kind, backend, declarations, entries: before }, this.past);
    const result = await operation().then(
      (steps) => ({ steps }),
      (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
    );
    await this.proxy.end();
    const { violations } = this.verifier;
    const transition = { backend, declarations, before, after: this.entries, past: this.past, present: this.snapshot };
    violations.push(...checkLost(transition));
    if (mayWrite(kind) && "steps" in result) this.#checkState(toProgram(declarations));
    if (mayWrite(kind) && !this.proxy.hasOutsideChange) {
      violations.push(...checkAdopted(transition));
      if ("steps" in result) violations.push(...checkStatuses(transition), ...checkRemaining(transition));
    }
    this.#checkSecrets("failure" in result ? result.failure : "");
    return result;
  }

  /** Lets the verifier observe each call for a roster. */
  #observe(declarations: Declarations, { continueOnError = false, ...options }: RunOptions): Course {
    const calling: Course["calling"] = (verb, name, type, kept) => {
      if (type !== "OrganizationMembers") return () => undefined;
      const views = {
        now: () => this.snapshot,
        hasOutsideChange: () => this.proxy.hasOutsideChange,
        recorded: () => (options.parallel === true || !this.proxy.isClear ? undefined : this.#roles(name)),
      };
      if (verb === "delete") return this.verifier.observeDeletion(kept && toEntry(name, kept), views);
      const organization = organizations.find((one) => name.startsWith(`${one}-`));
      const roster = organization && declarations[organization].roster;
      return organization && roster ? this.verifier.observeRoster(organization, roster, views) : () => undefined;
    };
    const started: Course["started"] = (running) => {
      this.proxy.running = running;
    };
    return { ...options, goOn: continueOnError, calling, started };
  }

  /** Returns the roles in the state of a roster, by name. */
  #roles(name: string): ReadonlyMap<string, unknown> {
    const members = this.engine.state.get(name)?.outputs.members;
    return new Map(Object.entries(isRecord(members) ? members : {}).map(([email, role]) => [toName(email), role]));
  }

  #checkState(program: Program): void {
    const { state } = this.engine;
    const extra = [...state.keys()].filter((name) => !(name in program));
    const missing = Object.keys(program).filter((name) => !state.has(name));
    const doomed = this.engine.doomed.map(([name]) => name);
    const wrong = [...extra, ...missing, ...doomed];
    if (wrong.length > 0)
      this.verifier.violations.push(
        `the state after a successful operation differs from the program: ${wrong.join(", ")}`,
      );
  }

  #checkSecrets(failure: string): void {
    const texts = [failure, ...this.engine.told, JSON.stringify([...this.engine.state])];
    if (texts.some((text) => text.includes(apiKey))) this.verifier.violations.push("the API key is visible");
  }
}

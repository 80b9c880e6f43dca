import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Emulator } from "#emulator";
import { isRecord } from "#framework";
import { parentInput } from "#framework/definitions";
import type { Course, Kept, Program, Step, Wire } from "../../support/engine";
import { mayWrite, type Operation } from "./changeRules";
import { type Declarations, emptyProgram, fullName, onlyOrganizations, organizations, toProgram } from "./declarations";
import { type Snapshot, takeSnapshot } from "./observed";
import { toName } from "../harness/addresses";
import { type Backend } from "./people";
import type { Fault } from "../harness/proxy";
import { type Result, Stage } from "../harness/stage";
import { type Entry, listEntries, toEntry } from "./state";
import { checkAdopted, checkLost, checkMarkers, checkRemaining, checkStatuses } from "./stateRules";
import { Verifier } from "./verifier";

/** Entries of the state: those of one type, or all but the organizations, as `--exclude-protected` selects them. */
export type Selection = "Membership" | "OrganizationMembers" | "SecurityPolicy" | "parts";

/** The options of an operation. */
export interface RunOptions extends Pick<Course, "parallel" | "replace" | "refresh"> {
  readonly faults?: readonly Fault[];
  /** The kind of entries that a destroy deletes. By default, all. */
  readonly only?: Selection | undefined;
  /** The parts have an explicit provider. Its process shares a folder with the other one, unless the folder is unusable. */
  readonly secondProvider?: "usable folder" | "unusable folder" | undefined;
  /** `--continue-on-error`. */
  readonly continueOnError?: boolean;
}

/** A stage with organizations, their people and their security settings. A verifier checks each write. */
export class Simulation extends Stage<Snapshot, Declarations> {
  /** The declarations of the last operation. In a destroy, they are empty. */
  lastDeclarations: Declarations = emptyProgram;
  /** The state before the last operation. */
  formerEntries: readonly Entry[] = [];
  /** The organizations at the start of the last operation. */
  past: Snapshot = new Map();
  /** True if the providers of the last operation could not use their folder. */
  isHomeUnusable = false;
  #operations = 0;
  #home: string | undefined;

  private constructor(
    readonly backend: Backend,
    readonly verifier: Verifier,
  ) {
    const observe = (emulator: Emulator) => takeSnapshot(emulator, backend);
    super({ backend: backend.name, observe, watcher: verifier }, onlyOrganizations);
  }

  static async start(backend: Backend): Promise<Simulation> {
    const simulation = new Simulation(backend, new Verifier());
    if (!backend.hasOrganizations) {
      for (const name of organizations) await simulation.emulator.control.createOrganization(fullName(name));
    }
    return simulation;
  }

  get entries(): Entry[] {
    return listEntries(this.engine);
  }

  /** Returns the entries of organizations that do not exist. */
  listDeletedEntries(): readonly Entry[] {
    const ids = [...this.snapshot.values()].map(({ id }) => id);
    return this.entries.filter(({ organizationId }) => !ids.includes(organizationId));
  }

  preview(faults: readonly Fault[] = []): Promise<Result> {
    const { declarations } = this;
    return this.#operate("preview", declarations, faults, () => this.engine.preview(toProgram(declarations)));
  }

  up({ faults = [], replace = [], ...options }: RunOptions = {}): Promise<Result> {
    const { declarations } = this;
    const program = toProgram(declarations);
    const deployed = replace.filter((name) => name in program && this.engine.state.has(name));
    const course = this.#observe(declarations, { ...options, replace: deployed });
    return this.#operate("up", declarations, faults, () => this.engine.up(program, course), options);
  }

  destroy({ faults = [], ...options }: RunOptions): Promise<Result> {
    const course = this.#observe(emptyProgram, options);
    return this.#operate("destroy", emptyProgram, faults, () => this.engine.destroy(course), options);
  }

  refresh(faults: readonly Fault[] = []): Promise<Result> {
    return this.#operate("refresh", this.declarations, faults, () => this.engine.refresh());
  }

  /** Removes what older versions did not store: the deletion options of organizations. */
  downgradeState(): void {
    const older = (kept: Kept): Kept => {
      const inputs = Object.entries(kept.inputs).filter(([name]) => name !== parentInput);
      return { ...kept, inputs: Object.fromEntries(inputs) };
    };
    this.#rewrite(older);
  }

  /** Replaces the markers of all parts in the state. */
  tamper(marker: Wire[string]): void {
    this.#rewrite((kept) =>
      parentInput in kept.inputs ? { ...kept, inputs: { ...kept.inputs, [parentInput]: marker } } : kept,
    );
  }

  #rewrite(change: (kept: Kept) => Kept): void {
    const { state, doomed } = this.engine;
    for (const [name, kept] of state) state.set(name, change(kept));
    doomed.splice(0, doomed.length, ...doomed.map(([name, kept]): [string, Kept] => [name, change(kept)]));
  }

  /** `pulumi state delete` and `pulumi import` of all parts of one type. Leaves out objects that an import does not find. */
  async reimport(type: Exclude<Selection, "parts">): Promise<void> {
    for (const entry of this.entries.filter(
      (one) => one.type === type && this.engine.state.get(one.name)?.id === one.id,
    )) {
      this.engine.state.delete(entry.name);
      await this.engine.import(entry.name, type, entry.id).catch(() => undefined);
    }
  }

  /** `pulumi state delete`. */
  forget(entries: readonly Entry[]): void {
    const { state, doomed } = this.engine;
    for (const { name, id } of entries) if (state.get(name)?.id === id) state.delete(name);
    doomed.splice(0, doomed.length, ...doomed.filter(([, { id }]) => !entries.some((entry) => entry.id === id)));
  }

  import(name: string, type: string, id: string): Promise<Result> {
    const { declarations } = this;
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
    { only, secondProvider }: RunOptions = {},
  ): Promise<Result> {
    this.#prepareFolder(secondProvider);
    const { backend, entries: before } = this;
    this.formerEntries = before;
    this.past = this.snapshot;
    this.lastDeclarations = declarations;
    this.verifier.begin({ kind, backend, declarations, entries: before, only: this.#select(only) }, this.past);
    const result = await this.operate(faults, operation);
    const { violations } = this.verifier;
    const transition = { backend, declarations, before, after: this.entries, past: this.past, present: this.snapshot };
    violations.push(...checkLost(transition), ...checkMarkers(transition));
    if (mayWrite(kind) && "steps" in result && only === undefined) this.#checkState(toProgram(declarations));
    if (mayWrite(kind) && !this.proxy.hasOutsideChange) {
      violations.push(...checkAdopted(transition));
      if ("steps" in result) violations.push(...checkRemaining(transition));
      // A destroy of some entries does not read the others.
      if ("steps" in result && only === undefined) violations.push(...checkStatuses(transition));
    }
    return result;
  }

  /** Lets the verifier observe each call for a roster. */
  #observe(
    declarations: Declarations,
    { continueOnError = false, only, secondProvider, ...options }: RunOptions,
  ): Course {
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
    const selected = this.#select(only);
    return {
      ...options,
      ...(selected !== undefined && { only: selected }),
      hasTwoProviders: secondProvider !== undefined,
      goOn: continueOnError,
      calling,
      started: this.started,
    };
  }

  /** Returns the names of the selected entries; undefined for all. */
  #select(only: Selection | undefined): readonly string[] | undefined {
    if (only === undefined) return undefined;
    const isSelected = ({ type }: Entry) => (only === "parts" ? type !== "Organization" : type === only);
    return this.entries.filter(isSelected).map(({ name }) => name);
  }

  /** Gives the processes of an operation a common folder. A single process needs none. */
  #prepareFolder(secondProvider: RunOptions["secondProvider"]): void {
    const { environment } = this;
    delete environment.PULUMI_HOME;
    delete environment.TESTED_OPERATION;
    this.isHomeUnusable = secondProvider === "unusable folder";
    if (secondProvider === undefined) return;
    this.#operations += 1;
    environment.PULUMI_HOME = this.isHomeUnusable
      ? "/dev/null/nowhere"
      : (this.#home ??= mkdtempSync(join(tmpdir(), "histories-")));
    environment.TESTED_OPERATION = `operation-${this.#operations}`;
  }

  /** Deletes the files of the simulation. */
  end(): void {
    if (this.#home !== undefined) rmSync(this.#home, { recursive: true });
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
}

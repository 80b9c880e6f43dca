import { Emulator } from "#emulator";
import { isRecord, parentInput } from "#framework";
import { type Course, Engine, type Kept, type Program, type Step as EngineStep } from "../support/engine";
import { apiKey } from "../support/world";
import type { Backend } from "./backends";
import { type Declarations, fullName, nothing, nothingAtAll, organizations, toProgram } from "./declarations";
import { type Entry, entriesOf, entryOf } from "./entries";
import { forgotten, left, takenOver, untrue } from "./memory";
import type { Mishap } from "./history";
import { inProcess } from "./inProcess";
import { person } from "./people";
import { Road } from "./road";
import { mayWrite, type Operation, Witness } from "./witness";
import { look, type World } from "./world";

/** The end of an operation. */
export type Outcome = { readonly steps: readonly EngineStep[] } | { readonly failure: string };

/** An emulator, an engine, and everything that watches them. */
export class Stage {
  readonly emulator: Emulator;
  readonly engine: Engine;
  readonly witness = new Witness();
  readonly road: Road;
  declarations: Declarations = nothing;
  /** The program of the last operation: nothing at all in a destroy. */
  running: Declarations = nothing;
  /** The observed objects at the start of the last operation. */
  past: World = new Map();

  private constructor(readonly backend: Backend) {
    // Time passes with requests only, so that the same history always goes the same way.
    let seconds = Date.UTC(2027, 0, 1) / 1000;
    this.emulator = new Emulator({ apiKey, now: () => new Date((seconds += 1) * 1000) });
    this.road = new Road(this.emulator, () => this.world, this.witness);
    const environment = {
      PERIDIO_API_KEY: apiKey,
      PERIDIO_BASE_URL: "http://emulator",
      PERIDIO_BACKEND: backend.name,
    };
    this.engine = new Engine(environment, { maxRetries: "2" }, inProcess(this.road.handle));
  }

  static async of(backend: Backend): Promise<Stage> {
    const stage = new Stage(backend);
    if (!backend.makesOrganizations) {
      for (const name of organizations) await stage.emulator.control.createOrganization(fullName(name));
    }
    return stage;
  }

  get world(): World {
    return look(this.emulator, this.backend);
  }

  get program(): Program {
    return toProgram(this.declarations);
  }

  get entries(): Entry[] {
    return entriesOf(this.engine);
  }

  preview(mishaps: readonly Mishap[] = []): Promise<Outcome> {
    return this.#operate("preview", mishaps, () => this.engine.preview(this.program));
  }

  up(mishaps: readonly Mishap[] = [], course: Pick<Course, "replace" | "parallel" | "goOn"> = {}): Promise<Outcome> {
    return this.#operate("up", mishaps, () => this.engine.up(this.program, this.#watched(course)));
  }

  destroy(
    mishaps: readonly Mishap[] = [],
    course: Pick<Course, "parallel" | "goOn" | "refresh"> = {},
  ): Promise<Outcome> {
    return this.#operate("destroy", mishaps, () => this.engine.destroy(this.#watched(course)), nothingAtAll);
  }

  refresh(mishaps: readonly Mishap[] = []): Promise<Outcome> {
    return this.#operate("refresh", mishaps, () => this.engine.refresh());
  }

  /** The state becomes one that a version wrote which remembered nothing of organizations. */
  growOld(): void {
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

  import(name: string, type: string, id: string): Promise<Outcome> {
    return this.#operate("import", [], async () => {
      const declared = this.program[name];
      if (declared === undefined) throw new Error(`the program has no ${type} ${name}`);
      await this.engine.import(name, declared.type, id);
      return [];
    });
  }

  async #operate(
    kind: Operation["kind"],
    mishaps: readonly Mishap[],
    operation: () => Promise<readonly EngineStep[]>,
    declarations = this.declarations,
  ): Promise<Outcome> {
    this.road.begin(mishaps);
    const { backend, entries: before } = this;
    this.past = this.world;
    this.running = declarations;
    this.witness.begin({ kind, backend, declarations, entries: before }, this.past);
    const outcome = await operation().then(
      (steps) => ({ steps }),
      (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
    );
    await this.road.end();
    const { broken } = this.witness;
    const now = this.entries;
    const { past, world } = this;
    broken.push(...forgotten(now, before, { past, world, declarations }));
    if (mayWrite(kind) && "steps" in outcome) this.#stateIsTheProgram(toProgram(declarations));
    if (mayWrite(kind) && !this.road.interfered) {
      broken.push(...takenOver(now, before, past, { declarations, backend }));
      if ("steps" in outcome) broken.push(...untrue(now, world), ...left(now, before, world, declarations));
    }
    this.#nothingSecret("failure" in outcome ? outcome.failure : "");
    return outcome;
  }

  /** The same course, with the witness beside each roster. */
  #watched(course: Course): Course {
    const calling: Course["calling"] = (verb, name, type, kept) => {
      if (type !== "OrganizationMembers") return () => undefined;
      const views = {
        now: () => this.world,
        interfered: () => this.road.interfered,
        recorded: () => (course.parallel === true || !this.road.sound ? undefined : this.#roles(name)),
      };
      if (verb === "delete") return this.witness.deletion(kept && entryOf(name, kept), views);
      const organization = organizations.find((one) => name.startsWith(`${one}-`));
      const roster = organization && this.declarations[organization].roster;
      return organization && roster ? this.witness.roster(organization, roster, views) : () => undefined;
    };
    const started: Course["started"] = (running) => {
      this.road.running = running;
    };
    return { ...course, calling, started };
  }

  /** The roles that the state of a roster has, by person. */
  #roles(name: string): ReadonlyMap<string, unknown> {
    const members = this.engine.state.get(name)?.outputs.members;
    return new Map(Object.entries(isRecord(members) ? members : {}).map(([email, role]) => [person(email), role]));
  }

  #stateIsTheProgram(program: Program): void {
    const { state } = this.engine;
    const more = [...state.keys()].filter((name) => !(name in program));
    const missing = Object.keys(program).filter((name) => !state.has(name));
    const doomed = this.engine.doomed.map(([name]) => name);
    const odd = [...more, ...missing, ...doomed];
    if (odd.length > 0) this.witness.broken.push(`the state after a whole up is not the program: ${odd.join(", ")}`);
  }

  #nothingSecret(failure: string): void {
    const said = [failure, ...this.engine.told, JSON.stringify([...this.engine.state])];
    if (said.some((text) => text.includes(apiKey))) this.witness.broken.push("the API key is shown");
  }
}

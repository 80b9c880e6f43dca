import { Emulator } from "../../../emulator/src/emulator";
import { isRecord } from "../../src/core/values";
import { type Course, Engine, type Program, type Step as EngineStep } from "../support/engine";
import { apiKey } from "../support/world";
import type { Backend } from "./backends";
import { type Declarations, fullName, nothing, organizations, toProgram } from "./declarations";
import { type Entry, entriesOf } from "./entries";
import { forgotten, left, takenOver, untrue } from "./memory";
import type { Mishap } from "./history";
import { inProcess } from "./inProcess";
import { person } from "./people";
import { Road } from "./road";
import { type Operation, Witness } from "./witness";
import { look, type World } from "./world";

/** How an operation ended. */
export type Outcome = { readonly steps: readonly EngineStep[] } | { readonly failure: string };

/** An emulator, an engine, and everything that watches them. */
export class Stage {
  readonly emulator: Emulator;
  readonly engine: Engine;
  readonly witness = new Witness();
  readonly road: Road;
  declarations: Declarations = nothing;
  /** What Peridio had when the last operation began. */
  past: World = new Map();

  private constructor(readonly backend: Backend) {
    // Time passes with requests only, so that the same history always goes the same way.
    let seconds = Date.UTC(2027, 0, 1) / 1000;
    this.emulator = new Emulator({ apiKey, now: () => new Date((seconds += 1) * 1000) });
    this.road = new Road(this.emulator, () => this.world, this.witness.write);
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
    const calling: Course["calling"] = (verb, name, type) => {
      const organization = organizations.find((one) => name.startsWith(`${one}-`));
      const roster = organization && this.declarations[organization].roster;
      if (verb === "delete" || type !== "OrganizationMembers" || !organization || !roster) return () => undefined;
      return this.witness.roster(organization, roster, {
        now: () => this.world,
        interfered: () => this.road.interfered,
        recorded: () => (course.parallel === true || !this.road.sound ? undefined : this.#roles(name)),
      });
    };
    const started: Course["started"] = (running) => (this.road.running = running);
    return this.#operate("up", mishaps, () => this.engine.up(this.program, { ...course, calling, started }));
  }

  refresh(mishaps: readonly Mishap[] = []): Promise<Outcome> {
    return this.#operate("refresh", mishaps, () => this.engine.refresh());
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
  ): Promise<Outcome> {
    this.road.begin(mishaps);
    const before = this.entries;
    this.past = this.world;
    this.witness.begin({ kind, declarations: this.declarations, entries: before });
    const outcome = await operation().then(
      (steps) => ({ steps }),
      (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
    );
    await this.road.end();
    const { broken } = this.witness;
    const now = this.entries;
    broken.push(...forgotten(now, before, this));
    if (kind === "up" && "steps" in outcome) this.#stateIsTheProgram();
    if (kind === "up" && !this.road.interfered) {
      broken.push(...takenOver(now, before, this.past, this));
      if ("steps" in outcome)
        broken.push(...untrue(now, this.world), ...left(now, before, this.world, this.declarations));
    }
    this.#nothingSecret("failure" in outcome ? outcome.failure : "");
    return outcome;
  }

  /** The roles that the state of a roster has, by person. */
  #roles(name: string): ReadonlyMap<string, unknown> {
    const members = this.engine.state.get(name)?.outputs.members;
    return new Map(Object.entries(isRecord(members) ? members : {}).map(([email, role]) => [person(email), role]));
  }

  #stateIsTheProgram(): void {
    const [state, program] = [this.engine.state, this.program];
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

import assert from "node:assert/strict";
import {
  type Course,
  type Declared,
  type Kept,
  type Program,
  type Step,
  type Target,
  unknown,
  type Wire,
} from "./program";
import { type PartialResult, type ProviderClient, ProviderError } from "./providerClient";

/** An operation of the engine with one provider process: decides what to do, in which order, and keeps the state. */
export class Session {
  /** Announces each write to the test (`Course.calling`). */
  #calling: NonNullable<Course["calling"]> = () => () => undefined;
  /** The ids that a preview returns for objects that Create will adopt. */
  readonly #adopted = new Map<string, string>();

  constructor(
    private readonly target: Target,
    /** Returns the provider of a type. */
    private readonly clientOf: (type: string) => ProviderClient,
    private readonly state: Map<string, Kept>,
    /** Replaced entries by name. The engine deletes their objects at the end of an `up`. */
    private readonly doomed: [string, Kept][],
    /** Receives the outputs of each resource that a preview would update. */
    private readonly planned: Map<string, Wire>,
  ) {}

  async run(program: Program, preview: boolean, course: Course = {}): Promise<Step[]> {
    this.#calling = course.calling ?? this.#calling;
    const steps: Step[] = [];
    const planned = new Set<string>();
    this.#adopted.clear();
    this.planned.clear();
    const failed = new Set<string>();
    /** The resources that the inputs of the last resource name. */
    const named = new Set<string>();
    const id = (name: string) => {
      named.add(name);
      return this.#adopted.get(name) ?? (planned.has(name) ? unknown : (this.state.get(name)?.id ?? unknown));
    };
    const tasks = new Tasks(course);
    for (const [name, declared] of course.only === undefined ? Object.entries(program) : []) {
      if (tasks.hasEnded) break;
      named.clear();
      const desired = declared.inputs(id);
      // The engine skips resources that depend on a failed one. It does not check them.
      if (
        course.goOn === true &&
        ([...named].some((one) => failed.has(one)) || JSON.stringify(desired).includes(unknown))
      )
        continue;
      const forced = course.replace?.includes(name) ?? false;
      const decide = async () => {
        const registered = this.#register(name, declared, desired, preview, forced);
        const { step, apply } = await registered.finally(() => course.checked?.(name));
        steps.push(step);
        if (preview && (step.op === "create" || step.op === "replace")) planned.add(name);
        return apply;
      };
      await tasks.start(decide, this.#isParent(declared), () => failed.add(name));
    }
    await tasks.settled();
    if (tasks.hasEnded) await tasks.finish();
    const removed = course.targeted === true ? [] : [...this.state.keys()].filter((name) => !(name in program));
    if (!preview) return [...steps, ...(await this.#deleteAll(removed, tasks, course.only))];
    await tasks.finish();
    const deleted = [...this.doomed.map(([name]) => name), ...removed];
    return [...steps, ...deleted.map((name) => ({ op: "delete", name }) as const)];
  }

  /** Decides what to do about a resource of the program. */
  async #register(name: string, declared: Declared, desired: Wire, preview: boolean, forced: boolean) {
    let old = this.state.get(name);
    if (old?.look === true && !forced) {
      old = await this.clientOf(old.type).read(name, old);
      if (!preview && old === undefined) this.state.delete(name);
      if (!preview && old !== undefined) this.state.set(name, old);
    }
    const create = async (replaced?: Kept) => {
      const inputs = await this.clientOf(declared.type).check(name, declared.type, {}, desired);
      return () => this.#create(name, declared, inputs, preview, replaced);
    };
    if (old === undefined) return { step: { op: "create", name } as const, apply: await create() };
    if (forced) return { step: { op: "replace", name } as const, apply: await create(old) };
    const kept = old;
    const inputs = await this.clientOf(declared.type).check(name, declared.type, kept.inputs, desired);
    const { diff, replaces } = await this.clientOf(kept.type).diff(name, kept, inputs, declared.ignoreChanges);
    if (replaces) return { step: { op: "replace", name, diff } as const, apply: await create(kept) };
    if (Object.keys(diff).length > 0 || kept.failed === true) {
      const apply = () => this.#update(name, kept, declared, inputs, preview);
      return { step: { op: "update", name, diff } as const, apply };
    }
    const apply = () => {
      if (!preview) this.state.set(name, { ...kept, inputs });
      return Promise.resolve();
    };
    return { step: { op: "same", name } as const, apply };
  }

  async refresh(): Promise<Step[]> {
    const steps: Step[] = [];
    for (const [name, old] of [...this.state]) {
      const found = await this.clientOf(old.type).read(name, old);
      if (found === undefined) {
        this.state.delete(name);
        steps.push({ op: "gone", name });
        continue;
      }
      this.state.set(name, found);
      const { diff } = await this.clientOf(found.type).diff(name, found, old.inputs);
      if (Object.keys(diff).length > 0) steps.push({ op: "refresh", name, diff });
    }
    return steps;
  }

  /** Deletes everything in the state. */
  async destroy(course: Course = {}): Promise<Step[]> {
    this.#calling = course.calling ?? this.#calling;
    if (course.refresh === true) await this.refresh();
    return this.#deleteAll([...this.state.keys()], new Tasks(course), course.only);
  }

  async import(name: string, type: string, id: string): Promise<Wire> {
    const found = await this.clientOf(type).read(name, { type, id, inputs: {}, outputs: {}, look: false }, true);
    if (found === undefined) throw new Error(`${id} does not exist`);
    const inputs = await this.clientOf(type).check(name, type, found.inputs, found.inputs);
    const { diff } = await this.clientOf(found.type).diff(name, found, inputs);
    assert.deepEqual(diff, {}, "an import differs from the program that declares it");
    this.state.set(name, found);
    return found.inputs;
  }

  /**
   * Deletes replaced entries, then the resources with these names, or those of them that `only` names too. A resource comes before the
   * resources that it depends on.
   */
  async #deleteAll(names: readonly string[], tasks: Tasks, only?: readonly string[]): Promise<Step[]> {
    const steps: Step[] = [];
    const replaced = this.doomed.map((entry) => {
      const forget = () => {
        this.doomed.splice(this.doomed.indexOf(entry), 1);
      };
      return { name: entry[0], old: entry[1], forget };
    });
    const removed = names.flatMap((name) => {
      const old = this.state.get(name);
      const forget = () => {
        this.state.delete(name);
        steps.push({ op: "delete", name });
      };
      return old === undefined ? [] : [{ name, old, forget }];
    });
    const order = (kept: Kept) => Number(this.#isParent(kept));
    const entries = [...replaced.reverse(), ...removed.reverse()]
      .filter(({ name }) => only?.includes(name) ?? true)
      .sort((a, b) => order(a.old) - order(b.old));
    /** The ids of the parents of parts that were not deleted. */
    const needed = new Set<unknown>();
    for (const { name, old, forget } of entries) {
      if (this.#isParent(old)) await tasks.settled();
      if (tasks.hasEnded) break;
      // A part of it was not deleted. Parts may have the id of their parent, so this checks the type too.
      if (this.#isParent(old) && needed.has(old.id)) continue;
      const remove = () =>
        this.#delete(name, old).then(forget, (error: unknown) => {
          if (this.target.parent !== undefined) needed.add(old.inputs[this.target.parent.input]);
          throw error;
        });
      await tasks.start(() => Promise.resolve(remove));
    }
    await tasks.finish();
    return steps;
  }

  async #create(name: string, declared: Declared, inputs: Wire, preview: boolean, replaced?: Kept): Promise<void> {
    const { type } = declared;
    const keep = (kept: Kept) => {
      this.state.set(name, kept);
      if (replaced !== undefined) this.doomed.push([name, replaced]);
    };
    const returned = preview ? undefined : this.#calling("create", name, type);
    try {
      const created = await this.clientOf(type).create(name, declared, inputs, preview);
      if (!preview) keep(created);
      else if (created.id !== "") this.#adopted.set(name, created.id);
    } catch (error) {
      const partial = partialResult(error);
      if (partial !== undefined && !preview) keep({ type, inputs, ...partial });
      throw error;
    } finally {
      returned?.();
    }
  }

  async #update(name: string, old: Kept, declared: Declared, inputs: Wire, preview: boolean): Promise<void> {
    const { type, id } = old;
    const returned = preview ? undefined : this.#calling("update", name, type, old);
    try {
      const updated = await this.clientOf(type).update(name, old, declared, inputs, preview);
      if (preview) this.planned.set(name, updated.outputs);
      else this.state.set(name, updated);
    } catch (error) {
      const partial = partialResult(error);
      if (partial !== undefined && !preview) this.state.set(name, { type, inputs, ...partial, id });
      throw error;
    } finally {
      returned?.();
    }
  }

  async #delete(name: string, old: Kept): Promise<void> {
    const returned = this.#calling("delete", name, old.type, old);
    try {
      await this.clientOf(old.type).delete(name, old);
    } finally {
      returned();
    }
  }

  #isParent({ type }: Pick<Kept, "type">): boolean {
    return type === this.target.parent?.type;
  }
}

function partialResult(error: unknown): PartialResult | undefined {
  return error instanceof ProviderError ? error.partial : undefined;
}

/** The tasks of an operation: one after the other or in parallel, until one fails or all are done. */
class Tasks {
  readonly #started: Promise<unknown>[] = [];
  #failed = false;

  constructor(private readonly course: Course) {}

  /** True if no further task may start. */
  get hasEnded(): boolean {
    return this.#failed && this.course.goOn !== true;
  }

  /** Decides on a task and starts it. Waits for its end if others depend on it, or if tasks run one after the other. */
  async start(
    decide: () => Promise<() => Promise<unknown>>,
    othersDepend = false,
    onFailure: () => unknown = () => undefined,
  ): Promise<void> {
    const decided = decide();
    const done = decided.then((task) => task());
    this.#started.push(done);
    done.catch(() => {
      this.#failed = true;
      onFailure();
    });
    const first = othersDepend || this.course.parallel !== true ? done : decided;
    await first.catch(() => undefined);
  }

  /** Waits until all started tasks have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#started);
  }

  /** Waits until all tasks have ended. Rejects with the failure of the first started task. */
  async finish(): Promise<void> {
    await this.settled();
    await Promise.all(this.#started);
  }
}

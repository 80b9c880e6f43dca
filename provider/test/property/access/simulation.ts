import type { Engine, Kept, Step } from "../../support/engine";
import { address } from "../harness/addresses";
import { describeFault, type Fault, isRecoverable, type Write } from "../harness/proxy";
import type { Ending } from "../harness/randomHistories";
import { Stage } from "../harness/stage";
import {
  cohortName,
  type Declarations,
  groupNames,
  noDeclarations,
  objectNames,
  organizationName,
  residents,
  toProgram,
  withoutDangling,
} from "./declarations";
import { expectAfter, isImportable, listDeclaredPeople, toUuid } from "./expected";
import { checkLosses } from "./losses";
import { describeSnapshot, type Snapshot, takeSnapshot } from "./observed";
import { withoutRotation } from "./secrets/declarations";
import { checkSecrets, findLeaks } from "./secrets/rules";

/** A resource in state, with its name. */
type Entry = readonly [string, Kept];

/** A stage with one organization, and its groups, projects, cohorts, tokens and webhooks. Each `up` has an expected result. */
export class Simulation extends Stage<Snapshot, Declarations> {
  /** True if a creation may have taken effect without a state. */
  #hasOrphans = false;

  private constructor() {
    super({ backend: "connect", observe: takeSnapshot }, noDeclarations);
  }

  static async start(): Promise<Simulation> {
    const simulation = new Simulation();
    await simulation.emulator.control.createOrganization(organizationName);
    for (const name of residents) simulation.emulator.control.addMember(address(name), organizationName, "viewer");
    return simulation;
  }

  /** `pulumi up`. Imports objects whose creation took effect without a state, and then runs again. `replaced` names resources to replace. */
  async up(faults: readonly Fault[] = [], replaced: readonly string[] = []): Promise<void> {
    const imported = new Set<string>();
    for (;;) {
      const failure = await this.#up(...(imported.size === 0 ? ([faults, replaced] as const) : ([[], []] as const)));
      if (failure === undefined || faults.length > 0 || this.hasDrift) return;
      const [, type, name, id] = /pulumi import peridio:index:(\w+) (\S+) ([^\s`]+)/.exec(failure) ?? [];
      const isExpected = this.#hasOrphans && name !== undefined && !imported.has(name);
      if (!isExpected || type === undefined || id === undefined) throw this.violation("an `up` fails");
      imported.add(name);
      await this.engine.import(name, type, id);
      this.record(`pulumi import ${name}`);
    }
  }

  /** `pulumi refresh`. Must not fail and send no write. Returns the changed resources. */
  async refresh(): Promise<readonly Step[]> {
    const steps = await this.#succeed("a refresh", () => this.engine.refresh());
    this.record(`refresh: ${steps.map(({ op, name }) => `${op} ${name}`).join(", ") || "nothing"}`);
    if (this.proxy.writes.length > 0) throw this.violation("a refresh writes");
    const texts = [...this.texts, JSON.stringify(steps)];
    const [leak] = findLeaks({ past: this.snapshot, writes: [], engine: this.engine, texts });
    if (leak !== undefined) throw this.violation(leak);
    this.hasDrift = false;
    return steps;
  }

  /** Brings the program into force, and checks that it stays in force without further writes. */
  async converge(): Promise<Ending> {
    if (!this.hasDrift) await this.up();
    await this.refresh();
    await this.up();
    // The first `up` may remove people from the organization although other resources still declare them.
    if (this.hasDrift) {
      await this.refresh();
      await this.up();
    }
    await this.#expectNoChange(this.engine, "a second `up`");
    const drifted = await this.refresh();
    if (drifted.length > 0) throw this.violation("a refresh after `up` shows a difference");
    await this.#checkImport();
    return "in force";
  }

  /** Returns the message if it fails. */
  async #up(faults: readonly Fault[], replace: readonly string[]): Promise<string | undefined> {
    const declarations = withoutDangling(this.declarations);
    const past = this.snapshot;
    const [entries, doomed] = [[...this.engine.state], [...this.engine.doomed]];
    const expected = this.hasDrift ? undefined : expectAfter(past, declarations, this.engine, new Set(replace));
    const { started } = this;
    const outcome = await this.operate(faults, () => this.engine.up(toProgram(declarations), { started, replace }));
    const result = { steps: [], failure: undefined, ...outcome };
    const present = this.snapshot;
    this.#logUp(faults, result.steps, result.failure);
    for (const loss of checkLosses(past, expected ?? present, this.proxy.writes)) throw this.violation(loss);
    const isKilled = faults.some(({ effect }) => effect.kind === "kill");
    const violations = checkSecrets({
      past,
      present,
      expected,
      writes: this.proxy.writes,
      declared: declarations.secrets,
      entries,
      doomed,
      engine: this.engine,
      texts: [...this.texts, JSON.stringify(result)],
      isKilled,
    });
    for (const violation of violations) throw this.violation(violation);
    this.#checkObjects(past, present, entries);
    if (result.failure === undefined) {
      if (expected !== undefined) this.#compare(past, expected, present);
      this.hasDrift ||= removesDeclaredPeople(declarations, entries);
      return undefined;
    }
    const mayFail = this.#hasOrphans || isSecretInDoubt(result.failure, this.proxy.writes);
    if (faults.length > 0 && faults.every(isRecoverable) && expected !== undefined && !mayFail)
      throw this.violation("an `up` fails although the fault is recoverable");
    if (faults.some(({ effect }) => effect.kind !== "answer")) this.hasDrift = true;
    this.#hasOrphans ||= isKilled || this.proxy.writes.some(({ method, isOk }) => method === "POST" && !isOk);
    if (!isKilled) this.#checkCreated(present);
    return result.failure;
  }

  #logUp(faults: readonly Fault[], steps: readonly Step[], failure: string | undefined): void {
    const broken = faults.length === 0 ? "" : ` (${faults.map(describeFault).join("; ")})`;
    const done = steps.filter(({ op }) => op !== "same").map(({ op, name }) => `${op} ${name}`);
    this.record(`up${broken}: ${done.join(", ")}${failure === undefined ? "" : `fails: ${failure}`}`);
    const writes = [...this.proxy.writes];
    this.record(() => writes.map(describeWrite).join("\n"));
  }

  /** Throws if the state lost an object that exists, or if an object exists twice. */
  #checkObjects(past: Snapshot, present: Snapshot, entries: readonly Entry[]): void {
    const doomed = this.engine.doomed.map(([, { id }]) => id);
    const held = new Set([...[...this.engine.state.values()].map(({ id }) => id), ...doomed]);
    for (const [name, { id }] of entries)
      if (exists(past, id) && exists(present, id) && !held.has(id)) throw this.violation(`the state has lost ${name}`);
    if (this.#hasOrphans) return;
    const objects = [...present.groups, ...present.objects].filter(
      ([id]) => ![...past.groups, ...past.objects].some(([old]) => old === id),
    );
    for (const name of [...groupNames, ...objectNames])
      if (objects.filter(([, one]) => one.name.startsWith(name)).length > 1)
        throw this.violation(`${name} is created twice`);
  }

  /** Throws if the state lacks an existing object whose creation Peridio has confirmed. */
  #checkCreated(present: Snapshot): void {
    const held = new Set([...this.engine.state.values()].map(({ id }) => toUuid(id)));
    for (const { isOk, before, after } of this.proxy.writes) {
      const known = new Set([before.groups, before.objects, before.secrets].flatMap((all) => [...all.keys()]));
      const created = [...after.groups, ...after.objects, ...after.secrets].filter(([id]) => !known.has(id));
      for (const [id, { name }] of created)
        if (isOk && exists(present, id) && !held.has(id)) throw this.violation(`the state lacks ${name}`);
    }
  }

  /** Throws unless exactly the expected objects exist. */
  #compare(past: Snapshot, expected: Snapshot, present: Snapshot): void {
    const [desired, actual] = [describeSnapshot(expected, past), describeSnapshot(present, past)];
    const differences = [...subtract(desired, actual, "missing"), ...subtract(actual, desired, "unexpected")];
    if (differences.length > 0) throw this.violation(`after \`up\`: ${differences.join("; ")}`);
  }

  /** Throws if `up` changes something. */
  async #expectNoChange(engine: Engine, what: string, allowsUpdates = false): Promise<void> {
    const steps = await this.#succeed(what, () => engine.up(toProgram(withoutDangling(this.declarations))));
    this.#logUp([], steps, undefined);
    const changes = steps.filter(({ op }) => op !== "same" && !(allowsUpdates && op === "update"));
    if (changes.length > 0 || this.proxy.writes.length > 0) throw this.violation(`${what} changes something`);
  }

  /** Throws if the program changes something after an import of all its objects into an empty stack. */
  async #checkImport(): Promise<void> {
    const { secrets, ...rest } = this.declarations;
    this.declarations = { ...rest, secrets: withoutRotation(secrets) };
    const declarations = withoutDangling(this.declarations);
    if (!isImportable(this.snapshot, declarations, this.engine.state)) return;
    const engine = this.createEngine();
    await this.#succeed("the import", () => this.#importAll(engine, declarations));
    this.record("import everything into another stack");
    // An import cannot know who is declared, and what the program does not manage.
    await this.#expectNoChange(engine, "an `up` after an import", true);
    await this.#expectNoChange(engine, "a second `up` after an import");
  }

  async #importAll(engine: Engine, declarations: Declarations): Promise<readonly Step[]> {
    await engine.import("dev", "Organization", organizationName);
    for (const [name, { type, id }] of this.engine.state) {
      if (type === "Organization") continue;
      const object = this.snapshot.groups.get(toUuid(id)) ?? this.snapshot.objects.get(toUuid(id));
      const cohort = declarations.objects[cohortName];
      const project = name === cohortName && cohort ? this.engine.state.get(cohort.project)?.outputs.name : undefined;
      const path = type === "Membership" ? address(name) : (object?.name ?? toUuid(id));
      await engine.import(
        name,
        type,
        [organizationName, ...(typeof project === "string" ? [project] : []), path].join("/"),
      );
    }
    return [];
  }

  /** Runs an operation that must not fail. */
  async #succeed(what: string, operation: () => Promise<readonly Step[]>): Promise<readonly Step[]> {
    const result = await this.operate([], operation);
    if ("failure" in result) throw this.violation(`${what} fails: ${result.failure}`);
    return result.steps;
  }
}

/** Returns the lines that the other list lacks. Equal lines count. */
function subtract(lines: readonly string[], others: readonly string[], problem: string): readonly string[] {
  const left = [...others];
  return lines.flatMap((line) => {
    const index = left.indexOf(line);
    if (index !== -1) left.splice(index, 1);
    return index === -1 ? [`${problem}: ${line}`] : [];
  });
}

/** Reports whether a group, project, cohort or object with a secret exists. */
function exists({ groups, objects, secrets }: Snapshot, id: string): boolean {
  return [groups, objects, secrets].some((all) => all.has(toUuid(id)));
}

/** Reports whether an `up` failed because the response to the creation of an object with a secret was lost. */
function isSecretInDoubt(failure: string, writes: readonly Write<Snapshot>[]): boolean {
  const isBroken = writes.some(
    ({ method, path, isOk }) => method === "POST" && /(api-tokens|webhooks|claim_tokens)$/.test(path) && !isOk,
  );
  return isBroken && failure.includes("whose secret is lost");
}

/** Describes a write and its effects. */
function describeWrite({ method, path, before, after }: Write<Snapshot>): string {
  const [then, now] = [describeSnapshot(before), describeSnapshot(after)];
  return [
    `    ${method} ${path.replace(/[0-9a-f-]{36}/g, (id) => id.slice(0, 4))}`,
    ...then.filter((line) => !now.includes(line)).map((line) => `      - ${line}`),
    ...now.filter((line) => !then.includes(line)).map((line) => `      + ${line}`),
  ].join("\n");
}

/** Reports whether an `up` removed people from the organization although other resources declare them. Their states do not show this. */
function removesDeclaredPeople(declarations: Declarations, entries: readonly Entry[]): boolean {
  const removed = entries.filter(
    ([name, { type }]) => type === "Membership" && !Object.hasOwn(declarations.memberships, name),
  );
  return removed.some(([name]) => [...listDeclaredPeople(declarations)].some(([, person]) => person === name));
}

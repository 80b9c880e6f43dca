import assert from "node:assert/strict";
import { isRecord, isSameValue } from "../../values";
import { Engine } from "../engine";
import { type Course, type Declared, type Program, type Running, type Step, unknown } from "../program";
import { type Exchange, type Fault, Proxy } from "./proxy";
import type { ResourceCheck, Subject } from "./subject";

/** A check of a provider. */
export interface Check {
  /** The behaviour of the provider, as the rest of a sentence. */
  readonly name: string;
  /** Rejects with the reason if the provider does something else. */
  readonly run: () => Promise<void>;
}

/**
 * Returns the checks that every provider has to pass. `begin` starts a service, or returns one that several checks share: each check
 * destroys what it made. With Jest: `test.each(listChecks(begin))("$name", ({ run }) => run())`.
 */
export function listChecks(begin: () => Subject | Promise<Subject>): readonly Check[] {
  return Object.entries(checks).map(([name, check]) => ({
    name,
    run: async () => {
      const subject = await begin();
      const trial = await Trial.begin(subject);
      try {
        await check(trial, subject);
        trial.proxy.disturb = () => undefined;
        await trial.engine.destroy();
      } finally {
        await trial.end();
        await subject.end?.();
      }
    },
  }));
}

const checks: Readonly<Record<string, (trial: Trial, subject: Subject) => Promise<void>>> = {
  "writes nothing in a preview": async (trial, { program, changed }) => {
    await trial.expectNoWrite("The preview of creations", () => trial.engine.preview(program));
    await trial.countWrites(program);
    await trial.expectNoWrite("The preview of changes", () => trial.engine.preview(changed));
    await trial.expectNoWrite("The preview of deletions", () => trial.engine.preview({}));
  },

  "does nothing in a second update": async (trial, { program, changed }) => {
    for (const one of [program, changed, program]) {
      await trial.engine.up(one);
      await trial.expectNoWrite("The second update", async () => {
        rejectChanges("The second update", await trial.engine.up(one));
      });
    }
  },

  "shows no change in a refresh without drift": async (trial, { program }) => {
    await trial.engine.up(program);
    await trial.expectNoWrite("The refresh", async () => {
      rejectChanges("The refresh", await trial.engine.refresh());
    });
    rejectChanges("The preview after a refresh", await trial.engine.preview(program));
  },

  "shows no change after an import": async (trial, subject) => {
    const { program, importId } = subject;
    const isLeftOut = findExceptions(subject, "shows no change after an import");
    await trial.engine.up(program);
    const importing = trial.start();
    const declared = new Map(Object.entries(program));
    for (const [name, kept] of trial.engine.state) {
      importing.state.set(name, kept);
      if (isLeftOut(name)) continue;
      const inputs = await importing.import(name, kept.type, importId?.(name, kept.id) ?? kept.id);
      declared.set(name, { type: kept.type, inputs: () => inputs });
    }
    rejectChanges("The preview after an import", await importing.preview(Object.fromEntries(declared)));
  },

  "accepts unknown values for each input": async (trial, { program }) => {
    const variants = listVariants(program);
    const previewAll = async (state: string) => {
      for (const { what, program: variant } of variants)
        await trial.expectNoWrite(`The preview ${state} with an unknown ${what}`, () => trial.engine.preview(variant));
    };
    await previewAll("of a creation");
    await trial.engine.up(program);
    await previewAll("of a change");
  },

  "previews the outputs of an update": async ({ engine }, { program, changed }) => {
    await engine.up(program);
    await engine.preview(changed);
    const planned = [...engine.planned];
    await engine.up(changed);
    for (const [name, outputs] of planned) {
      const after = engine.state.get(name)?.outputs ?? {};
      const wrong = Object.keys({ ...outputs, ...after }).find(
        (output) =>
          !JSON.stringify(outputs[output] ?? null).includes(unknown) && !isSameValue(outputs[output], after[output]),
      );
      assert(
        wrong === undefined,
        `The preview shows ${wrong ?? ""} of ${name} with another value than the update returns. Name ${wrong ?? ""} in \`unknown\` of \`plan\`.`,
      );
    }
  },

  "repeats no write whose answer was lost": async (trial, subject) => {
    const { program, changed } = subject;
    const isLeftOut = findExceptions(subject, "repeats no write whose answer was lost");
    let current = "";
    const calling = (_: string, name: string) => {
      current = name;
      return () => undefined;
    };
    const writes = [await trial.countWrites(program), await trial.countWrites(changed)] as const;
    await trial.engine.destroy();
    for (const [step, count] of writes.entries()) {
      for (let lost = 0; lost < count; lost += 1) {
        if (step === 1) await trial.engine.up(program);
        const goal = step === 0 ? program : changed;
        trial.proxy.exchanges.length = 0;
        trial.disturbWrite(lost, "lose", () => isLeftOut(current));
        await trial.engine.up(goal, { ...goOn, calling }).catch(() => undefined);
        trial.proxy.disturb = () => undefined;
        await trial.engine.up(goal);
        trial.rejectRepetitions();
        rejectChanges(`After the lost answer to write ${lost + 1}, a third update`, await trial.engine.preview(goal));
        await trial.engine.destroy();
      }
    }
  },

  "deletes an object that is gone": async (trial, subject) => {
    const isLeftOut = findExceptions(subject, "deletes an object that is gone");
    await trial.engine.up(subject.program);
    const again = trial.start();
    for (const [name, kept] of trial.engine.state) again.state.set(name, kept);
    for (const name of [...trial.engine.state.keys()].reverse()) {
      await trial.engine.destroy({ only: [name] });
      if (isLeftOut(name)) again.state.delete(name);
      else await again.destroy({ only: [name] });
      assert(!again.state.has(name), `The state keeps ${name}, which is gone.`);
    }
  },

  "keeps an object whose deletion had no effect": async (trial, subject) => {
    const isLeftOut = findExceptions(subject, "keeps an object whose deletion had no effect");
    await trial.countWrites(subject.program);
    trial.proxy.disturb = (exchange) => (trial.isWrite(exchange) ? "acknowledge" : undefined);
    for (const name of [...trial.engine.state.keys()].reverse().filter((one) => !isLeftOut(one))) {
      const kept = trial.getEntry(name);
      await trial.engine.destroy({ only: [name] }).catch(() => undefined);
      const isKept = trial.engine.state.has(name);
      trial.engine.state.set(name, kept);
      assert(isKept, `The service acknowledged the deletion of ${name} without an effect, and the state lost it.`);
    }
  },

  "ends an update when the user cancels it": async (trial, { program, endsWithin = 30 }) => {
    await trial.countWrites(program);
    await trial.engine.destroy();
    trial.disturbWrite(0, "hang");
    let late: NodeJS.Timeout | undefined;
    const isLate = new Promise<boolean>((resolve) => {
      const started = async ({ cancel }: Running) => {
        await trial.seen("hang");
        late = setTimeout(resolve, endsWithin * 1000, true);
        await cancel();
      };
      trial.engine.up(program, { started }).then(
        () => {
          resolve(false);
        },
        () => {
          resolve(false);
        },
      );
    });
    assert(!(await isLate), `The update still waits for an answer ${endsWithin} seconds after it was cancelled.`);
    clearTimeout(late);
    trial.proxy.disturb = () => undefined;
    await trial.engine.up(program);
    rejectChanges("After a cancelled update, a second update", await trial.engine.up(program));
  },

  "shows no secret": async (trial, { program, changed }) => {
    const secrets = new Set([program, changed].flatMap(listSecrets).flatMap(encode));
    const texts: string[] = [];
    const attempt = async (operation: Promise<unknown>) => {
      await operation.catch((error: unknown) => texts.push(error instanceof Error ? error.message : String(error)));
      texts.push(...trial.engine.warnings, ...trial.engine.information);
      for (const { outputs } of trial.engine.state.values()) texts.push(JSON.stringify(hideSecrets(outputs)));
      for (const { inputs } of trial.engine.state.values()) texts.push(JSON.stringify(hideSecrets(inputs)));
    };
    const writes = await trial.countWrites(program);
    await attempt(trial.engine.refresh());
    for (const goal of [changed, program]) {
      trial.proxy.disturb = (exchange) => (trial.isWrite(exchange) ? "echo" : undefined);
      await attempt(trial.engine.up(goal, goOn));
      trial.proxy.disturb = () => undefined;
      await attempt(trial.engine.up(goal));
    }
    await attempt(trial.engine.destroy());
    for (let echoed = 0; echoed < writes; echoed += 1) {
      trial.disturbWrite(echoed, "echo");
      await attempt(trial.engine.up(program, goOn));
    }
    for (const secret of secrets) {
      const shown = texts.find((text) => text.includes(secret) || decode(text).includes(secret));
      assert(shown === undefined, `A message or the state shows a secret: ${shown?.replaceAll(secret, "…") ?? ""}`);
    }
  },
};

/** Returns true for the resources that a check leaves out. */
function findExceptions({ exceptions = {} }: Subject, check: ResourceCheck): (name: string) => boolean {
  return (name) => exceptions[check]?.[name] !== undefined;
}

/** Resources that do not depend on a failed one continue, as with `--continue-on-error`. */
const goOn: Course = { goOn: true };

/** A provider behind a proxy, with the state of a stack. */
class Trial {
  readonly engine: Engine;

  private constructor(
    readonly proxy: Proxy,
    private readonly subject: Subject,
  ) {
    this.engine = this.start();
  }

  static async begin(subject: Subject): Promise<Trial> {
    return new Trial(await Proxy.begin(subject.url), subject);
  }

  /** Returns another stack with the same provider. */
  start(): Engine {
    const { environment = {}, configure } = this.subject;
    return new Engine(this.subject, environment, configure(this.proxy.url));
  }

  /** Destroys what a failed check left. */
  async end(): Promise<void> {
    this.proxy.disturb = () => undefined;
    await this.engine.destroy().catch(() => undefined);
    await this.proxy.end();
  }

  isWrite(exchange: Exchange): boolean {
    const isRead = ["GET", "HEAD", "OPTIONS"].includes(exchange.method);
    return this.subject.isWrite?.(exchange) ?? !isRead;
  }

  getEntry(name: string) {
    const entry = this.engine.state.get(name);
    assert(entry !== undefined, `The state lost ${name}.`);
    return entry;
  }

  /** Runs an update. Returns the number of its writes. Without a write, a check that disturbs writes would prove nothing. */
  async countWrites(program: Program): Promise<number> {
    const before = this.#listWrites().length;
    await this.engine.up(program);
    const count = this.#listWrites().length - before;
    assert(
      count > 0,
      "The update sent no write. Send its requests to the address in `configure`, and correct `isWrite`.",
    );
    return count;
  }

  /** Disturbs one write, by its number among those that follow, unless it is left out. */
  disturbWrite(number: number, fault: Fault, isLeftOut: () => boolean = () => false): void {
    let count = 0;
    this.proxy.disturb = (exchange) => {
      if (!this.isWrite(exchange)) return undefined;
      count += 1;
      return count === number + 1 && !isLeftOut() ? fault : undefined;
    };
  }

  /** Waits until the proxy chooses a fault. */
  async seen(fault: Fault): Promise<void> {
    const { disturb } = this.proxy;
    await new Promise<void>((resolve) => {
      this.proxy.disturb = (exchange) => {
        const chosen = disturb(exchange);
        if (chosen === fault) resolve();
        return chosen;
      };
    });
  }

  async expectNoWrite(what: string, operation: () => Promise<unknown>): Promise<void> {
    const before = this.#listWrites().length;
    await operation();
    const [write] = this.#listWrites().slice(before);
    assert(write === undefined, `${what} sent ${write?.method ?? ""} ${write?.path ?? ""}.`);
  }

  /**
   * Rejects a creation that took effect twice, unless a deletion ended the first object, whose token was lost. The other methods of HTTP have
   * the same effect if they are repeated.
   */
  rejectRepetitions(): void {
    const created = new Set<string>();
    for (const { method, path, body, status = 0 } of this.#listWrites()) {
      if (status < 200 || status >= 300) continue;
      const creation = `${path} ${body}`;
      if (method === "DELETE") {
        for (const one of created) if (path.startsWith(`${one.split(/[? ]/, 1).join("")}/`)) created.delete(one);
      } else if (method === "POST") {
        assert(!created.has(creation), `After a lost answer, the provider sent ${method} ${path} again.`);
        created.add(creation);
      }
    }
  }

  #listWrites(): readonly Exchange[] {
    return this.proxy.exchanges.filter((exchange) => this.isWrite(exchange));
  }
}

function rejectChanges(what: string, steps: readonly Step[]): void {
  const changes = steps.filter(({ op }) => op !== "same");
  const words = changes.map(({ op, name, diff = {} }) => `${op} ${name} (${Object.keys(diff).join(", ")})`);
  assert(changes.length === 0, `${what} changes objects: ${words.join("; ")}.`);
}

interface Variant {
  /** The unknown value, as the rest of a sentence. */
  readonly what: string;
  readonly program: Program;
}

/** Returns programs with one unknown value each. */
function listVariants(program: Program): readonly Variant[] {
  return Object.entries(program).flatMap(([name, declared]) => {
    const paths = listPaths(declared.inputs(() => unknown));
    return paths.map((path): Variant => {
      const [key = "", ...rest] = path;
      const inputs: Declared["inputs"] = (id) => {
        const known = declared.inputs(id);
        return { ...known, [key]: replaceAt(known[key], rest) ?? null };
      };
      return { what: `${name}.${path.join(".")}`, program: { ...program, [name]: { ...declared, inputs } } };
    });
  });
}

/** The mark of secrets, assets and other special values in messages (Pulumi protocol). */
const special = "4dabf18193072939515e22adb298388d";

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function listPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const own = path.length === 0 || value === unknown ? [] : [path];
  if (isList(value)) return [...own, ...value.flatMap((item, index) => listPaths(item, [...path, String(index)]))];
  if (!isRecord(value) || special in value) return own;
  return [...own, ...Object.entries(value).flatMap(([key, item]) => listPaths(item, [...path, key]))];
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return unknown;
  if (isList(value)) return value.map((item, index) => (String(index) === key ? replaceAt(item, rest) : item));
  return isRecord(value) ? { ...value, [key]: replaceAt(value[key], rest) } : value;
}

/** Lists the texts in the secrets of a program. */
function listSecrets(program: Program): readonly string[] {
  const find = (value: unknown, isSecret: boolean): readonly string[] => {
    if (typeof value === "string") return isSecret && value !== unknown ? [value] : [];
    if (isList(value)) return value.flatMap((item) => find(item, isSecret));
    if (!isRecord(value)) return [];
    return special in value ? find(value.value, true) : Object.values(value).flatMap((item) => find(item, isSecret));
  };
  return Object.values(program).flatMap(({ inputs }) =>
    find(
      inputs(() => unknown),
      false,
    ),
  );
}

/** Returns the forms in which a message can show a secret, beside base64. */
function encode(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}

/** Decodes the parts of a text that may be base64. */
function decode(text: string): string {
  return (text.match(/[\w+/-]+/g) ?? []).map((part) => Buffer.from(part, "base64").toString()).join(" ");
}

/** Leaves out the values that the engine encrypts. */
function hideSecrets(value: unknown): unknown {
  if (isList(value)) return value.map(hideSecrets);
  if (!isRecord(value)) return value;
  if (special in value) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideSecrets(item)]));
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { isRecord, type Values } from "#framework";
import { insertIds, omitAbsent } from "#framework/definitions";
import { secret } from "#framework/testing";
import { Emulator, serve } from "#emulator";
import { composeLayout, parseLayout } from "#layout";
import type { BackendName } from "#provider";
import { Engine, type Kept, type Wire } from "#provider/testing";
import type { FindingKind } from "../../src/audit/kinds";
import { auditReport } from "../../src/audit/report";
import { AccessPack } from "../../src/policyPack/pack";
import { run } from "../../src/program";
import { review } from "../../src/review/review";
import { otherStacks } from "../../src/rules/rule";
import { testReport } from "../../src/rules/tests/report";
import { validation } from "../../src/validation/report";
import { apply } from "./company";
import { document, type Printed, type PrintedStep, unknownText, urn } from "./document";
import { fakeTerminal } from "./terminal";

/**
 * The places that judge access rules and tests of access. The provider brings a layout into the emulator, and changes it. From this follow
 * the preview, the resources that the engine shows a policy pack, and the live organizations.
 */

const apiKey = "key-of-ada";
const now = new Date("2027-01-31T08:00:00Z");

const values = z.record(z.string(), z.json());

/** The schema of a change of the organization acme, which ada@acme.example owns. `fixtures/verdicts.yaml` explains the keys. */
export const change = z.strictObject({
  api: z.enum(["admin-v2", "connect"]).default("admin-v2"),
  base: values.default({}),
  layout: values.default({}),
  /** By type and name, such as `Webhook::alerts`. `cohort: gateway/canary` stands for the id of this cohort. */
  given: z.record(z.string(), values).optional(),
  added: z.record(z.string(), values).optional(),
  endpoint: z.string().optional(),
});

type Change = z.output<typeof change>;

const bases: Readonly<Record<BackendName, Values>> = {
  "admin-v2": {
    organizations: { acme: { owner: "ada@acme.example", displayName: "Acme" } },
    people: { "ada@acme.example": { acme: "admin" } },
  },
  connect: { organizations: { acme: {} }, people: { "ada@acme.example": { acme: "owner" } } },
};

/** The places. `write` stands for the policy pack before the write of one resource, and `engine` for the pack at the end of the update. */
export const placeNames = [
  "review",
  "plan",
  "engine",
  "write",
  "audit",
  "validate",
  "test",
  "testPreview",
  "testLive",
] as const;

export type Place = (typeof placeNames)[number];

/** The sentences of a place about each broken rule or failed test, sorted. */
export type Findings = Readonly<Record<string, readonly string[]>>;

interface Resource {
  /** The type and the name, such as `Organization::acme`. */
  readonly key: string;
  readonly isProtected: boolean;
  readonly fill: (getId: (key: string) => string) => Wire;
}

type Side = "before" | "after";

/** A stack before or after the change. */
interface Stack {
  readonly layout: Values;
  readonly resources: readonly Resource[];
}

const getType = (key: string) => key.split("::")[0] ?? "";

function compose(layout: Values, objects: Change["given"] = {}): Stack {
  const sources = [{ file: "layout.yaml", text: JSON.stringify(layout) }];
  const parsed = parseLayout(sources, { now, version: "0.1.0" });
  const getKey = ({ type, name }: { readonly type: string; readonly name: string }) =>
    `${type.split(":").at(-1) ?? ""}::${name}`;
  const children = composeLayout(parsed).children.map((child): Resource => {
    const fill = (getId: (key: string) => string) =>
      values.parse(JSON.parse(JSON.stringify(insertIds(child.inputs, (other) => getId(getKey(other))))));
    return { key: getKey(child), isProtected: child.protect === true, fill };
  });
  const others = Object.entries(objects).map(([key, object]): Resource => {
    const { cohort, ...own } = object;
    const fill = (getId: (key: string) => string) => ({
      ...(getType(key) === "Organization" ? {} : { organizationId: getId("Organization::acme") }),
      ...(typeof cohort === "string" && { cohortId: getId(`Cohort::acme/${cohort}`) }),
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, readSecret(value)])),
    });
    return { key, isProtected: false, fill };
  });
  return { layout, resources: [...children, ...others] };
}

function findDependencies({ fill }: Resource): Readonly<Record<string, readonly string[]>> {
  const found = Object.entries(fill((key) => `<${key}>`)).map(([property, value]) => {
    const keys = [...JSON.stringify(value).matchAll(/<(\w+::[^">]+)>/g)].map(([, key = ""]) => key);
    return [property, keys] as const;
  });
  return Object.fromEntries(found.filter(([, keys]) => keys.length > 0));
}

/** Returns the secret that a text of the table means. */
function readSecret(value: Wire[string]): Wire[string] {
  const text = typeof value === "string" ? /^\[secret\] (.*)$/.exec(value)?.[1] : undefined;
  return text === undefined ? value : secret(text);
}

const secretMark = "4dabf18193072939515e22adb298388d";

/** Returns values as Pulumi prints them, without secrets. */
function hideSecrets(values: Values): Values {
  const hide = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(hide)
      : !isRecord(value)
        ? value
        : secretMark in value
          ? "[secret]"
          : hideSecrets(value);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hide(value)]));
}

const providerName = "pulumi:providers:peridio::default";

/** A change, and the places that judge it. They write files into `folder`. */
export class Places {
  private constructor(
    private readonly folder: string,
    private readonly change: Change,
    private readonly stacks: Readonly<Record<Side, Stack>>,
    /** The state of the stack before and after the update. */
    private readonly states: Readonly<Record<Side, ReadonlyMap<string, Kept>>>,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Applies the declarations before the change, whose people accept their invitations, and then those after it. */
  static async use(folder: string, change: Change, judge: (places: Places) => Promise<void>): Promise<void> {
    const { api, given, added } = change;
    const declared = apply(bases[api], change.base);
    const before = compose(declared, given);
    const after = compose(apply(declared, change.layout), { ...given, ...added });
    const emulator = new Emulator({ apiKey, now: () => now });
    // Avocado Connect cannot create organizations.
    if (api === "connect") await emulator.control.createOrganization("acme");
    const server = await serve(emulator, { port: 0 });
    const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: server.url };
    try {
      const engine = new Engine(environment, { backend: api, runnerCidrs: ["127.0.0.1/32"], maxRetries: "1" });
      const update = async ({ resources }: Stack): Promise<ReadonlyMap<string, Kept>> => {
        const program = resources.map(({ key, fill }) => [key, { type: getType(key), inputs: fill }] as const);
        await engine.up(Object.fromEntries(program));
        return new Map(engine.state);
      };
      await update(before);
      for (const { name, invitations } of emulator.state.organizations)
        for (const { email } of invitations) emulator.control.accept(email, name);
      const states = { before: await update(before), after: await update(after) };
      await judge(new Places(folder, change, { before, after }, states, environment));
    } finally {
      await server.close();
    }
  }

  /** Returns what each place finds that judges rules. A plan sees no objects and no endpoint. */
  async judgeRules(rules: readonly string[]): Promise<Partial<Record<Place, Findings>>> {
    const file = this.#writeEntries("rules", rules);
    const { given, added, endpoint } = this.change;
    return {
      ...([given, added, endpoint].every((one) => one === undefined) && { plan: await this.#plan(file) }),
      review: await this.#review(file),
      engine: this.#judgeStack(file),
      write: this.#judgeResources(file),
      audit: await this.#audit(file, "brokenRule"),
    };
  }

  /** Returns what each place finds that judges tests of access. */
  async judgeTests(tests: readonly string[]): Promise<Partial<Record<Place, Findings>>> {
    const file = this.#writeEntries("tests", tests);
    const layout = this.#writeLayout("after");
    return {
      plan: await this.#plan(file),
      review: await this.#review(file),
      engine: this.#judgeStack(file),
      audit: await this.#audit(file, "failedTest"),
      validate: await this.#validate(file, layout),
      test: await this.#test(file, "--layout", layout),
      testPreview: await this.#test(file, "--preview", this.#writePreview()),
      testLive: await this.#test(file, "--backend", this.change.api),
    };
  }

  /** Writes a file with entries that are their own names. */
  #writeEntries(key: "rules" | "tests", entries: readonly string[]): string {
    const lines = entries.map((entry) => `  ${JSON.stringify(entry)}: { ${entry} }\n`);
    return this.#write("access-rules.yaml", `${key}:\n${lines.join("")}`);
  }

  #review(file: string): Promise<Findings> {
    return this.#compare(file, "review", this.#writePreview());
  }

  #plan(file: string): Promise<Findings> {
    const base = this.#writeLayout("before");
    return this.#compare(file, "plan", this.#writeLayout("after"), "--base", base, "--backend", this.change.api);
  }

  async #compare(file: string, ...args: readonly string[]): Promise<Findings> {
    const { violations } = review.parse(await this.#run(...args, "--rules", file));
    return group(violations.map(({ rule, message, before }) => [rule, `${before ? "(before) " : ""}${message}`]));
  }

  /** Returns the findings of an audit, and the reasons why it does not judge a rule. */
  async #audit(file: string, kind: FindingKind): Promise<Findings> {
    const args = ["--rules", file, "--kind", kind, "--backend", this.change.api];
    const { findings, gaps } = auditReport.parse(await this.#run("audit", ...args));
    return group(
      [...findings, ...gaps].map(({ sentence }) => {
        const [, name = "", words = ""] =
          /(?:rule|test) ("(?:[^"\\]|\\.)*")(?: in .+? (?:is broken|fails))?: (.*)$/.exec(sentence) ?? [];
        return [z.string().parse(JSON.parse(name)), words];
      }),
    );
  }

  async #validate(file: string, layout: string): Promise<Findings> {
    const { mistakes } = validation.parse(
      await this.#run("validate", layout, "--rules", file, "--backend", this.change.api),
    );
    return group(
      mistakes.map(({ message }) => {
        const [, name = "", words = ""] = /^tests\[("(?:[^"\\]|\\.)*")\] fails: (.*)$/.exec(message) ?? [];
        return [z.string().parse(JSON.parse(name)), words];
      }),
    );
  }

  async #test(file: string, ...source: readonly string[]): Promise<Findings> {
    const { tests } = testReport.parse(await this.#run("test", file, ...source));
    return group(tests.flatMap(({ name, failures }) => failures.map(({ message }) => [name, message] as const)));
  }

  /** Returns what the policy pack reports at the end of the update. Advice begins with `(shown) `. */
  #judgeStack(file: string): Findings {
    const [pack, resources] = [this.#createPack(file), this.#listResources()];
    for (const { declared } of resources) pack.analyze(declared);
    const found = pack.analyzeStack(resources.map(({ present }) => present));
    return group(
      found
        .filter(({ policy }) => policy !== otherStacks)
        .map(({ policy, message, effect }) => [policy, `${effect === "mandatory" ? "" : "(shown) "}${message}`]),
    );
  }

  /** Returns the rules that stop the update before the write of a resource. */
  #judgeResources(file: string): Findings {
    const pack = this.#createPack(file);
    const found = this.#listResources().flatMap(({ declared }) => pack.analyze(declared));
    return group(found.map(({ policy }) => [policy, "stops"]));
  }

  #createPack(file: string): AccessPack {
    const pack = new AccessPack({ folder: this.folder, environment: { PERIDIO_RULES: file }, now });
    pack.configureStack({ stack: "acme/dev", isPreview: false, configuration: this.#configure() });
    return pack;
  }

  /** Returns the resources of the update, as the engine shows them to a policy pack. */
  #listResources() {
    const state = this.states.after;
    const { api, endpoint } = this.change;
    const provider = { urn: urn(providerName), inputs: omitAbsent({ backend: api, endpoint }) };
    return this.stacks.after.resources.map((resource) => {
      const { key, fill, isProtected } = resource;
      const common = { urn: urn(key), isProtected, ignoredChanges: [], provider };
      const dependencies = Object.fromEntries(
        Object.entries(findDependencies(resource)).map(([property, keys]) => [property, keys.map((one) => urn(one))]),
      );
      return {
        declared: { ...common, values: hideSecrets(fill((one) => state.get(one)?.id ?? unknownText)) },
        present: { ...common, values: hideSecrets(state.get(key)?.outputs ?? {}), dependencies },
      };
    });
  }

  #writePreview(): string {
    const state = this.states.before;
    const list = (side: Side) => new Map(this.stacks[side].resources.map((one) => [one.key, one]));
    const [before, after] = [list("before"), list("after")];
    const fill = (one: Resource) => hideSecrets(one.fill((key) => state.get(key)?.id ?? unknownText));
    const describe = (one: Resource, kept?: Kept): Printed => ({
      ...(kept && { id: kept.id, outputs: hideSecrets(kept.outputs) }),
      inputs: fill(one),
      provider: `${urn(providerName)}::id`,
      dependsOn: findDependencies(one),
      protect: one.isProtected,
    });
    const steps = [...new Set([...before.keys(), ...after.keys()])].map((name): PrintedStep => {
      const [old, next] = [before.get(name), after.get(name)];
      const isSame = old && next && isDeepStrictEqual(fill(old), fill(next));
      const op = old === undefined ? "create" : next === undefined ? "delete" : isSame === true ? "same" : "update";
      return { op, name, before: old && describe(old, state.get(name)), after: next && describe(next) };
    });
    return this.#write("preview.json", document(steps, { more: { config: this.#configure() } }));
  }

  #configure(): Values {
    const { api, endpoint } = this.change;
    return omitAbsent({ "peridio:backend": api, "peridio:endpoint": endpoint });
  }

  #writeLayout(side: Side): string {
    return this.#write(`${side}.yaml`, JSON.stringify(this.stacks[side].layout));
  }

  #write(file: string, text: string): string {
    const path = join(this.folder, file);
    writeFileSync(path, text);
    return path;
  }

  async #run(...args: readonly string[]): Promise<unknown> {
    const terminal = fakeTerminal({ folder: this.folder, environment: this.environment, now });
    await run([...args, "--json"], terminal);
    if (terminal.printed() === "") throw new Error(terminal.said());
    return JSON.parse(terminal.printed());
  }
}

function group(found: readonly (readonly [name: string, sentence: string])[]): Findings {
  const names = [...new Set(found.map(([name]) => name))];
  const list = (name: string) => found.flatMap(([one, sentence]) => (one === name ? sentence : []));
  return Object.fromEntries(names.map((name) => [name, [...new Set(list(name))].sort()]));
}

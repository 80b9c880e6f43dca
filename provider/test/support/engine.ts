import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ClientReadableStream,
  credentials,
  type Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
} from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Provider, serve } from "#framework/plugin";
import { provider } from "../../src/provider";

/** Properties as they travel: plain JSON, with Pulumi's marks for unknowns and secrets. */
export type Wire = Readonly<Record<string, JavaScriptValue>>;

/** The mark of a value that a preview does not know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret value. */
export const secret = (value: JavaScriptValue): JavaScriptValue => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** A resource of a program. Inputs may depend on what exists by then; `id("dev")` is unknown while there is no `dev`. */
export interface Declared {
  readonly type:
    "Organization" | "Membership" | "OrganizationMembers" | "OrganizationOwner" | "SecurityPolicy" | "BillingSettings";
  readonly inputs: (id: (name: string) => string) => Wire;
  readonly ignoreChanges?: readonly string[];
  /** Seconds, as `customTimeouts` give them. */
  readonly timeout?: number;
}

/** A program: resources by name, those that others depend on first. */
export type Program = Readonly<Record<string, Declared>>;

/** An operation of the engine, as its output shows it. */
export interface Step {
  readonly op: "create" | "update" | "replace" | "same" | "delete" | "refresh" | "gone";
  readonly name: string;
  /** Kinds by property. */
  readonly diff?: Readonly<Record<string, string>>;
}

/** An entry of the state. */
export interface Kept {
  readonly type: string;
  readonly id: string;
  readonly inputs: Wire;
  readonly outputs: Wire;
  readonly look: boolean;
  /** Its last operation was done in part: the next `up` updates it, whatever Diff says. */
  readonly failed?: true;
}

type Unary<Request, Response> = (
  request: Request,
  done: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** The methods of a provider that the engine calls. */
export interface Calls {
  readonly checkConfig: Unary<pb.CheckRequest, pb.CheckResponse>;
  readonly configure: Unary<pb.ConfigureRequest, pb.ConfigureResponse>;
  readonly cancel: Unary<Empty, Empty>;
  readonly check: Unary<pb.CheckRequest, pb.CheckResponse>;
  readonly diff: Unary<pb.DiffRequest, pb.DiffResponse>;
  readonly create: Unary<pb.CreateRequest, pb.CreateResponse>;
  readonly read: Unary<pb.ReadRequest, pb.ReadResponse>;
  readonly update: Unary<pb.UpdateRequest, pb.UpdateResponse>;
  readonly delete: Unary<pb.DeleteRequest, Empty>;
  readonly list: (request: pb.ListRequest) => ClientReadableStream<pb.ListResponse>;
  readonly invoke: Unary<pb.InvokeRequest, pb.InvokeResponse>;
}

/** A provider that runs. */
export interface Plugin {
  readonly calls: Calls;
  /** Ends it at once, whatever it is doing. */
  readonly end: () => void;
}

/** Starts a provider; `tell` takes what it says to the user. */
export type Launch = (environment: Readonly<Record<string, string>>, tell: (text: string) => void) => Promise<Plugin>;

/** The means to disturb a running provider. */
export interface Running {
  /** Presses Ctrl-C. Resolves when the provider has received it. */
  readonly cancel: () => Promise<void>;
  readonly kill: () => void;
}

/** The course of an `up` or a destroy. */
export interface Course {
  /** Resources that are to be replaced whatever Diff says. */
  readonly replace?: readonly string[];
  /** Runs independent resources in parallel. */
  readonly parallel?: boolean;
  /** `--continue-on-error`: what does not depend on a failure is done all the same. */
  readonly goOn?: boolean;
  /** `--target` for all resources of the program: nothing else is registered or deleted. */
  readonly targeted?: boolean;
  /** `--refresh`, before a destroy. */
  readonly refresh?: boolean;
  /** Receives the means to disturb the provider at its start. The run ends after the returned promise. */
  readonly started?: (running: Running) => void | Promise<void>;
  /** Called when a resource of the program has been checked, with success or without. */
  readonly checked?: (name: string) => void;
  /** Called when a resource is about to be created, updated or deleted, with its entry if it has one; returns what to call after that. */
  readonly calling?: (verb: "create" | "update" | "delete", name: string, type: string, entry?: Kept) => () => void;
}

const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

/**
 * Pulumi's engine in small: it calls a provider over gRPC in the order in which the real one does, starts a new provider
 * for every operation, and keeps the state. The end-to-end tests prove the same with the real engine, more slowly.
 */
export class Engine {
  /** The state by resource name. */
  readonly state = new Map<string, Kept>();
  /** Entries that have been replaced and are still to be deleted, by resource name. */
  readonly doomed: [string, Kept][] = [];
  /** The messages of providers in the last operation. */
  readonly told: string[] = [];

  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly settings: Wire = {},
    private readonly launch: Launch = overGrpc,
  ) {}

  /** Returns the steps of a preview. */
  preview(program: Program): Promise<Step[]> {
    return this.#operate((session) => session.run(program, true));
  }

  /** `pulumi up` without its preview. */
  up(program: Program, course: Course = {}): Promise<Step[]> {
    return this.#take(course, (session) => session.run(program, false, course));
  }

  /** `pulumi refresh`: the resources that differ, or are gone. */
  refresh(): Promise<Step[]> {
    return this.#operate((session) => session.refresh());
  }

  /** `pulumi import`: the inputs that a program then has to declare. */
  import(name: string, type: Declared["type"], id: string): Promise<Wire> {
    return this.#operate((session) => session.import(name, type, id));
  }

  /** `pulumi destroy`. */
  destroy(course: Course = {}): Promise<Step[]> {
    return this.#take(course, (session) => session.destroy(course));
  }

  /** `pulumi do … list`: ids by page. */
  list(type: Declared["type"], query: Wire, pageSize = 0, limit = 0): Promise<string[][]> {
    return this.#operate((session) => session.list(type, query, pageSize, limit));
  }

  /** The same as people read it: names. */
  async listNames(type: Declared["type"], query: Wire): Promise<string[]> {
    const pages = await this.#operate((session) => session.list(type, query, 0, 0, (result) => result.getName()));
    return pages.flat();
  }

  /** Functions that a program calls, one after the other: their results. */
  invoke(...calls: readonly (readonly [name: string, args: Wire])[]): Promise<Wire[]> {
    return this.#operate(async (session) => {
      const results: Wire[] = [];
      for (const [name, args] of calls) results.push(await session.invoke(name, args));
      return results;
    });
  }

  /** Runs what may be cancelled or killed. */
  #take(course: Course, operation: (session: Session) => Promise<Step[]>): Promise<Step[]> {
    return this.#operate(async (session, kill) => {
      // A provider that has ended has nothing to cancel.
      const cancel = () => session.cancel().catch(() => undefined);
      const [steps] = await Promise.all([operation(session), course.started?.({ cancel, kill })]);
      return steps;
    });
  }

  /** Runs something with a fresh provider, whatever it is. */
  async #operate<Result>(operation: (session: Session, kill: () => void) => Promise<Result>): Promise<Result> {
    this.told.length = 0;
    const plugin = await this.launch(this.environment, (text) => this.told.push(text));
    try {
      const session = new Session(plugin.calls, this.state, this.doomed);
      await session.configure(this.settings);
      return await operation(session, plugin.end);
    } finally {
      plugin.end();
    }
  }
}

/** A service to which a provider tells things. Returns its address. */
async function listen(listener: Server, tell: (text: string) => void): Promise<string> {
  listener.addService(EngineService, {
    log: (call: { request: LogRequest }, callback: (error: null, answer: Empty) => void) => {
      if (call.request.getSeverity() > LogSeverity.DEBUG) tell(call.request.getMessage());
      callback(null, new Empty());
    },
  });
  return new Promise((resolve, reject) => {
    listener.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(`127.0.0.1:${port}`);
    });
  });
}

/** A provider that speaks gRPC over sockets, as the real one does. */
const overGrpc: Launch = async (environment, tell) => {
  // Each operation has its own home. The engine's address is not unique, because a free port may repeat.
  const home = mkdtempSync(join(tmpdir(), "peridio-lifecycle-"));
  const listener = new Server();
  const address = await listen(listener, tell);
  const served = await serve(new Provider(provider, { ...environment, PULUMI_HOME: home }, address));
  // A free port may come round again, and a shared connection would remember that its last provider is gone.
  const calls = new ResourceProviderClient(`127.0.0.1:${served.port}`, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  const end = () => {
    calls.close();
    served.close();
    listener.forceShutdown();
    rmSync(home, { recursive: true, force: true });
  };
  return { calls, end };
};

/** The works of an operation: one after the other or side by side, until one fails or all are done. */
class Works {
  readonly #begun: Promise<unknown>[] = [];
  #failed = false;

  constructor(private readonly course: Course) {}

  /** True if no further step may start. */
  get over(): boolean {
    return this.#failed && this.course.goOn !== true;
  }

  /** Decides on a work and begins it. Waits for its end if others depend on it, or all go one after the other. */
  async begin(decide: () => Promise<() => Promise<unknown>>, others = false): Promise<void> {
    const decided = decide();
    const done = decided.then((work) => work());
    this.#begun.push(done);
    done.catch(() => (this.#failed = true));
    const first = others || this.course.parallel !== true ? done : decided;
    await first.catch(() => undefined);
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#begun);
  }

  /** Waits until all steps have ended. Rejects with the failure of the first started step. */
  async end(): Promise<void> {
    await this.settled();
    await Promise.all(this.#begun);
  }
}

/** One provider process. */
export class Session {
  #calling: NonNullable<Course["calling"]> = () => () => undefined;
  /** The ids that a preview returns for objects that Create will adopt. */
  readonly #foreseen = new Map<string, string>();

  constructor(
    private readonly client: Calls,
    private readonly state: Map<string, Kept>,
    private readonly doomed: [string, Kept][],
  ) {}

  async configure(settings: Wire): Promise<void> {
    const checked = await this.#call<pb.CheckResponse>((done) =>
      this.client.checkConfig(new pb.CheckRequest().setNews(struct(settings)).setOlds(struct({})), done),
    );
    refuse(checked.getFailuresList());
    const request = new pb.ConfigureRequest().setArgs(checked.getInputs()).setAcceptsecrets(true);
    await this.#call((done) => this.client.configure(request, done));
  }

  async cancel(): Promise<void> {
    await this.#call<Empty>((done) => this.client.cancel(new Empty(), done));
  }

  async run(program: Program, preview: boolean, course: Course = {}): Promise<Step[]> {
    this.#calling = course.calling ?? this.#calling;
    const steps: Step[] = [];
    const planned = new Set<string>();
    this.#foreseen.clear();
    const id = (name: string) =>
      this.#foreseen.get(name) ?? (planned.has(name) ? unknown : (this.state.get(name)?.id ?? unknown));
    const works = new Works(course);
    for (const [name, declared] of Object.entries(program)) {
      if (works.over) break;
      const news = declared.inputs(id);
      // The engine skips resources that depend on a failed one.
      if (course.goOn === true && JSON.stringify(news).includes(unknown)) continue;
      const forced = course.replace?.includes(name) ?? false;
      const decide = async () => {
        const registered = this.#register(name, declared, news, preview, forced);
        const { step, apply } = await registered.finally(() => course.checked?.(name));
        steps.push(step);
        if (preview && (step.op === "create" || step.op === "replace")) planned.add(name);
        return apply;
      };
      await works.begin(decide, declared.type === "Organization");
    }
    await works.settled();
    if (works.over) await works.end();
    const removed = course.targeted === true ? [] : [...this.state.keys()].filter((name) => !(name in program));
    if (!preview) return [...steps, ...(await this.deleteAll(removed, works))];
    await works.end();
    const deleted = [...this.doomed.map(([name]) => name), ...removed];
    return [...steps, ...deleted.map((name) => ({ op: "delete", name }) as const)];
  }

  /** Decides what to do about a resource of the program. */
  async #register(name: string, declared: Declared, news: Wire, preview: boolean, forced: boolean) {
    let old = this.state.get(name);
    if (old?.look === true && !forced) {
      old = await this.#read(name, old);
      if (!preview && old === undefined) this.state.delete(name);
      if (!preview && old !== undefined) this.state.set(name, old);
    }
    const create = async (replaced?: Kept) => {
      const inputs = await this.#check(name, declared.type, {}, news);
      return () => this.#create(name, declared, inputs, preview, replaced);
    };
    if (old === undefined) return { step: { op: "create", name } as const, apply: await create() };
    if (forced) return { step: { op: "replace", name } as const, apply: await create(old) };
    const kept = old;
    const inputs = await this.#check(name, declared.type, kept.inputs, news);
    const { diff, replaces } = await this.#diff(name, kept, inputs, declared.ignoreChanges);
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
      const found = await this.#read(name, old);
      if (found === undefined) {
        this.state.delete(name);
        steps.push({ op: "gone", name });
        continue;
      }
      this.state.set(name, found);
      const { diff } = await this.#diff(name, found, old.inputs);
      if (Object.keys(diff).length > 0) steps.push({ op: "refresh", name, diff });
    }
    return steps;
  }

  /** Deletes everything in the state. */
  async destroy(course: Course = {}): Promise<Step[]> {
    this.#calling = course.calling ?? this.#calling;
    if (course.refresh === true) await this.refresh();
    return this.deleteAll([...this.state.keys()], new Works(course));
  }

  async import(name: string, type: Declared["type"], id: string): Promise<Wire> {
    const found = await this.#read(name, { type, id, inputs: {}, outputs: {}, look: false }, true);
    if (found === undefined) throw new Error(`${id} does not exist`);
    const inputs = await this.#check(name, type, found.inputs, found.inputs);
    const { diff } = await this.#diff(name, found, inputs);
    expect(diff).toEqual({});
    this.state.set(name, found);
    return found.inputs;
  }

  /** Deletes what has been replaced, then the resources of these names: those that depend on others first. */
  async deleteAll(names: readonly string[], works = new Works({})): Promise<Step[]> {
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
    const rank = ({ type }: Kept) => Number(type === "Organization");
    const entries = [...replaced.reverse(), ...removed.reverse()].sort((a, b) => rank(a.old) - rank(b.old));
    const needed = new Set<unknown>();
    for (const { name, old, forget } of entries) {
      if (old.type === "Organization") await works.settled();
      if (works.over) break;
      // A part of it has failed to go. The check of the type is needed because settings and rosters have the id of their organization.
      if (old.type === "Organization" && needed.has(old.id)) continue;
      const remove = () =>
        this.#delete(name, old).then(forget, (error: unknown) => {
          needed.add(old.inputs.organizationId);
          throw error;
        });
      await works.begin(() => Promise.resolve(remove));
    }
    await works.end();
    return steps;
  }

  async list(
    type: string,
    query: Wire,
    pageSize: number,
    limit: number,
    pick = (result: pb.ListResponse.Result) => result.getId(),
  ): Promise<string[][]> {
    const pages: string[][] = [];
    let token = "";
    do {
      const request = new pb.ListRequest().setToken(`peridio:index:${type}`).setQuery(struct(query));
      request.setPageSize(pageSize).setLimit(limit).setContinuationToken(token);
      token = "";
      const page: string[] = [];
      await new Promise<void>((resolve, reject) => {
        const stream = this.client.list(request);
        stream.on("data", (response: pb.ListResponse) => {
          const result = response.getResult();
          if (result) page.push(pick(result));
          else if (response.hasComputed()) page.push(unknown);
          else token = response.getContinuation()?.getContinuationToken() ?? "";
        });
        stream.on("end", resolve);
        stream.on("error", reject);
      });
      pages.push(page);
    } while (token !== "");
    return pages;
  }

  async invoke(name: string, args: Wire): Promise<Wire> {
    const request = new pb.InvokeRequest().setTok(`peridio:index:${name}`).setArgs(struct(args));
    const response = await this.#call<pb.InvokeResponse>((done) => this.client.invoke(request, done));
    refuse(response.getFailuresList());
    return wire(response.getReturn());
  }

  async #check(name: string, type: string, olds: Wire, news: Wire): Promise<Wire> {
    const request = new pb.CheckRequest().setUrn(urn(name, type)).setOlds(struct(olds)).setNews(struct(news));
    request.setType(`peridio:index:${type}`).setName(name);
    const response = await this.#call<pb.CheckResponse>((done) => this.client.check(request, done));
    refuse(response.getFailuresList());
    return wire(response.getInputs());
  }

  async #diff(name: string, old: Kept, news: Wire, ignore: readonly string[] = []) {
    const request = new pb.DiffRequest().setId(old.id).setUrn(urn(name, old.type)).setOlds(struct(old.outputs));
    request
      .setOldInputs(struct(old.inputs))
      .setNews(struct(news))
      .setIgnorechangesList([...ignore]);
    request.setType(`peridio:index:${old.type}`);
    const response = await this.#call<pb.DiffResponse>((done) => this.client.diff(request, done));
    const diff: Record<string, string> = {};
    response.getDetaileddiffMap().forEach((difference, path) => {
      diff[path] = kinds[difference.getKind()] ?? "?";
    });
    const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
    expect(response.getChanges()).toBe(Object.keys(diff).length > 0 ? DIFF_SOME : DIFF_NONE);
    return { diff, replaces: response.getReplacesList().length > 0 };
  }

  async #create(name: string, declared: Declared, inputs: Wire, preview: boolean, replaced?: Kept): Promise<void> {
    const { type, timeout = 0 } = declared;
    const request = new pb.CreateRequest().setUrn(urn(name, type)).setProperties(struct(inputs)).setPreview(preview);
    request.setType(`peridio:index:${type}`).setTimeout(timeout);
    const keep = (kept: Kept) => {
      this.state.set(name, kept);
      if (replaced !== undefined) this.doomed.push([name, replaced]);
    };
    const returned = preview ? undefined : this.#calling("create", name, type);
    try {
      const response = await this.#call<pb.CreateResponse>((done) => this.client.create(request, done));
      if (preview && response.getId() !== "") this.#foreseen.set(name, response.getId());
      if (preview) return;
      const [id, outputs, look] = [response.getId(), wire(response.getProperties()), response.getRefreshBeforeUpdate()];
      keep({ type, id, inputs, outputs, look });
    } catch (error) {
      const partial = initFailure(error);
      if (partial !== undefined && !preview) keep({ type, id: partial.getId(), inputs, ...partly(partial) });
      throw error;
    } finally {
      returned?.();
    }
  }

  async #read(name: string, old: Kept, importing = false): Promise<Kept | undefined> {
    const request = new pb.ReadRequest().setId(old.id).setUrn(urn(name, old.type)).setType(`peridio:index:${old.type}`);
    request.setProperties(struct(old.outputs));
    if (!importing) request.setInputs(struct(old.inputs));
    const response = await this.#call<pb.ReadResponse>((done) => this.client.read(request, done));
    if (response.getId() === "") return undefined;
    const [inputs, outputs] = [wire(response.getInputs()), wire(response.getProperties())];
    return { type: old.type, id: response.getId(), inputs, outputs, look: response.getRefreshBeforeUpdate() };
  }

  async #update(name: string, old: Kept, declared: Declared, inputs: Wire, preview: boolean): Promise<void> {
    const { type, id } = old;
    const request = new pb.UpdateRequest().setId(id).setUrn(urn(name, type)).setOlds(struct(old.outputs));
    request.setOldInputs(struct(old.inputs)).setNews(struct(inputs)).setPreview(preview);
    request.setType(`peridio:index:${type}`).setTimeout(declared.timeout ?? 0);
    request.setIgnorechangesList([...(declared.ignoreChanges ?? [])]);
    const returned = preview ? undefined : this.#calling("update", name, type, old);
    try {
      const response = await this.#call<pb.UpdateResponse>((done) => this.client.update(request, done));
      const [outputs, look] = [wire(response.getProperties()), response.getRefreshBeforeUpdate()];
      if (!preview) this.state.set(name, { type, id, inputs, outputs, look });
    } catch (error) {
      const partial = initFailure(error);
      if (partial !== undefined && !preview) this.state.set(name, { type, id, inputs, ...partly(partial) });
      throw error;
    } finally {
      returned?.();
    }
  }

  async #delete(name: string, old: Kept): Promise<void> {
    const request = new pb.DeleteRequest()
      .setId(old.id)
      .setUrn(urn(name, old.type))
      .setType(`peridio:index:${old.type}`);
    request.setProperties(struct(old.outputs)).setOldInputs(struct(old.inputs));
    const returned = this.#calling("delete", name, old.type, old);
    try {
      await this.#call<Empty>((done) => this.client.delete(request, done));
    } finally {
      returned();
    }
  }

  #call<Response>(send: (done: (error: ServiceError | null, response: Response) => void) => void): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => {
        if (error) reject(new Failure(error.details, error.metadata));
        else resolve(response);
      });
    });
  }
}

/** Fails as a Check does; `named` are the properties whose values the CLI would print beside. */
function refuse(failures: readonly pb.CheckFailure[]): void {
  if (failures.length === 0) return;
  const named = failures.map((failure) => failure.getProperty()).filter((property) => property !== "");
  const texts = failures.map((failure) => {
    const [property, reason] = [failure.getProperty(), failure.getReason()];
    return property === "" ? reason : `${property}: ${reason}`;
  });
  throw Object.assign(new Error(texts.join("\n")), { named });
}

function urn(name: string, type: string): string {
  return `urn:pulumi:test::lifecycle::peridio:index:${type}::${name}`;
}

function struct(values: Wire): Struct {
  return Struct.fromJavaScript(values);
}

function wire(values: Struct | undefined): Wire {
  return values?.toJavaScript() ?? {};
}

/** A call that the provider answered with an error; the message is what the user would read. */
class Failure extends Error {
  constructor(
    message: string,
    readonly metadata: Metadata,
  ) {
    super(message);
  }
}

/** The state after a partial failure. */
function partly(failure: pb.ErrorResourceInitFailed): Pick<Kept, "outputs" | "look" | "failed"> {
  return { outputs: wire(failure.getProperties()), look: failure.getRefreshBeforeUpdate(), failed: true };
}

/** The object that exists despite the failure, if the provider returns it. */
function initFailure(error: unknown): pb.ErrorResourceInitFailed | undefined {
  const [details] = error instanceof Failure ? error.metadata.get("grpc-status-details-bin") : [];
  if (!(details instanceof Uint8Array)) return undefined;
  const [any] = Status.deserializeBinary(details).getDetailsList();
  return any === undefined ? undefined : pb.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
}

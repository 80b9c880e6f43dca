import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, type Metadata, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Provider } from "../../src/plugin/provider";
import { serve } from "../../src/plugin/server";

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

/** What the engine did, as it shows it. */
export interface Step {
  readonly op: "create" | "update" | "replace" | "same" | "delete" | "refresh" | "gone";
  readonly name: string;
  /** Kinds by property. */
  readonly diff?: Readonly<Record<string, string>>;
}

interface Kept {
  readonly type: string;
  readonly id: string;
  readonly inputs: Wire;
  readonly outputs: Wire;
  readonly look: boolean;
}

const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

/**
 * Pulumi's engine in small: it calls a provider over gRPC in the order in which the real one does, starts a new provider
 * for every operation, and keeps the state. The end-to-end tests prove the same with the real engine, more slowly.
 */
export class Engine {
  /** The state by resource name. */
  readonly state = new Map<string, Kept>();
  /** What providers told the user in the last operation. */
  readonly told: string[] = [];

  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly settings: Wire = {},
  ) {}

  /** What `pulumi preview` shows. */
  preview(program: Program): Promise<Step[]> {
    return this.#operate((session) => session.run(program, true));
  }

  /**
   * `pulumi up` without its preview. `replace` names the resources that are to be replaced whatever Diff says;
   * Ctrl-C is pressed once `cancelWhen` is true.
   */
  up(
    program: Program,
    { replace = [], cancelWhen }: { readonly replace?: readonly string[]; readonly cancelWhen?: () => boolean } = {},
  ): Promise<Step[]> {
    return this.#operate(async (session) => {
      const watch = setInterval(() => {
        if (!cancelWhen?.()) return;
        clearInterval(watch);
        void session.cancel();
      }, 10);
      return session.run(program, false, replace).finally(() => {
        clearInterval(watch);
      });
    });
  }

  /** `pulumi refresh`: the resources that differ, or are gone. */
  refresh(): Promise<Step[]> {
    return this.#operate((session) => session.refresh());
  }

  /** `pulumi import`: the inputs that a program then has to declare. */
  import(name: string, type: Declared["type"], id: string): Promise<Wire> {
    return this.#operate((session) => session.import(name, type, id));
  }

  destroy(): Promise<Step[]> {
    return this.#operate((session) => session.delete([...this.state.keys()]));
  }

  /** `pulumi do … list`: ids by page. */
  list(type: Declared["type"], query: Wire, pageSize = 0, limit = 0): Promise<string[][]> {
    return this.#operate((session) => session.list(type, query, pageSize, limit));
  }

  /** Runs something with a fresh provider, whatever it is. */
  async #operate<Result>(operation: (session: Session) => Promise<Result>): Promise<Result> {
    this.told.length = 0;
    const listener = new Server();
    listener.addService(EngineService, {
      log: (call: { request: LogRequest }, callback: (error: null, answer: Empty) => void) => {
        if (call.request.getSeverity() > LogSeverity.DEBUG) this.told.push(call.request.getMessage());
        callback(null, new Empty());
      },
    });
    const address = await new Promise<number>((resolve, reject) => {
      listener.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(port);
      });
    });
    // Of its own for each operation, as the engine's address is not: a free port may come round again.
    const home = mkdtempSync(join(tmpdir(), "peridio-lifecycle-"));
    const environment = { ...this.environment, PULUMI_HOME: home };
    const provider = await serve(new Provider(() => "{}", environment, `127.0.0.1:${address}`));
    const client = new ResourceProviderClient(`127.0.0.1:${provider.port}`, credentials.createInsecure());
    try {
      const session = new Session(client, this.state);
      await session.configure(this.settings);
      return await operation(session);
    } finally {
      client.close();
      provider.close();
      listener.forceShutdown();
      rmSync(home, { recursive: true });
    }
  }
}

/** One provider process. */
export class Session {
  constructor(
    private readonly client: ResourceProviderClient,
    private readonly state: Map<string, Kept>,
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

  async run(program: Program, preview: boolean, forced: readonly string[] = []): Promise<Step[]> {
    const steps: Step[] = [];
    const replaced: [string, Kept][] = [];
    const planned = new Set<string>();
    const id = (name: string) => (planned.has(name) ? unknown : (this.state.get(name)?.id ?? unknown));
    for (const [name, declared] of Object.entries(program)) {
      const news = declared.inputs(id);
      let old = this.state.get(name);
      if (old === undefined || forced.includes(name)) {
        const inputs = await this.#check(name, declared.type, {}, news);
        if (old !== undefined) replaced.push([name, old]);
        await this.#create(name, declared, inputs, preview);
        if (preview) planned.add(name);
        steps.push({ op: old === undefined ? "create" : "replace", name });
        continue;
      }
      if (old.look) {
        old = await this.#read(name, old);
        if (old === undefined) {
          this.state.delete(name);
          await this.#create(name, declared, await this.#check(name, declared.type, {}, news), preview);
          steps.push({ op: "create", name });
          continue;
        }
        if (!preview) this.state.set(name, old);
      }
      const inputs = await this.#check(name, declared.type, old.inputs, news);
      const { diff, replaces } = await this.#diff(name, old, inputs, declared.ignoreChanges);
      if (replaces) {
        replaced.push([name, old]);
        await this.#create(name, declared, await this.#check(name, declared.type, {}, news), preview);
        if (preview) planned.add(name);
        steps.push({ op: "replace", name, diff });
      } else if (Object.keys(diff).length > 0) {
        await this.#update(name, old, declared, inputs, preview);
        steps.push({ op: "update", name, diff });
      } else {
        if (!preview) this.state.set(name, { ...old, inputs });
        steps.push({ op: "same", name });
      }
    }
    const removed = [...this.state.keys()].filter((name) => !(name in program));
    if (preview) return [...steps, ...removed.map((name) => ({ op: "delete", name }) as const)];
    for (const [name, old] of replaced.reverse()) await this.#delete(name, old);
    return [...steps, ...(await this.delete(removed))];
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

  async import(name: string, type: Declared["type"], id: string): Promise<Wire> {
    const found = await this.#read(name, { type, id, inputs: {}, outputs: {}, look: false }, true);
    if (found === undefined) throw new Error(`${id} does not exist`);
    const inputs = await this.#check(name, type, found.inputs, found.inputs);
    const { diff } = await this.#diff(name, found, inputs);
    expect(diff).toEqual({});
    this.state.set(name, found);
    return found.inputs;
  }

  async delete(names: readonly string[]): Promise<Step[]> {
    const steps: Step[] = [];
    for (const name of [...names].reverse()) {
      const old = this.state.get(name);
      if (old === undefined) continue;
      await this.#delete(name, old);
      this.state.delete(name);
      steps.push({ op: "delete", name });
    }
    return steps;
  }

  async list(type: string, query: Wire, pageSize: number, limit: number): Promise<string[][]> {
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
          if (result) page.push(result.getId());
          else token = response.getContinuation()?.getContinuationToken() ?? "";
        });
        stream.on("end", resolve);
        stream.on("error", reject);
      });
      pages.push(page);
    } while (token !== "");
    return pages;
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

  async #create(name: string, { type, timeout = 0 }: Declared, inputs: Wire, preview: boolean): Promise<void> {
    const request = new pb.CreateRequest().setUrn(urn(name, type)).setProperties(struct(inputs)).setPreview(preview);
    request.setType(`peridio:index:${type}`).setTimeout(timeout);
    try {
      const response = await this.#call<pb.CreateResponse>((done) => this.client.create(request, done));
      if (preview) return;
      const [id, outputs, look] = [response.getId(), wire(response.getProperties()), response.getRefreshBeforeUpdate()];
      this.state.set(name, { type, id, inputs, outputs, look });
    } catch (error) {
      const partial = initFailure(error);
      if (partial !== undefined) {
        const outputs = wire(partial.getProperties());
        this.state.set(name, { type, id: partial.getId(), inputs, outputs, look: partial.getRefreshBeforeUpdate() });
      }
      throw error;
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
    const request = new pb.UpdateRequest().setId(old.id).setUrn(urn(name, old.type)).setOlds(struct(old.outputs));
    request.setOldInputs(struct(old.inputs)).setNews(struct(inputs)).setPreview(preview);
    request.setType(`peridio:index:${old.type}`).setTimeout(declared.timeout ?? 0);
    request.setIgnorechangesList([...(declared.ignoreChanges ?? [])]);
    try {
      const response = await this.#call<pb.UpdateResponse>((done) => this.client.update(request, done));
      const [outputs, look] = [wire(response.getProperties()), response.getRefreshBeforeUpdate()];
      if (!preview) this.state.set(name, { ...old, inputs, outputs, look });
    } catch (error) {
      const partial = initFailure(error);
      if (partial !== undefined) {
        const [outputs, look] = [wire(partial.getProperties()), partial.getRefreshBeforeUpdate()];
        this.state.set(name, { ...old, inputs, outputs, look });
      }
      throw error;
    }
  }

  async #delete(name: string, old: Kept): Promise<void> {
    const request = new pb.DeleteRequest()
      .setId(old.id)
      .setUrn(urn(name, old.type))
      .setType(`peridio:index:${old.type}`);
    request.setProperties(struct(old.outputs)).setOldInputs(struct(old.inputs));
    await this.#call<Empty>((done) => this.client.delete(request, done));
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

function refuse(failures: readonly pb.CheckFailure[]): void {
  if (failures.length === 0) return;
  throw new Error(failures.map((failure) => `${failure.getProperty()}: ${failure.getReason()}`).join("\n"));
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

/** What exists in spite of the failure, if the provider says so. */
function initFailure(error: unknown): pb.ErrorResourceInitFailed | undefined {
  const [details] = error instanceof Failure ? error.metadata.get("grpc-status-details-bin") : [];
  if (!(details instanceof Uint8Array)) return undefined;
  const [any] = Status.deserializeBinary(details).getDetailsList();
  return any === undefined ? undefined : pb.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
}

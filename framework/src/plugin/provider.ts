import { homedir } from "node:os";
import { join } from "node:path";
import type { sendUnaryData, ServerUnaryCall, ServerWritableStream } from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import {
  type CheckRequest,
  type CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type ConstructRequest,
  type ConstructResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  type InvokeRequest,
  GetMappingResponse,
  GetMappingsResponse,
  GetSchemaResponse,
  type ListRequest,
  type ListResponse,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Difference } from "../compare";
import { Confidential } from "../confidential";
import type { Ledger } from "../ownership";
import { UserError } from "../errors";
import { answered } from "../function";
import { OperationError, Lifecycle, type Update } from "../lifecycle";
import type { AnyResource } from "../resource";
import { hasUnknowns } from "../values";
import { checkResponse, continuation, diffResponse, invokeResponse, listed, notKnownYet } from "./answers";
import { Engine, type Level } from "./engine";
import { failure, type Failure, partialFailure } from "./failure";
import { loadConstruct } from "./later";
import { sharedLedger } from "./ledger";
import { nothingSecret, receive, receiveInputs, type Received, type Secrets, send } from "./struct";

import type { AnyClient } from "../client";
import type { Component, Composition } from "../component";
import {
  checkSettings,
  decodedSettings,
  type Environment,
  type Output,
  secretSettings,
  switchesIn,
} from "../configuration";
import { demandsOf, refuseTogether } from "../needs";
import type { AnyProvider } from "../provider";
import { packageSchema } from "../schema";
import { same, type Values } from "../values";

/** The settings that the engine adds for itself. */
const engineSettings = ["version", "pluginDownloadURL"];

/** What a provider has once it is configured. */
interface Configured {
  readonly api: AnyClient;
  readonly lifecycle: Lifecycle;
}

/** Pulumi's resource provider protocol (pulumi/provider.proto), spoken for the resources of one provider. */
export class Provider {
  #engine: Pick<Engine, "tell" | "heard"> | undefined;
  #engineAddress = "";
  #configured: Configured | undefined;
  /** What the engine calls this provider, if it says so. */
  #reference: string | undefined;
  readonly #secretSettings: ReadonlySet<string>;
  readonly #confidential = new Confidential();
  readonly #cancelled = new AbortController();

  constructor(
    private readonly definition: AnyProvider,
    private readonly environment: Environment,
    engineAddress?: string,
    /** Takes the place of the engine in tests. */
    engine?: Pick<Engine, "tell" | "heard">,
  ) {
    this.#engine = engine;
    this.#secretSettings = secretSettings(definition.configuration);
    if (engineAddress !== undefined) this.#listen(engineAddress);
  }

  /** The handlers, by their names in the protocol. */
  service(): IResourceProviderServer {
    return {
      handshake: this.#unary((request: ProviderHandshakeRequest) => this.#handshake(request)),
      attach: this.#unary((request: PluginAttach) => this.#attach(request)),
      getPluginInfo: this.#unary(() => this.#pluginInfo()),
      getSchema: this.#unary(() => this.#getSchema()),
      getMapping: this.#unary(() => new GetMappingResponse()),
      getMappings: this.#unary(() => new GetMappingsResponse()),
      checkConfig: this.#unary((request: CheckRequest) => this.#checkConfig(request)),
      diffConfig: this.#unary((request: DiffRequest) => this.#diffConfig(request)),
      configure: this.#unary((request: ConfigureRequest) => this.#configure(request)),
      check: this.#unary((request: CheckRequest) => this.#check(request)),
      diff: this.#unary((request: DiffRequest) => this.#diff(request)),
      create: this.#unary(
        (request: CreateRequest) => this.#create(request),
        (request) => this.#receive(request.getProperties(), this.#find(typeOf(request))),
      ),
      read: this.#unary((request: ReadRequest) => this.#read(request)),
      update: this.#unary(
        (request: UpdateRequest) => this.#update(request),
        (request) => this.#receive(request.getNews(), this.#find(typeOf(request))),
      ),
      delete: this.#unary((request: DeleteRequest) => this.#delete(request)),
      cancel: this.#unary(() => this.#cancel()),
      list: (call: ServerWritableStream<ListRequest, ListResponse>) => void this.#list(call),
      invoke: this.#unary((request: InvokeRequest) => this.#invoke(request)),
      call: this.#unary((request: { getTok(): string }) => this.#unknown("method", request.getTok())),
      construct: this.#unary((request: ConstructRequest) => this.#construct(request)),
      parameterize: this.#unary(() => {
        throw new UserError(`the ${this.#title} provider takes no parameters`);
      }),
    };
  }

  #handshake(request: ProviderHandshakeRequest): ProviderHandshakeResponse {
    if (this.#engine === undefined) this.#listen(request.getEngineAddress());
    const response = new ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    return response;
  }

  #attach(request: PluginAttach): Empty {
    this.#listen(request.getAddress());
    return new Empty();
  }

  /** An empty address names no engine. */
  #listen(engineAddress: string): void {
    if (engineAddress === "") return;
    this.#engine = new Engine(engineAddress);
    this.#engineAddress = engineAddress;
  }

  #pluginInfo(): PluginInfo {
    const info = new PluginInfo();
    info.setVersion(this.definition.package.version);
    return info;
  }

  #getSchema(): GetSchemaResponse {
    const response = new GetSchemaResponse();
    response.setSchema(JSON.stringify(packageSchema(this.definition)));
    return response;
  }

  #checkConfig(request: CheckRequest): CheckResponse {
    const { values } = this.#receive(request.getNews());
    const secret = this.#secretSettings;
    const failures = checkSettings(this.definition.configuration, own(values));
    return checkResponse(
      values,
      { ...nothingSecret, secret },
      this.#confidential.redactFailures(failures, values, secret),
    );
  }

  #diffConfig(request: DiffRequest): DiffResponse {
    const before = this.#receive(request.getOldInputs() ?? request.getOlds()).values;
    const changed = changedSettings(before, this.#receive(request.getNews()).values);
    return diffResponse(
      changed.map((property) => ({ property, path: property, kind: "update", replace: false, input: true })),
      [],
    );
  }

  async #configure(request: ConfigureRequest): Promise<ConfigureResponse> {
    const { configuration, service } = this.definition;
    const sent = own(this.#receive(request.getArgs()).values);
    const settings = configuration.parse(decodedSettings(configuration, sent));
    if (request.hasUrn() && request.hasId()) this.#reference = `${request.getUrn()}::${request.getId()}`;
    const output: Output = {
      log: (level, text) => {
        this.#tell(level, "", text);
      },
      redact: (text) => this.#confidential.redact(text),
      keep: (secret) => {
        this.#confidential.keep(secret);
      },
    };
    const switches = switchesIn(service.environmentPrefix, this.environment);
    const { client, world = "" } = this.definition.connect(settings, this.environment, output);
    const api = client.within?.(this.#cancelled.signal) ?? client;
    await this.definition.verify(api);
    const warn = (urn: string, text: string) => {
      this.#tell("warning", urn, text);
    };
    const lifecycle = new Lifecycle(service, api, { warn, toImport, ...switches }, this.#ledger(world));
    this.#configured = { api, lifecycle };
    const response = new ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  /** What this program has declared, through whichever provider. An engine that says nothing of itself has only this one. */
  #ledger(world: string): Ledger | undefined {
    const home = this.environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
    if (this.#engineAddress === "") return undefined;
    // Addresses and process ids are reused, but not both at once. On Windows, the parent is the launcher.
    const parent = process.platform === "win32" ? "" : process.ppid;
    return sharedLedger(join(home, this.definition.package.name), `${this.#engineAddress} ${parent}`, world);
  }

  #check(request: CheckRequest): CheckResponse {
    const resource = this.#resource(typeOf(request));
    const news = this.#receive(request.getNews(), resource);
    // The engine sends an empty struct for "there was none".
    const before = this.#receive(request.getOlds(), resource).values;
    const checked = this.#ready().lifecycle.check(
      resource,
      { urn: request.getUrn(), declared: news.values },
      Object.keys(before).length === 0 ? undefined : before,
    );
    const failures = this.#confidential.redactFailures(checked.failures, news.values, news.secret);
    return checkResponse(checked.values, news, failures);
  }

  #diff(request: DiffRequest): DiffResponse {
    const resource = this.#resource(typeOf(request));
    const { change, news, before } = this.#change(request, resource);
    const differences = this.#ready()
      .lifecycle.diff(resource, change)
      .map((one) => (news.secret.has(one.property) || before.secret.has(one.property) ? whole(one) : one));
    const changing = new Set(differences.map(({ property }) => property));
    const fixed = Object.entries(resource.changes).filter(([name, { on }]) => on !== "update" && !changing.has(name));
    return diffResponse(
      differences,
      fixed.map(([name]) => name),
    );
  }

  async #create(request: CreateRequest): Promise<CreateResponse> {
    const resource = this.#resource(typeOf(request));
    const news = this.#receive(request.getProperties(), resource);
    const declaration = { urn: request.getUrn(), declared: news.values, secret: news.secret };
    const { lifecycle } = this.#ready();
    const response = new CreateResponse();
    if (request.getPreview()) {
      const { id = "", outputs } = await lifecycle.previewCreate(resource, declaration);
      // What is taken over is known already, and with it what depends on it.
      response.setId(id);
      response.setProperties(send(outputs, news));
      return response;
    }
    const state = await this.#within(request.getTimeout(), (api) => lifecycle.create(resource, declaration, api));
    response.setId(state.id);
    response.setProperties(send(state.outputs, news));
    response.setRefreshBeforeUpdate(state.refreshBeforeUpdate);
    return response;
  }

  async #read(request: ReadRequest): Promise<ReadResponse> {
    const resource = this.#resource(typeOf(request));
    const inputs = this.#receive(request.getInputs(), resource);
    const { values: state } = this.#receive(request.getProperties(), resource);
    const { lifecycle } = this.#ready();
    const response = new ReadResponse();
    const found = await lifecycle.read(resource, {
      urn: request.getUrn(),
      id: request.getId(),
      declared: inputs.values,
      state,
    });
    if (found === undefined) return response;
    response.setId(found.id);
    response.setProperties(send(found.outputs, inputs));
    response.setInputs(send(found.inputs, inputs));
    response.setRefreshBeforeUpdate(found.refreshBeforeUpdate);
    return response;
  }

  async #update(request: UpdateRequest): Promise<UpdateResponse> {
    const resource = this.#resource(typeOf(request));
    const { change, news } = this.#change(request, resource);
    const { lifecycle } = this.#ready();
    const response = new UpdateResponse();
    if (request.getPreview()) {
      response.setProperties(send(await lifecycle.previewUpdate(resource, change), news));
      return response;
    }
    const state = await this.#within(request.getTimeout(), (api) => lifecycle.update(resource, change, api));
    response.setProperties(send(state.outputs, news));
    response.setRefreshBeforeUpdate(state.refreshBeforeUpdate);
    return response;
  }

  async #delete(request: DeleteRequest): Promise<Empty> {
    const resource = this.#resource(typeOf(request));
    const gone = {
      urn: request.getUrn(),
      id: request.getId(),
      declaredBefore: this.#receive(request.getOldInputs(), resource).values,
      state: this.#receive(request.getProperties(), resource).values,
    };
    const { lifecycle } = this.#ready();
    await this.#within(request.getTimeout(), (api) => lifecycle.delete(resource, gone, api));
    return new Empty();
  }

  async #list(call: ServerWritableStream<ListRequest, ListResponse>): Promise<void> {
    try {
      const { request } = call;
      const resource = this.#resource(request.getToken());
      const { values: query } = this.#receive(request.getQuery());
      if (hasUnknowns(query)) {
        call.write(notKnownYet());
        call.end();
        return;
      }
      const first = Number(request.getContinuationToken() || 0);
      const limit = request.getLimit() || Infinity;
      const last = first + Math.min(request.getPageSize() || Infinity, limit);
      let index = 0;
      for await (const object of this.#ready().lifecycle.list(resource, query)) {
        if (index === last) {
          if (last - first < limit) call.write(continuation(last));
          break;
        }
        if (index >= first) call.write(listed(object));
        index += 1;
      }
      call.end();
    } catch (error) {
      call.emit("error", this.#failure(error));
    }
  }

  async #invoke(request: InvokeRequest): Promise<InvokeResponse> {
    const token = request.getTok();
    const callable = this.definition.functions.find((one) => one.token === token) ?? this.#unknown("function", token);
    const args = this.#receive(request.getArgs());
    const { api } = this.#ready();
    const warn = (text: string) => {
      this.#tell("warning", "", text);
    };
    // Not with failures beside an answer: `pulumi do` shows none.
    return invokeResponse(await answered(callable, { api, warn }, args.values), args);
  }

  #construct(request: ConstructRequest): Promise<ConstructResponse> {
    const { construct } = loadConstruct();
    const token = request.getType();
    const component =
      this.definition.components().find((one) => one.token === token) ?? this.#unknown("component", token);
    const today = new Date().toISOString().slice(0, 10);
    const surroundings = { today, version: this.definition.package.version, folder: process.cwd() };
    const received = this.#kept(receiveInputs(request.getInputs(), component));
    const vet = (composition: Pick<Composition, "children" | "saidAt">) => {
      this.#refuseUnsupported(component, request.getName(), composition);
    };
    return construct(component, request, received, surroundings, { provider: this.#reference, vet });
  }

  /** Refuses in one error what children of a component need and the API lacks, where each of them would be refused by itself. */
  #refuseUnsupported({ token }: Component, name: string, composition: Pick<Composition, "children" | "saidAt">): void {
    // An engine that does not know the provider's settings yet has not configured it.
    const api = this.#configured?.api;
    if (api === undefined) return;
    const demands = demandsOf(api, this.definition.resources, composition);
    refuseTogether(`${token.split(":").at(-1) ?? ""} ${name}`, api, demands);
  }

  #cancel(): Empty {
    this.#cancelled.abort(new UserError("The operation was cancelled."));
    return new Empty();
  }

  #unknown(kind: string, name: string): never {
    throw new UserError(`the ${this.#title} provider has no ${kind} ${name}`);
  }

  #ready(): Configured {
    if (this.#configured === undefined)
      throw new UserError(`the ${this.#title} provider was used before it was configured`);
    return this.#configured;
  }

  get #title(): string {
    return this.definition.service.title;
  }

  #find(token: string): AnyResource | undefined {
    return this.definition.resources.find((resource) => resource.token === token);
  }

  #resource(token: string): AnyResource {
    return this.#find(token) ?? this.#unknown("resource", token);
  }

  /** A change, with its two declarations as they were received. */
  #change(request: DiffRequest | UpdateRequest, resource: AnyResource) {
    const news = this.#receive(request.getNews(), resource);
    const before = this.#receive(request.getOldInputs(), resource);
    const change: Update = {
      urn: request.getUrn(),
      id: request.getId(),
      declared: news.values,
      secret: new Set([...news.secret, ...before.secret]),
      declaredBefore: before.values,
      state: this.#receive(request.getOlds(), resource).values,
      ignore: request.getIgnorechangesList(),
    };
    return { change, news, before };
  }

  #receive(struct: Sent, resource?: AnyResource): Received {
    return this.#kept(receive(struct, resource));
  }

  #kept(received: Received): Received {
    for (const text of received.texts) this.#confidential.keep(text);
    return received;
  }

  /** Runs an operation, at most for the time that the program's `customTimeouts` allow (in seconds, 0 for no limit). */
  async #within<Result>(seconds: number, operation: (api: AnyClient) => Promise<Result>): Promise<Result> {
    const { api } = this.#ready();
    if (seconds === 0) return operation(api);
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(new UserError(`The ${seconds} seconds that customTimeouts allow have passed.`));
    }, seconds * 1000);
    try {
      return await operation(api.within?.(deadline.signal) ?? api);
    } finally {
      clearTimeout(timer);
    }
  }

  #tell(level: Level, urn: string, text: string): void {
    this.#engine?.tell(level, urn, this.#confidential.redact(text));
  }

  #failure(error: unknown, secrets: () => Secrets = () => nothingSecret): Failure {
    const details = this.#confidential.redact(error instanceof Error ? error.message : String(error));
    if (error instanceof OperationError && error.state !== undefined)
      return partialFailure(details, error.state, secrets());
    return failure(details);
  }

  /** A handler that answers with what `handle` returns; `news` are the inputs whose secrets a partial failure keeps. */
  #unary<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
    news?: (request: Request) => Received,
  ) {
    return ({ request }: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
      const answer = async () => {
        try {
          const response = await handle(request);
          await this.#engine?.heard();
          callback(null, response);
        } catch (error) {
          await this.#engine?.heard(true);
          callback(this.#failure(error, news && (() => news(request))));
        }
      };
      // An error thrown while another one is reported would end the process and all running operations.
      answer().catch(() => {
        callback(
          failure("The operation failed, and the provider could not send the reason. Run `pulumi up --refresh`."),
        );
      });
    };
  }
}

type Sent = Parameters<typeof receive>[0];

/** The settings that are not the engine's. */
function own(sent: Values): Values {
  return Object.fromEntries(Object.entries(sent).filter(([name]) => !engineSettings.includes(name)));
}

/** The settings that differ. None of them replaces the provider: that would replace every resource. */
function changedSettings(before: Values, after: Values): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => hasUnknowns(after[name]) || !same(before[name], after[name]));
}

/** A difference in something secret, without the path, which may hold the secret. */
function whole(difference: Difference): Difference {
  const { property, path } = difference;
  return path === property ? difference : { ...difference, path: property, kind: "update" };
}

function toImport({ token }: AnyResource, name: string, id: string): string {
  return `run \`pulumi import ${token} ${quoted(name)} ${quoted(id)}\``;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The Pulumi type of the resource; engines before 3.152 tell it in the URN only. */
function typeOf(request: { getType(): string; getUrn(): string }): string {
  return request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
}

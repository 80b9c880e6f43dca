import { homedir } from "node:os";
import { join } from "node:path";
import type { sendUnaryData, ServerUnaryCall, ServerWritableStream } from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import {
  type CheckRequest,
  type CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type ConstructRequest,
  type ConstructResponse,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  GetMappingResponse,
  GetMappingsResponse,
  GetSchemaResponse,
  type InvokeRequest,
  type InvokeResponse,
  type ListRequest,
  type ListResponse,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { AnyClient } from "../client";
import type { Component, Composition } from "../component";
import { Confidential } from "../confidential";
import {
  checkSettings,
  decodedSettings,
  type Environment,
  type Output,
  secretSettings,
  switchesIn,
} from "../configuration";
import { UserError, OperationError } from "../errors";
import { callFunction } from "../function";
import { Lifecycle } from "../lifecycle";
import { findUnmetInComponent, rejectUnmet } from "../requirements";
import type { Ledger } from "../ownership";
import type { AnyProvider } from "../provider";
import type { AnyResource } from "../resource";
import { packageSchema } from "../schema";
import { hasUnknowns, isSameValue, type Values } from "../values";
import type * as Construct from "./construct";
import { Engine, type Level } from "./engine";
import { sharedLedger } from "./ledger";
import { keepSecrets, ResourceOperations, typeOf } from "./resources";
import { checkResponse, diffResponse, failure, type GrpcFailure, invokeResponse, partialFailure } from "./responses";
import { nothingSecret, receive, receiveInputs, type Received, type Secrets } from "./struct";

/** The settings that the engine adds for itself. */
const engineSettings = ["version", "pluginDownloadURL"];

/** The log of an engine. */
export type EngineLog = Pick<Engine, "log" | "flush">;

/** The parts of a configured provider. */
interface Configured {
  readonly api: AnyClient;
  readonly resources: ResourceOperations;
}

/** Pulumi's resource provider protocol (pulumi/provider.proto) for one provider. */
export class Provider {
  #engine: EngineLog | undefined;
  #engineAddress = "";
  #configured: Configured | undefined;
  /** The engine's reference to this provider, if the engine sends one. */
  #reference: string | undefined;
  readonly #secretSettings: ReadonlySet<string>;
  readonly #confidential = new Confidential();
  readonly #cancelled = new AbortController();

  constructor(
    private readonly definition: AnyProvider,
    private readonly environment: Environment,
    engineAddress?: string,
    /** Replaces the engine's log in tests. */
    engine?: EngineLog,
  ) {
    this.#engine = engine;
    this.#secretSettings = secretSettings(definition.configuration);
    if (engineAddress !== undefined) this.#listen(engineAddress);
  }

  /** Returns the handlers by their names in the protocol. */
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
      check: this.#unary((request: CheckRequest) => this.#ready().resources.check(request)),
      diff: this.#unary((request: DiffRequest) => this.#ready().resources.diff(request)),
      create: this.#unary(
        (request: CreateRequest) => this.#ready().resources.create(request),
        (request) => this.#receive(request.getProperties(), this.#resource(typeOf(request))),
      ),
      read: this.#unary((request: ReadRequest) => this.#ready().resources.read(request)),
      update: this.#unary(
        (request: UpdateRequest) => this.#ready().resources.update(request),
        (request) => this.#receive(request.getNews(), this.#resource(typeOf(request))),
      ),
      delete: this.#unary((request: DeleteRequest) => this.#ready().resources.delete(request)),
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
    const failures = checkSettings(this.definition.configuration, withoutEngineSettings(values));
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
    const sent = withoutEngineSettings(this.#receive(request.getArgs()).values);
    const settings = configuration.parse(decodedSettings(configuration, sent));
    if (request.hasUrn() && request.hasId()) this.#reference = `${request.getUrn()}::${request.getId()}`;
    const output: Output = {
      log: (level, text) => {
        this.#log(level, "", text);
      },
      redact: (text) => this.#confidential.redact(text),
      keep: (secret) => {
        this.#confidential.keep(secret);
      },
    };
    const switches = switchesIn(service.environmentPrefix, this.environment);
    const { client, world = "" } = this.definition.connect(settings, this.environment, output);
    const api = client.with?.({ signal: this.#cancelled.signal }) ?? client;
    await this.definition.verify(api);
    const warn = (urn: string, text: string) => {
      this.#log("warning", urn, text);
    };
    const lifecycle = new Lifecycle(service, api, { warn, toImport, ...switches }, this.#ledger(world));
    const find = (token: string) => this.#resource(token);
    this.#configured = { api, resources: new ResourceOperations(find, lifecycle, api, this.#confidential) };
    const response = new ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  /** Returns the ledger that all providers of this operation share. Without an engine address, there is none. */
  #ledger(world: string): Ledger | undefined {
    const home = this.environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
    if (this.#engineAddress === "") return undefined;
    // Addresses and process ids are reused, but not both at once. On Windows, the parent is the launcher.
    const parent = process.platform === "win32" ? "" : process.ppid;
    return sharedLedger(join(home, this.definition.package.name), `${this.#engineAddress} ${parent}`, world);
  }

  async #invoke(request: InvokeRequest): Promise<InvokeResponse> {
    const token = request.getTok();
    const callable = this.definition.functions.find((one) => one.token === token) ?? this.#unknown("function", token);
    const args = this.#receive(request.getArgs());
    const { api } = this.#ready();
    const warn = (text: string) => {
      this.#log("warning", "", text);
    };
    // A rejection is an error instead of a failure in the response, because `pulumi do` shows no failures.
    return invokeResponse(await callFunction(callable, { api, warn }, args.values), args);
  }

  #construct(request: ConstructRequest): Promise<ConstructResponse> {
    const { construct } = loadConstruct();
    const token = request.getType();
    const component =
      this.definition.components().find((one) => one.token === token) ?? this.#unknown("component", token);
    const today = new Date().toISOString().slice(0, 10);
    const surroundings = { today, version: this.definition.package.version, folder: process.cwd() };
    const received = keepSecrets(this.#confidential, receiveInputs(request.getInputs(), component));
    const checkChildren = (composition: Pick<Composition, "children" | "findSources">) => {
      this.#rejectUnsupported(component, request.getName(), composition);
    };
    return construct(component, request, received, surroundings, { reference: this.#reference, checkChildren });
  }

  /** Rejects all children of a component that the API does not support in one error, instead of one error for each. */
  #rejectUnsupported(
    { token }: Component,
    name: string,
    composition: Pick<Composition, "children" | "findSources">,
  ): void {
    // Some settings may be unknown in a preview. Then the engine has not configured the provider.
    const api = this.#configured?.api;
    if (api === undefined) return;
    const demands = findUnmetInComponent(api, this.definition.resources, composition);
    rejectUnmet(`${token.split(":").at(-1) ?? ""} ${name}`, api, demands);
  }

  #cancel(): Empty {
    this.#cancelled.abort(new UserError("The operation was cancelled."));
    return new Empty();
  }

  #resource(token: string): AnyResource {
    return this.definition.resources.find((one) => one.token === token) ?? this.#unknown("resource", token);
  }

  async #list(call: ServerWritableStream<ListRequest, ListResponse>): Promise<void> {
    try {
      for await (const response of this.#ready().resources.list(call.request)) call.write(response);
      call.end();
    } catch (error) {
      call.emit("error", this.#failure(error));
    }
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

  #receive(...message: Parameters<typeof receive>): Received {
    return keepSecrets(this.#confidential, receive(...message));
  }

  #log(level: Level, urn: string, text: string): void {
    this.#engine?.log(level, urn, this.#confidential.redact(text));
  }

  #failure(error: unknown, secrets: () => Secrets = () => nothingSecret): GrpcFailure {
    const details = this.#confidential.redact(error instanceof Error ? error.message : String(error));
    if (error instanceof OperationError && error.state !== undefined)
      return partialFailure(details, error.state, secrets());
    return failure(details);
  }

  /** Returns a handler that answers with the result of `handle`. A partial failure keeps the secrets of the inputs `news`. */
  #unary<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
    news?: (request: Request) => Received,
  ) {
    return ({ request }: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
      const answer = async () => {
        try {
          const response = await handle(request);
          await this.#engine?.flush();
          callback(null, response);
        } catch (error) {
          await this.#engine?.flush(true);
          callback(this.#failure(error, news && (() => news(request))));
        }
      };
      // An uncaught error would end the process and all running operations.
      answer().catch(() => {
        callback(
          failure("The operation failed, and the provider could not send the reason. Run `pulumi up --refresh`."),
        );
      });
    };
  }
}

/** Loads the code for components. Few programs use one, and the others start sooner without it. */
function loadConstruct(): typeof Construct {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be loaded at the start
  return require("./construct") as typeof Construct;
}

/** Returns the settings without those of the engine. */
function withoutEngineSettings(sent: Values): Values {
  return Object.fromEntries(Object.entries(sent).filter(([name]) => !engineSettings.includes(name)));
}

/** Returns the settings that differ. None replaces the provider, because that would replace every resource. */
function changedSettings(before: Values, after: Values): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => hasUnknowns(after[name]) || !isSameValue(before[name], after[name]));
}

function toImport({ token }: AnyResource, name: string, id: string): string {
  return `run \`pulumi import ${token} ${quoted(name)} ${quoted(id)}\``;
}

/** Quotes a text for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

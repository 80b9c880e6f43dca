import type { sendUnaryData } from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import {
  type CheckRequest,
  type ConfigureRequest,
  ConfigureResponse,
  type ConstructRequest,
  type ConstructResponse,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  GetMappingResponse,
  GetMappingsResponse,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  type ListRequest,
  type ListResponse,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Composition } from "../component";
import { Confidential } from "../confidential";
import { type Environment, getSwitchName } from "../configuration";
import { getErrorMessage, OperationError, UserError } from "../errors";
import { getTypeName } from "../explain";
import { callFunction } from "../function";
import { findUnmetInComponent, rejectUnmet } from "../requirements";
import { readNow } from "../moment";
import { type AnyProvider, findResource } from "../provider";
import type { AnyResource } from "../resource";
import { packageSchema } from "../schema";
import { Configuration, type Configured } from "./configuration";
import type * as Construct from "./construct";
import { Engine, type Level } from "./engine";
import { keepSecrets } from "./resources";
import { failure, type GrpcFailure, partialFailure } from "./responses";
import { receive, receiveInputs, type Received, type Secrets, send } from "./struct";

/** The log of an engine. */
export type EngineLog = Pick<Engine, "log" | "flush">;

/** The parts of a call with one response that handlers use. */
export interface UnaryCall<Request> {
  readonly request: Request;
  once(event: "cancelled", listener: () => void): unknown;
}

/** The parts of a call that the handler of lists uses. */
export interface ListCall {
  readonly request: ListRequest;
  write(response: ListResponse): unknown;
  end(): unknown;
  emit(event: "error", error: unknown): unknown;
}

/** Pulumi's resource provider protocol (pulumi/provider.proto) for one provider. */
export class Provider {
  #engine: EngineLog | undefined;
  #engineAddress = "";
  #configured: Configured | undefined;
  /** The engine's reference to this provider, if the engine sends one. */
  #reference: string | undefined;
  readonly #confidential = new Confidential();
  readonly #configuration: Configuration;
  #cancelled = new AbortController();

  constructor(
    private readonly definition: AnyProvider,
    private readonly environment: Environment,
    engineAddress?: string,
    /** Replaces the engine's log in tests. */
    engine?: EngineLog,
  ) {
    this.#configuration = new Configuration(definition, this.#confidential);
    if (engineAddress !== undefined) this.#listen(engineAddress);
    this.#engine = engine ?? this.#engine;
  }

  /** Returns the handlers by their names in the protocol. */
  service() {
    return {
      handshake: this.#unary((request: ProviderHandshakeRequest) => this.#handshake(request)),
      attach: this.#unary((request: PluginAttach) => this.#attach(request)),
      getPluginInfo: this.#unary(() => new PluginInfo().setVersion(this.definition.package.version)),
      getSchema: this.#unary(() => new GetSchemaResponse().setSchema(JSON.stringify(packageSchema(this.definition)))),
      getMapping: this.#unary(() => new GetMappingResponse()),
      getMappings: this.#unary(() => new GetMappingsResponse()),
      checkConfig: this.#unary((request: CheckRequest) => this.#configuration.check(request)),
      diffConfig: this.#unary((request: DiffRequest) => this.#configuration.diff(request)),
      configure: this.#unary((request: ConfigureRequest) => this.#configure(request)),
      check: this.#unary((request: CheckRequest) => this.#ready().resources.check(request)),
      diff: this.#unary((request: DiffRequest) => this.#ready().resources.diff(request)),
      create: this.#unary((request: CreateRequest, signal) => this.#ready().resources.create(request, signal), {
        verb: "create",
        news: (request) => this.#receive(request.getProperties(), this.#resource(request.getType())),
      }),
      read: this.#unary((request: ReadRequest) => this.#ready().resources.read(request)),
      update: this.#unary((request: UpdateRequest, signal) => this.#ready().resources.update(request, signal), {
        verb: "update",
        news: (request) => this.#receive(request.getNews(), this.#resource(request.getType())),
      }),
      delete: this.#unary((request: DeleteRequest, signal) => this.#ready().resources.delete(request, signal)),
      cancel: this.#unary(() => this.#cancel()),
      list: (call: ListCall) => void this.#list(call),
      invoke: this.#unary((request: InvokeRequest) => this.#invoke(request)),
      call: this.#unary((request: { getTok(): string }) => this.#unknown("method", request.getTok())),
      construct: this.#unary((request: ConstructRequest) => this.#construct(request)),
      parameterize: this.#unary(() => {
        throw new UserError(
          `the ${this.#title} provider does not accept parameters. Remove the parameters from the command.`,
        );
      }),
    } satisfies IResourceProviderServer;
  }

  #handshake(request: ProviderHandshakeRequest): ProviderHandshakeResponse {
    if (this.#engine === undefined) this.#listen(request.getEngineAddress());
    return new ProviderHandshakeResponse().setAcceptSecrets(true);
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

  async #configure(request: ConfigureRequest): Promise<ConfigureResponse> {
    // A test of several operations can attach its engines to one process, one after the other.
    if (this.#cancelled.signal.aborted) this.#cancelled = new AbortController();
    if (request.hasUrn() && request.hasId()) this.#reference = `${request.getUrn()}::${request.getId()}`;
    this.#configured = await this.#configuration.apply(request, {
      environment: this.environment,
      engineAddress: this.#engineAddress,
      signal: this.#cancelled.signal,
      log: (level, urn, text) => {
        this.#log(level, urn, text);
      },
      findResource: (token) => this.#resource(token),
    });
    return new ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  }

  async #invoke(request: InvokeRequest): Promise<InvokeResponse> {
    const token = request.getTok();
    const callable = this.definition.functions.find((one) => one.token === token) ?? this.#unknown("function", token);
    const args = this.#receive(request.getArgs(), callable);
    const { api } = this.#ready();
    const warn = (text: string) => {
      this.#log("warning", "", text);
    };
    // A rejection is an error instead of a failure in the response, because `pulumi do` shows no failures.
    return new InvokeResponse().setReturn(send(await callFunction(callable, { api, warn }, args.values), args));
  }

  #construct(request: ConstructRequest): Promise<ConstructResponse> {
    const { construct } = loadConstruct();
    const token = request.getType();
    const component =
      this.definition.components().find((one) => one.token === token) ?? this.#unknown("component", token);
    const name = getSwitchName(this.definition.service.environmentPrefix, "NOW");
    const now = readNow(name, this.environment, new Date());
    const surroundings = { now, version: this.definition.package.version, folder: process.cwd() };
    const received = keepSecrets(this.#confidential, receiveInputs(request.getInputs(), component));
    // Rejects all children that the API does not support in one error, instead of one error for each.
    const checkChildren = (composition: Pick<Composition, "children" | "findSources" | "requires">) => {
      // Some settings may be unknown in a preview. Then the engine has not configured the provider.
      const api = this.#configured?.api;
      if (api === undefined) return;
      const unmet = findUnmetInComponent(api, this.definition.resources, composition);
      rejectUnmet(`${getTypeName(component)} ${request.getName()}`, api, unmet);
    };
    const warn = (urn: string, text: string) => {
      this.#log("warning", urn, text);
    };
    return construct(component, request, received, surroundings, { reference: this.#reference, checkChildren, warn });
  }

  #cancel(): Empty {
    this.#cancelled.abort(new UserError("The operation was cancelled."));
    return new Empty();
  }

  #resource(token: string): AnyResource {
    const resource = findResource(this.definition, token);
    if (resource !== undefined) return resource;
    const component = this.definition.components().find((one) => one.token === token);
    if (component === undefined) return this.#unknown("resource", token);
    throw new UserError(
      `${token} cannot be imported or read: it is a component, which has no object in ${this.#title}. ${component.importInstead}`,
    );
  }

  async #list(call: ListCall): Promise<void> {
    try {
      for await (const response of this.#ready().resources.list(call.request)) call.write(response);
      await this.#engine?.flush();
      call.end();
    } catch (error) {
      await this.#engine?.flush(true);
      call.emit("error", this.#failure(error));
    }
  }

  #unknown(kind: string, name: string): never {
    throw new UserError(
      `the ${this.#title} provider has no ${kind} ${name}. Correct the name, or update the provider.`,
    );
  }

  #ready(): Configured {
    if (this.#configured === undefined)
      throw new UserError(`the ${this.#title} provider was used before it was configured.`);
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

  #failure(error: unknown, write?: { readonly verb: "create" | "update"; readonly secrets: Secrets }): GrpcFailure {
    const details = this.#confidential.redact(getErrorMessage(error));
    if (error instanceof OperationError && error.state !== undefined && write !== undefined)
      return partialFailure(write.verb, details, error.state, write.secrets);
    return failure(details);
  }

  /**
   * Returns a handler that responds with the result of `handle`, whose signal aborts when the engine ends the call or dies. A partial
   * failure of a write keeps the secrets of its inputs.
   */
  #unary<Request, Response>(
    handle: (request: Request, signal: AbortSignal) => Response | Promise<Response>,
    write?: { readonly verb: "create" | "update"; readonly news: (request: Request) => Received },
  ) {
    return (call: UnaryCall<Request>, callback: sendUnaryData<Response>): void => {
      const { request } = call;
      const abandoned = new AbortController();
      call.once("cancelled", () => {
        abandoned.abort(new UserError("The engine did not wait for the end of the operation."));
      });
      const answer = async () => {
        try {
          const response = await handle(request, abandoned.signal);
          await this.#engine?.flush();
          callback(null, response);
        } catch (error) {
          await this.#engine?.flush(true);
          callback(this.#failure(error, write && { verb: write.verb, secrets: write.news(request) }));
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

import { EventEmitter } from "node:events";
import { type handleUnaryCall, Metadata, type MethodDefinition, type ServiceError, status } from "@grpc/grpc-js";
import { ResourceProviderService as protocol } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { FakeClock } from "../../src/api/testing/fakeClock";
import { type Level, Provider } from "#framework/plugin";
import { providerIn } from "../../src/provider";
import type { Calls, Launch } from "../support/engine";
import { Connection, type Handle } from "./connection";

/**
 * Starts providers in this process: everything as over sockets but the sockets, so that a hundred operations a second
 * are possible and nothing depends on how fast the machine is. Waits for a retry cost no time.
 */
export function inProcess(handle: Handle): Launch {
  return (_target, environment, tell) => {
    const connection = new Connection(handle);
    const engine = {
      log: (level: Level, _urn: string, text: string) => {
        if (level !== "debug") tell(text);
      },
      flush: () => Promise.resolve(),
    };
    const surroundings = { clock: new FakeClock(), random: () => 0.5, dispatcher: connection.dispatcher };
    const provider = new Provider(providerIn(surroundings), environment, undefined, engine);
    const process = new Process();
    const end = () => {
      process.end();
      connection.end();
    };
    return Promise.resolve({ calls: callsOf(provider, process), end });
  };
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;

/** Calls of a provider that can be killed: those under way then fail as they do when a connection closes. */
class Process {
  readonly #underWay = new Set<(error: ServiceError) => void>();
  #ended = false;

  /** Calls a handler with what gRPC would make of the messages. */
  call<Request, Response>(
    { path, ...method }: MethodDefinition<Request, Response>,
    handle: handleUnaryCall<Request, Response>,
  ): (request: Request, done: Done<Response>) => void {
    return (request, done) => {
      const fail = (error: ServiceError) => {
        if (this.#underWay.delete(fail)) done(error, none);
      };
      const none = method.responseDeserialize(Buffer.alloc(0));
      this.#underWay.add(fail);
      if (this.#ended) {
        fail(unavailable());
        return;
      }
      handle(received(path, method.requestDeserialize(method.requestSerialize(request))), (error, response) => {
        if (error) fail(serviceError(error));
        else if (response && this.#underWay.delete(fail)) {
          done(null, method.responseDeserialize(method.responseSerialize(response)));
        }
      });
    };
  }

  end(): void {
    this.#ended = true;
    for (const fail of this.#underWay) fail(unavailable());
  }
}

function callsOf(provider: Provider, process: Process): Calls {
  const handlers = provider.service();
  return {
    checkConfig: process.call(protocol.checkConfig, handlers.checkConfig),
    configure: process.call(protocol.configure, handlers.configure),
    cancel: process.call(protocol.cancel, handlers.cancel),
    check: process.call(protocol.check, handlers.check),
    diff: process.call(protocol.diff, handlers.diff),
    create: process.call(protocol.create, handlers.create),
    read: process.call(protocol.read, handlers.read),
    update: process.call(protocol.update, handlers.update),
    delete: process.call(protocol.delete, handlers.delete),
    invoke: process.call(protocol.invoke, handlers.invoke),
    list: () => {
      throw new Error("lists need sockets");
    },
  };
}

/** A call as its handler gets it. */
function received<Request>(path: string, request: Request): Parameters<handleUnaryCall<Request, unknown>>[0] {
  return Object.assign(new EventEmitter(), {
    request,
    cancelled: false,
    metadata: new Metadata(),
    getPeer: () => "in this process",
    sendMetadata: () => undefined,
    getDeadline: () => Infinity,
    getPath: () => path,
    getHost: () => "localhost",
    getAuthContext: () => ({}),
    getMetricsRecorder: () => {
      throw new Error("nothing is measured");
    },
  });
}

type HandlerError = NonNullable<Parameters<Parameters<handleUnaryCall<unknown, unknown>>[1]>[0]>;

function serviceError({ code = status.UNKNOWN, details = "", metadata = new Metadata() }: HandlerError): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata });
}

function unavailable(): ServiceError {
  return serviceError({ code: status.UNAVAILABLE, details: "Connection dropped" });
}

import { EventEmitter } from "node:events";
import { type handleUnaryCall, Metadata, type MethodDefinition, type ServiceError, status } from "@grpc/grpc-js";
import { ResourceProviderService as protocol } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { FakeClock } from "../../../src/api/testing/fakeClock";
import { type Level, Provider } from "#framework/plugin";
import { providerIn } from "../../../src/provider";
import type { Calls, Launch } from "../../support/engine";
import { Connection, type Handle } from "./connection";

/**
 * Starts providers in this process, without sockets. A simulation then runs a hundred operations a second, and does not depend
 * on the speed of the machine. Waiting for a retry takes no time. The variable TESTED_OPERATION names the operation of several providers,
 * which then share facts about the program. `observe` receives all messages, with details for debugging.
 */
export function inProcess(handle: Handle, observe: (text: string) => void = () => undefined): Launch {
  return (_target, environment, tell) => {
    const connection = new Connection(handle);
    const engine = {
      log: (level: Level, _urn: string, text: string) => {
        observe(text);
        if (level !== "debug") tell(text, level === "info");
      },
      flush: () => Promise.resolve(),
    };
    const dependencies = { clock: new FakeClock(), random: () => 0.5, dispatcher: connection.dispatcher };
    const provider = new Provider(providerIn(dependencies), environment, environment.TESTED_OPERATION, engine);
    const process = new Process();
    const end = () => {
      process.end();
      connection.close();
    };
    return Promise.resolve({ calls: callsOf(provider, process), end });
  };
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;

/** The calls of a provider process. A kill fails the pending ones, as a closed connection does. */
class Process {
  readonly #pending = new Set<(error: ServiceError) => void>();
  #isKilled = false;

  /** Calls a handler with messages that gRPC has serialized. */
  call<Request, Response>(
    { path, ...method }: MethodDefinition<Request, Response>,
    handle: handleUnaryCall<Request, Response>,
  ): (request: Request, done: Done<Response>) => void {
    return (request, done) => {
      const fail = (error: ServiceError) => {
        if (this.#pending.delete(fail)) done(error, none);
      };
      const none = method.responseDeserialize(Buffer.alloc(0));
      this.#pending.add(fail);
      if (this.#isKilled) {
        fail(connectionDropped());
        return;
      }
      handle(toCall(path, method.requestDeserialize(method.requestSerialize(request))), (error, response) => {
        if (error) fail(toServiceError(error));
        else if (response && this.#pending.delete(fail)) {
          done(null, method.responseDeserialize(method.responseSerialize(response)));
        }
      });
    };
  }

  end(): void {
    this.#isKilled = true;
    for (const fail of this.#pending) fail(connectionDropped());
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
      throw new Error("a list needs sockets");
    },
  };
}

/** Returns a call as a handler receives it. */
function toCall<Request>(path: string, request: Request): Parameters<handleUnaryCall<Request, unknown>>[0] {
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
      throw new Error("no metrics in this process");
    },
  });
}

type HandlerError = NonNullable<Parameters<Parameters<handleUnaryCall<unknown, unknown>>[1]>[0]>;

function toServiceError({
  code = status.UNKNOWN,
  details = "",
  metadata = new Metadata(),
}: HandlerError): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata });
}

function connectionDropped(): ServiceError {
  return toServiceError({ code: status.UNAVAILABLE, details: "Connection dropped" });
}

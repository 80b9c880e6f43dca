import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { Metadata, type MethodDefinition, type sendUnaryData } from "@grpc/grpc-js";
import { ResourceProviderService as protocol } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { type EngineLog, type ListCall, Provider, type UnaryCall } from "../plugin/provider";
import type { Launch, Plugin, Tell } from "./launch";
import type { CallError, Done } from "./providerClient";

/** Starts the provider in this process, without sockets. */
export const inProcess: Launch = ({ provider }, environment, tell) => {
  const home = mkdtempSync(join(tmpdir(), "lifecycle-"));
  const plugin = connect(new Provider(provider, { ...environment, PULUMI_HOME: home }, home, logTo(tell)));
  const end = () => {
    plugin.end();
    rmSync(home, { recursive: true, force: true });
  };
  return Promise.resolve({ ...plugin, end });
};

/** Returns a log that tells the user all messages except those for debugging, which only `observe` receives. */
export function logTo(tell: Tell, observe: (text: string) => void = () => undefined): EngineLog {
  return {
    log: (level, _, text) => {
      observe(text);
      if (level !== "debug") tell(text, level === "info");
    },
    flush: () => Promise.resolve(),
  };
}

/** Connects a client to a provider in the same process. Each message passes through its wire format. */
export function connect(provider: Provider): Plugin {
  const handlers = provider.service();
  const connection = new Connection();
  const calls = {
    checkConfig: connection.connect(protocol.checkConfig, handlers.checkConfig),
    configure: connection.connect(protocol.configure, handlers.configure),
    cancel: connection.connect(protocol.cancel, handlers.cancel),
    check: connection.connect(protocol.check, handlers.check),
    diff: connection.connect(protocol.diff, handlers.diff),
    create: connection.connect(protocol.create, handlers.create),
    read: connection.connect(protocol.read, handlers.read),
    update: connection.connect(protocol.update, handlers.update),
    delete: connection.connect(protocol.delete, handlers.delete),
    invoke: connection.connect(protocol.invoke, handlers.invoke),
    list: (request: ListCall["request"]) => {
      const call: PassThrough & ListCall = Object.assign(new PassThrough({ objectMode: true }), { request });
      handlers.list(call);
      return call;
    },
  };
  const end = () => {
    connection.close();
  };
  return { calls, end };
}

/** A connection that fails its pending calls when it closes. */
class Connection {
  readonly #pending = new Set<() => void>();
  #isOpen = true;

  /** Returns a function that calls a handler. */
  connect<Request, Response>(
    {
      requestSerialize,
      requestDeserialize,
      responseSerialize,
      responseDeserialize,
    }: MethodDefinition<Request, Response>,
    handle: (call: UnaryCall<Request>, callback: sendUnaryData<Response>) => void,
  ) {
    return (sent: Request, done: Done<Response>): void => {
      const settle = (error: CallError | null, response?: Response) => {
        if (this.#pending.delete(drop)) done(error, response);
      };
      const drop = () => {
        settle({ details: "Connection dropped", metadata: new Metadata() });
      };
      this.#pending.add(drop);
      if (!this.#isOpen) {
        drop();
        return;
      }
      const request = requestDeserialize(requestSerialize(sent));
      handle(Object.assign(new EventEmitter(), { request }), (error, response) => {
        if (error) settle({ details: error.details ?? "", metadata: error.metadata ?? new Metadata() });
        else if (response) settle(null, responseDeserialize(responseSerialize(response)));
      });
    };
  }

  close(): void {
    this.#isOpen = false;
    for (const drop of this.#pending) drop();
  }
}

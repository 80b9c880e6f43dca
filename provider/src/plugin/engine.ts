import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

const severities = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
} as const;

export type Level = keyof typeof severities;

/** The engine that runs this plugin, to tell the user things. */
export class Engine {
  readonly #client: EngineClient;
  readonly #told = new Set<Promise<void>>();

  constructor(address: string) {
    this.#client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Shows a text beside the resource; beside none if the URN is empty. An engine that is gone hears nothing, and that is no failure. */
  tell(level: Level, urn: string, text: string): void {
    const request = new LogRequest();
    request.setSeverity(severities[level]);
    request.setUrn(urn);
    request.setMessage(text);
    const told = new Promise<void>((resolve) => {
      this.#client.log(request, () => {
        resolve();
      });
    });
    this.#told.add(told);
    void told.then(() => this.#told.delete(told));
  }

  /** Resolves when everything said so far has arrived: a warning must come before the answer that it belongs to. */
  async heard(): Promise<void> {
    await Promise.all(this.#told);
  }
}

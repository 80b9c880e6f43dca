import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

const severities = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
} as const;

export type Level = keyof typeof severities;

/** For how long debug lines are gathered before they are sent, in milliseconds. A run that ends well may lose the last of them. */
const gathering = 100;

/** The engine that runs this plugin, to tell the user things. */
export class Engine {
  #client: EngineClient | undefined;
  readonly #told = new Set<Promise<void>>();
  /** Debug lines that have not been sent: one message for each request would cost a quarter of the plugin's time. */
  #gathered: string[] = [];

  constructor(private readonly address: string) {}

  /**
   * Shows a text beside the resource, or beside none if the URN is empty. It is not a failure if the engine is gone or the address
   * names none.
   */
  tell(level: Level, urn: string, text: string): void {
    if (level !== "debug") {
      this.#send(level, urn, text);
      return;
    }
    if (this.#gathered.length === 0)
      setTimeout(() => {
        this.#sendGathered();
      }, gathering).unref();
    this.#gathered.push(text);
  }

  /**
   * Resolves when what was said so far has arrived: a warning must come before the answer that it belongs to. With
   * `everything`, debug lines too: what led to a failure must not be lost.
   */
  async heard(everything = false): Promise<void> {
    if (everything) this.#sendGathered();
    await Promise.all(this.#told);
  }

  #sendGathered(): void {
    if (this.#gathered.length === 0) return;
    this.#send("debug", "", this.#gathered.join("\n"));
    this.#gathered = [];
  }

  /** Made when there is something to tell: many a process, such as one that is asked for its schema, has nothing. */
  #connected(): EngineClient {
    // Where many plugins live in one process, an address comes round again: a connection to the former engine is of no use.
    this.#client ??= new EngineClient(this.address, grpc.credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
    return this.#client;
  }

  #send(level: Level, urn: string, text: string): void {
    const request = new LogRequest();
    request.setSeverity(severities[level]);
    request.setUrn(urn);
    request.setMessage(text);
    const told = new Promise<void>((resolve) => {
      this.#connected().log(request, () => {
        resolve();
      });
    }).catch(() => undefined);
    this.#told.add(told);
    void told.then(() => this.#told.delete(told));
  }
}

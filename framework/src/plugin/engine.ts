import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { engineConnection } from "./serve";

const severities = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
} as const;

export type Level = keyof typeof severities;

/** The time in which debug lines are collected for one message, in milliseconds. A successful run may lose the last lines. */
const collectionTime = 100;

/** The log of the engine that runs this plugin. The CLI shows it to the user. */
export class Engine {
  #client: EngineClient | undefined;
  readonly #pending = new Set<Promise<void>>();
  /** Debug lines that are not sent yet. One message for each request would cost a quarter of the plugin's time. */
  #debugLines: string[] = [];

  constructor(private readonly address: string) {}

  /**
   * Shows a text for the resource, or for none if the URN is empty. Debug lines share a message, so they belong to no resource. If the engine
   * does not respond, the text is lost.
   */
  log(level: Level, urn: string, text: string): void {
    if (level !== "debug") {
      this.#send(level, urn, text);
      return;
    }
    if (this.#debugLines.length === 0)
      setTimeout(() => {
        this.#sendDebugLines();
      }, collectionTime).unref();
    this.#debugLines.push(text);
  }

  /**
   * Resolves when all warnings have arrived, because they must precede the response. Sends debug lines too if `includesDebug`: after a
   * failure, they show its cause.
   */
  async flush(includesDebug = false): Promise<void> {
    if (includesDebug) this.#sendDebugLines();
    await Promise.all(this.#pending);
  }

  #sendDebugLines(): void {
    if (this.#debugLines.length === 0) return;
    this.#send("debug", "", this.#debugLines.join("\n"));
    this.#debugLines = [];
  }

  /** Connects at the first message. Many processes, such as one that returns the schema, send none. */
  #connect(): EngineClient {
    this.#client ??= new EngineClient(this.address, credentials.createInsecure(), engineConnection);
    return this.#client;
  }

  #send(level: Level, urn: string, text: string): void {
    const request = new LogRequest().setSeverity(severities[level]).setUrn(urn).setMessage(text);
    const sent = new Promise<void>((resolve) => {
      this.#connect().log(request, () => {
        resolve();
      });
    }).catch(() => undefined);
    this.#pending.add(sent);
    void sent.then(() => this.#pending.delete(sent));
  }
}

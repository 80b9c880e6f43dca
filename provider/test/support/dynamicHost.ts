import type { dynamic } from "@pulumi/pulumi";
import { Emulator, serve as listen, type Server } from "#emulator";
import type { HostExports } from "#framework/program";
import { ask, serve } from "../../src/dynamic/host";

/** Properties as the dynamic host passes them. */
export type Properties = Readonly<Record<string, unknown>>;

/** The mark of a value that a preview does not know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Pulumi's dynamic host in small: providers of one process, which talk to an emulator. */
export class DynamicHost {
  #process = 0;

  private constructor(
    readonly emulator: Emulator,
    private readonly server: Server,
  ) {}

  static async begin(): Promise<DynamicHost> {
    const emulator = new Emulator();
    await emulator.control.createOrganization("acme-dev");
    return new DynamicHost(emulator, await listen(emulator, { port: 0 }));
  }

  /** The id of the organization acme-dev. */
  get acme(): string {
    return `prn:1:${this.emulator.control.getOrganization("acme-dev").id}`;
  }

  /** From here on, another process: nothing is remembered. */
  restart(): void {
    this.#process += 1;
  }

  provider(type: string, settings: Readonly<Record<string, string>> = {}): ReturnType<HostExports["serve"]> {
    return serve(`peridio:index:${type}`, this.#stack(settings));
  }

  /** Calls a function, as programs do. */
  ask(name: string, args: Properties): Promise<Properties> {
    return ask(`peridio:index:${name}`, this.#stack(), args);
  }

  #stack(settings: Readonly<Record<string, string>> = {}): dynamic.Config {
    const config: Readonly<Record<string, string>> = {
      "peridio:apiKey": this.emulator.apiKey,
      "peridio:endpoint": this.server.url,
      "peridio:userAgentSuffix": `process-${this.#process}`,
      ...settings,
    };
    return { get: (key) => config[key], require: (key) => key };
  }

  /** The requests since the last call, by operation: `update-a-member {"role":"viewer"}`. */
  requests(): string[] {
    const lines = this.emulator
      .requests()
      .map(({ operation, body }) => [operation, ...(body === null ? [] : [JSON.stringify(body)])].join(" "));
    this.emulator.traffic.log.clear();
    return lines;
  }

  end(): Promise<void> {
    return this.server.close();
  }
}

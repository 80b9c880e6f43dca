import { Emulator } from "../../../emulator/src/emulator";
import { serve, type Server } from "../../../emulator/src/server";
import { Engine, type Wire } from "./engine";

/** A key that no other text contains, so that a search for it proves something. */
export const apiKey = "peridio-key-that-must-not-leak";

/** An emulator of its own for each test, and an engine whose provider talks to it. */
export class World {
  private constructor(
    readonly url: string,
    readonly emulator: Emulator,
    readonly engine: Engine,
    private readonly server: Server,
  ) {}

  /** One retry, so that a failure that lasts shows soon. */
  static async begin(settings: Wire = { maxRetries: "1" }): Promise<World> {
    const emulator = new Emulator({ apiKey });
    const server = await serve(emulator, { port: 0 });
    const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: server.url };
    return new World(server.url, emulator, new Engine(environment, settings), server);
  }

  /** An engine of its own, with other settings, for the same Peridio. */
  with(settings: Wire): Engine {
    return new Engine({ PERIDIO_BASE_URL: this.url }, { maxRetries: "1", ...settings });
  }

  end(): Promise<void> {
    return this.server.close();
  }

  /** The requests since the last call, short: `PATCH members {"role":"viewer"}`. The check of the key is left out. */
  requests(): string[] {
    const lines = this.emulator.requests().map(({ method, path, query, body }) => {
      const what = path
        .replace(/^\/v2\//, "")
        .replace(/organizations\/prn:1:[0-9a-f-]+\/?/, "")
        .replace(/\/?prn:1:[0-9a-z:_-]+$/, "");
      const search = typeof query.search === "string" ? query.search : "";
      return [method, what, search, body === null ? "" : JSON.stringify(body)].filter((part) => part !== "").join(" ");
    });
    this.emulator.traffic.log.clear();
    return lines.filter((line) => line !== "GET users/me");
  }

  /** Only those that change something. */
  writes(): string[] {
    return this.requests().filter((line) => !line.startsWith("GET"));
  }
}

import { Emulator, serve, type Server } from "#emulator";
import type { BackendName } from "../../src/api";
import { dev, roster } from "./programs";
import { Engine, type Program, type Running, type Step, type Wire } from "./engine";

/** A key that no other text contains, so that a search for it proves something. */
export const apiKey = "peridio-key-that-must-not-leak";

/** A new emulator for each test, and an engine whose provider uses it. */
export class World {
  private constructor(
    readonly url: string,
    readonly emulator: Emulator,
    readonly engine: Engine,
    private readonly server: Server,
  ) {}

  /**
   * For programs about people, whichever API is spoken. Where no organization can be made, there is already the one that
   * these programs declare, with the key's user in it and nobody else.
   */
  static async on(backend: BackendName): Promise<World> {
    const world = await World.begin({ maxRetries: "1", backend });
    if (backend === "connect") await world.emulator.control.createOrganization("acme-dev");
    return world;
  }

  /** One retry, so that a failure that lasts shows soon. */
  static async begin(settings: Wire = { maxRetries: "1" }): Promise<World> {
    const emulator = new Emulator({ apiKey });
    const server = await serve(emulator, { port: 0 });
    const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: server.url };
    return new World(server.url, emulator, new Engine(environment, settings), server);
  }

  /** Returns another engine for the same emulator, with other settings. */
  with(settings: Wire): Engine {
    return new Engine({ PERIDIO_BASE_URL: this.url }, { maxRetries: "1", ...settings });
  }

  end(): Promise<void> {
    return this.server.close();
  }

  /**
   * Runs `up`, and something else while so many requests of an operation are held. Then they continue.
   */
  async upDuring(
    program: Program,
    operation: string,
    happens: (running: Running) => void | Promise<void>,
    requests = 1,
  ): Promise<Step[]> {
    const hold = this.emulator.control.hold({ operation });
    const started = async (running: Running): Promise<void> => {
      await hold.waitForArrivals(requests);
      await happens(running);
      hold.release();
    };
    return this.engine.up(program, { started });
  }

  /** The same with Ctrl-C. */
  upCancelled(program: Program, operation: string, requests = 1): Promise<Step[]> {
    return this.upDuring(program, operation, ({ cancel }) => cancel(), requests);
  }

  /** Brings a program into force in which these people have accepted their invitations. The requests are forgotten. */
  async settle(program: Program, people: readonly string[]): Promise<void> {
    await this.engine.up(program);
    for (const email of people) this.emulator.control.accept(email, "acme-dev");
    await this.engine.up(program);
    this.requests();
  }

  /** The same for a program with a roster, `all`. The owner, ada, whose key it is, has been there all along. */
  settleRoster(members: Readonly<Record<string, string>>, settings: Wire = {}): Promise<void> {
    const invited = Object.keys(members).filter((email) => email !== "ada@acme.example");
    return this.settle({ ...dev, all: roster(members, settings) }, invited);
  }

  /** The requests since the last call, short: `PATCH members {"role":"viewer"}`. The check of the key is left out. */
  requests(): string[] {
    const lines = this.emulator.requests().map(({ method, path, query, body }) => {
      const what = path
        .replace(/^\/(v2|api)\//, "")
        .replace(/^(organizations\/prn:1:|orgs\/)[0-9a-f-]{36}\/?/, "")
        .replace(/\/?(prn:1:[0-9a-z:_-]+|[0-9a-f-]{36})/, "");
      const search = typeof query.search === "string" ? query.search : "";
      return [method, what, search, body === null ? "" : JSON.stringify(body)].filter((part) => part !== "").join(" ");
    });
    this.emulator.traffic.log.clear();
    return lines.filter((line) => !["GET users/me", "GET me"].includes(line));
  }

  /** Only those that change something. */
  writes(): string[] {
    return this.requests().filter((line) => !line.startsWith("GET"));
  }
}

import { Emulator, serve, type Server } from "#emulator";
import { run } from "../../src/program";
import { fakeTerminal, type FakeTerminal } from "./terminal";

/** A key that no other text contains, so that a search for it proves something. */
export const apiKey = "peridio-key-that-must-not-leak";

export const day = 86_400;

/** An emulator with the organization acme without findings, and command lines that call it. */
export class Acme {
  private constructor(
    readonly emulator: Emulator,
    private readonly server: Server,
  ) {}

  static async begin(): Promise<Acme> {
    const emulator = new Emulator({ apiKey, now: () => new Date("2027-01-31T08:00:00Z") });
    const acme = new Acme(emulator, await serve(emulator, { port: 0 }));
    emulator.control.setTwoFactor("ada@acme.example", true);
    emulator.control.addUser("grace@acme.example", { two_factor_enabled: true });
    await acme.found("acme");
    emulator.traffic.log.clear();
    return acme;
  }

  get control() {
    return this.emulator.control;
  }

  /** Adds another organization without a finding, which ada@acme.example owns. */
  async found(name: string): Promise<void> {
    await this.control.createOrganization(name);
    this.control.addMember("grace@acme.example", name, "admin");
    await this.control.updateSecuritySettings(name, {
      two_factor_required: true,
      ip_allowlist: [{ cidr: "127.0.0.0/8", description: null }],
      api_key_rotation: { max_age_days: 90, grace_period_days: 7 },
    });
  }

  /** Adds a member with a second factor to an organization. */
  join(email: string, role: Parameters<Emulator["control"]["addMember"]>[2], organization = "acme"): void {
    this.control.addMember(email, organization, role);
    this.control.setTwoFactor(email, true);
  }

  /** Runs a command line at the emulator's time. */
  async run(args: readonly string[], given: Parameters<typeof fakeTerminal>[0] = {}): Promise<Answer> {
    const terminal = fakeTerminal({
      now: this.emulator.now,
      environment: { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: this.server.url },
      ...given,
    });
    const code = await run(args, terminal);
    return { code, output: terminal.printed(), errors: terminal.said(), terminal };
  }

  get url(): string {
    return this.server.url;
  }

  /** Returns the operations since the last call. */
  operations(): string[] {
    const list = this.emulator.requests().map(({ operation, query }) => {
      const status = typeof query.search === "string" ? ` ${query.search}` : "";
      return `${operation ?? "none"}${status}`;
    });
    this.emulator.traffic.log.clear();
    return list.sort();
  }

  end(): Promise<void> {
    return this.server.close();
  }
}

export interface Answer {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  readonly terminal: FakeTerminal;
}

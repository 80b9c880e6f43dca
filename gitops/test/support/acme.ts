import { Emulator, serve, type Server } from "#emulator";
import { run } from "../../src/program";
import { fakeTerminal, type FakeTerminal } from "./terminal";

/** A key that no other text contains, so that a search for it proves something. */
export const apiKey = "peridio-key-that-must-not-leak";

export const day = 86_400;

/** The access to a project or a cohort. */
interface Grants {
  readonly organization?: string;
  readonly isOpen?: boolean;
  readonly users?: readonly string[];
  /** The names of groups. */
  readonly groups?: readonly string[];
}

interface WebhookSettings {
  readonly organization?: string;
  readonly name?: string;
  readonly enabled?: boolean;
}

interface ClaimTokenSettings {
  readonly organization?: string;
  readonly cohort_id?: string;
  readonly expires_at?: string;
  readonly max_uses?: number;
}

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

  /** Creates an API token of an organization, with Avocado Connect, for the user of an API key. */
  async createToken(name: string, { organization = "acme", key = apiKey } = {}): Promise<void> {
    await this.#post(organization, "api-tokens", { name }, key);
  }

  /** Creates a webhook of an organization, with Avocado Connect. */
  async createWebhook(url: string, { organization = "acme", ...settings }: WebhookSettings = {}): Promise<void> {
    await this.#post(organization, "webhooks", { webhook_endpoint: { url, ...settings } });
  }

  /** Creates a claim token of an organization, with Avocado Connect. */
  async createClaimToken(name: string, { organization = "acme", ...settings }: ClaimTokenSettings = {}): Promise<void> {
    await this.#post(organization, "claim_tokens", { claim_token: { name, ...settings } });
  }

  async #post(organization: string, collection: string, body: object, key = apiKey): Promise<void> {
    const { id } = this.control.getOrganization(organization);
    const response = await fetch(`${this.url}/api/orgs/${id}/${collection}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.status !== 201) throw new Error(await response.text());
  }

  /** Adds a group of users with these members. */
  addGroup(name: string, members: readonly string[], organization = "acme"): void {
    const { groups } = this.control.getOrganization(organization);
    const id = this.control.addGroup(name, organization);
    this.#find(groups, id).user_ids.push(...members.map((email) => this.#getUserId(email)));
  }

  /** Adds a project, by default one that is open to everyone, with these grants. */
  addProject(name: string, grants: Grants = {}): void {
    const { organization = "acme", isOpen = true } = grants;
    const id = this.control.access.addProject(name, organization, { everyone_enabled: isOpen });
    this.#grant(this.#find(this.control.getOrganization(organization).projects, id), grants);
  }

  /** Adds a cohort to a project, by default one that is open to everyone, with these grants. */
  addCohort(name: string, project: string, grants: Grants = {}): void {
    const { organization = "acme", isOpen = true } = grants;
    const id = this.control.access.addCohort(name, project, organization, { everyone_enabled: isOpen });
    const cohorts = this.control.getOrganization(organization).projects.flatMap(({ cohorts }) => cohorts);
    this.#grant(this.#find(cohorts, id), grants);
  }

  /** Grants access even to people who are not members, which a request cannot do. */
  #grant(
    target: { readonly user_ids: string[]; readonly group_ids: string[] },
    { organization = "acme", users = [], groups = [] }: Grants,
  ): void {
    const { groups: existing } = this.control.getOrganization(organization);
    target.user_ids.push(...users.map((email) => this.#getUserId(email)));
    target.group_ids.push(...existing.filter((group) => groups.includes(group.name)).map((group) => group.id));
  }

  #find<Row extends { readonly id: string }>(rows: readonly Row[], id: string): Row {
    const row = rows.find((one) => one.id === id);
    if (row === undefined) throw new Error(`There is no ${id}.`);
    return row;
  }

  #getUserId(email: string): string {
    const id = this.emulator.state.user_ids[email.toLowerCase()];
    if (id === undefined) throw new Error(`There is no user ${email}.`);
    return id;
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

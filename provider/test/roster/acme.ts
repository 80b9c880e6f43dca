import { cacheReads } from "../../src/api/cachedClient";
import type { Invitation, Member, Peridio } from "../../src/api";
import { emulated, type Emulated } from "../api/emulated";
import { adminV2, type Dialect } from "../support/dialect";

/** The organization acme in an emulator: ada owns it, bob is an admin, carl has the lower role, and eve is invited with the higher one. */
export class Acme {
  private constructor(
    private readonly world: Emulated,
    private readonly dialect: Dialect,
  ) {}

  static async begin(dialect = adminV2): Promise<Acme> {
    return new Acme(await emulated(dialect.backend), dialect);
  }

  /** Everything as at the start, and nothing requested yet. */
  async reset(): Promise<void> {
    const { emulator } = this.world;
    const { stored } = this.dialect;
    this.world.reset();
    emulator.control.addMember("bob@acme.example", "acme", "admin");
    emulator.control.addApiKey("bob@acme.example", { key: "bob-key" });
    emulator.control.addMember("carl@acme.example", "acme", stored.low);
    await emulator.control.invite("eve@acme.example", "acme", stored.high);
    emulator.traffic.log.clear();
  }

  close(): Promise<void> {
    return this.world.close();
  }

  get id(): string {
    return this.world.acme;
  }

  get control(): Emulated["emulator"]["control"] {
    return this.world.emulator.control;
  }

  /** Peridio as a new process with a key of that person sees it. */
  as(name: "ada" | "bob"): Peridio {
    return cacheReads(this.world.client({ apiKey: `${name}-key`, maxRetries: 0 }));
  }

  async member(name: string, api = this.as("ada")): Promise<Member> {
    const place = await api.roster.find(this.id, `${name}@acme.example`);
    if (place?.kind !== "member") throw new Error(`${name} is no member.`);
    return place;
  }

  async invitation(name: string, api = this.as("ada")): Promise<Invitation> {
    const place = await api.roster.find(this.id, `${name}@acme.example`);
    if (place?.kind !== "invitation") throw new Error(`${name} is not invited.`);
    return place;
  }

  /** The final roster, with invitations in parentheses: `bob admin`, `(eve developer)`. */
  async people(): Promise<string[]> {
    const people = await this.as("ada").roster.list(this.id);
    return people.map(({ kind, email, role }) => {
      const text = `${email.replace("@acme.example", "")} ${role}`;
      return kind === "member" ? text : `(${text})`;
    });
  }

  /** Returns the number of requests of an operation. */
  requests(operation: string): number {
    return this.world.emulator.requests({ operation }).length;
  }

  /** The requests that changed something, in order: `update-a-member carl@acme.example {"role":"admin"}`. */
  writes(): string[] {
    const users = new Map(Object.values(this.world.emulator.state.users).map(({ id, email }) => [id, email]));
    return this.world.emulator
      .requests()
      .filter(({ method }) => method !== "GET")
      .map(({ operation, path, body }) => {
        const user = [...users].find(([id]) => path.includes(id))?.[1];
        return [operation, user, body === null ? undefined : JSON.stringify(body)]
          .filter((part) => part !== undefined)
          .join(" ");
      });
  }
}

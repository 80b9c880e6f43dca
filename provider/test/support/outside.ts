import type { Emulator } from "#emulator";
import { run } from "./cli";

/** Changes that other programs and people make in an organization of Avocado Connect, and what the organization then contains. */
export class Outside {
  constructor(
    private readonly emulator: Emulator,
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  /** The organization `acme-dev`, whose changes take effect. */
  get organization() {
    const found = this.emulator.state.organizations.find(({ name }) => name === "acme-dev");
    if (found === undefined) throw new Error("the emulator has no organization acme-dev");
    return found;
  }

  /** The URL of the organization in the API. */
  get address(): string {
    return `${this.url}/api/orgs/${this.organization.id}`;
  }

  /** The user with this address. */
  getId(email: string): string {
    return this.emulator.state.user_ids[email] ?? email;
  }

  /** Returns the people in each group, and with a grant for each project and cohort, by name. */
  readPeople(): Record<string, readonly string[]> {
    const { users } = this.emulator.state;
    const toEmails = (ids: readonly string[]) => ids.map((id) => users[id]?.email ?? id).sort();
    return Object.fromEntries(this.#listObjects().map(({ name, user_ids }) => [name, toEmails(user_ids)]));
  }

  /** Adds these people to all groups, projects and cohorts. */
  addEverywhere(emails: readonly string[]): void {
    for (const { user_ids } of this.#listObjects()) user_ids.push(...emails.map((email) => this.getId(email)));
  }

  /** Deletes an object of the organization. */
  async delete(path: string): Promise<void> {
    const headers = { authorization: `Bearer ${this.apiKey}` };
    const { ok, status } = await fetch(`${this.address}/${path}`, { method: "DELETE", headers });
    if (!ok) throw new Error(`the deletion of ${path} was answered with ${status}`);
  }

  /** Makes Peridio answer the next such request with success, but change nothing. */
  acknowledge(operation: string): void {
    this.emulator.control.fault({ operation, effect: "acknowledge" });
  }

  /** Makes Peridio carry out the next such request, and loses the response. */
  lose(operation: string): void {
    this.emulator.control.fault({ operation, when: "after", effect: "drop" });
  }

  /** The command that deletes an object. */
  toRemoval(path: string): string {
    return `curl -X DELETE -H "Authorization: Bearer $PERIDIO_API_KEY" ${this.address}/${path}`;
  }

  /** Runs a command in a shell, as a person does who reads it in an error. */
  async runCommand(command: string): Promise<void> {
    const environment = { ...process.env, PERIDIO_API_KEY: this.apiKey };
    const { code, stderr } = await run("sh", ["-c", command], __dirname, environment);
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
  }

  #listObjects() {
    const { groups, projects } = this.organization;
    return [...groups, ...projects, ...projects.flatMap(({ cohorts }) => cohorts)];
  }
}

/** Returns the commands in the output of `pulumi` that delete objects. */
export function readRemovals(said: string): readonly string[] {
  const commands = [...said.matchAll(/run `(curl -X DELETE [^`\n]*)`/g)].map(([, command = ""]) => command);
  return [...new Set(commands)].sort();
}

/** The text of a parser's error that the provider must not print. */
export const rawJson = /\{\s*\\?"|"(code|path|message)"/;

export const notApplied = "Peridio accepted the request but did not apply it as requested";

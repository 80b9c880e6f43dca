import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { RemoteControl } from "#emulator";
import { formatAddress, listOrganizationNames, type Size } from "./program";

const program = join(__dirname, "../../bin/peridio-emulator");
const apiKey = "a-key-for-the-bench";

const overview = z.object({ organizations: z.array(z.object({ prn: z.string(), name: z.string() })) });

/** Numbers of requests. */
export interface Requests {
  readonly reads: number;
  readonly writes: number;
}

/** An emulator for one run, in a separate process, so that it does not share an event loop. */
export class EmulatedPeridio {
  readonly #control: RemoteControl;

  private constructor(
    private readonly process: ChildProcess,
    private readonly url: string,
  ) {
    this.#control = new RemoteControl(url);
  }

  static async start(): Promise<EmulatedPeridio> {
    const child = spawn(program, ["--port", "0", "--api-key", apiKey], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface(child.stdout)) {
      const [, url] = /PERIDIO_BASE_URL=(\S+)/.exec(line) ?? [];
      if (url !== undefined) return new EmulatedPeridio(child, url);
    }
    throw new Error(`${program} ended before it printed its address`);
  }

  /** The settings of the provider. */
  get environment(): Readonly<Record<string, string>> {
    return { PERIDIO_BASE_URL: this.url, PERIDIO_API_KEY: apiKey };
  }

  /** Delays every response. */
  async delay(milliseconds: number): Promise<void> {
    await this.#control.send("latency", { milliseconds });
  }

  /** Creates empty organizations with the highest limit of users that the API allows. Returns their PRNs. */
  async createOrganizations(names: readonly string[]): Promise<string[]> {
    for (const name of names) {
      await this.#control.send("create-organization", { name });
      await this.#control.send("set-limits", { organization: name, limits: { users: 500 } });
    }
    const response = await fetch(`${this.url}/_emulator/overview`);
    const { organizations } = overview.parse(await response.json());
    return names.map((name) => organizations.find((organization) => organization.name === name)?.prn ?? "");
  }

  /** Accepts all invitations of a program of this size. */
  async acceptAll({ organizations, people }: Size): Promise<void> {
    for (const [index, organization] of listOrganizationNames(organizations).entries())
      for (let person = 1; person <= people; person += 1)
        await this.#control.send("accept", { organization, email: formatAddress(index + 1, person) });
  }

  /** The requests since the last call. */
  async countRequests(): Promise<Requests> {
    const requests = await this.#control.requests();
    await this.#control.clearRequests();
    const reads = requests.filter(({ method }) => method === "GET").length;
    return { reads, writes: requests.length - reads };
  }

  async stop(): Promise<void> {
    this.process.kill();
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, "exit");
  }
}

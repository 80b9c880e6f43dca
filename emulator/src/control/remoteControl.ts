import { z } from "zod";
import { loggedRequestSchema, type LoggedRequest, type RequestFilter } from "../traffic/requestLog";
import type { CommandBody, CommandName } from "./http";

/** Uses the control plane of an emulator in another process. Every method rejects with the emulator's error. */
export class RemoteControl {
  /** @param url the emulator's address, without a trailing slash */
  constructor(private readonly url: string) {}

  /** Sends a command: `send("accept", { email, organization })`. @returns the created object, if any */
  send<Name extends CommandName>(command: Name, body: CommandBody<Name>): Promise<unknown> {
    return this.#call("POST", command, body);
  }

  /** Lists the requests to both APIs, oldest first. */
  async requests(filter: RequestFilter = {}): Promise<LoggedRequest[]> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
    return z.array(loggedRequestSchema).parse(await this.#call("GET", `requests?${query.toString()}`));
  }

  async clearRequests(): Promise<void> {
    await this.#call("DELETE", "requests");
  }

  async clearFaults(): Promise<void> {
    await this.#call("DELETE", "faults");
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/_emulator/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_emulator/${path}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}

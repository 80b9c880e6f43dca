import { z } from "zod";
import { loggedRequestSchema, type LoggedRequest, type RequestFilter } from "../traffic/requestLog";
import type { CommandBody, CommandName } from "./commands";

/** The control plane of an emulator in another process. Every call rejects with the reason that it was refused for. */
export class RemoteControl {
  /** `url` as the emulator prints it, without a slash at its end. */
  constructor(private readonly url: string) {}

  /** Has something done: `send("accept", { email, organization })`. @returns what is made, if anything */
  send<Name extends CommandName>(command: Name, body: CommandBody<Name>): Promise<unknown> {
    return this.#call("POST", command, body);
  }

  /** The requests to the contract so far, oldest first. */
  async requests(filter: RequestFilter = {}): Promise<LoggedRequest[]> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
    return z.array(loggedRequestSchema).parse(await this.#call("GET", `requests?${query.toString()}`));
  }

  async clearRequests(): Promise<void> {
    await this.#call("DELETE", "requests");
  }

  /** Removes the faults that still wait. */
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

import { z } from "zod";
import { Emulator } from "../src/emulator";

const listSchema = z.object({ data: z.array(z.unknown()), next_page: z.string().nullable() });

const refusalSchema = z.object({ errors: z.record(z.string(), z.array(z.string()).min(1)) });

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or undefined if there is none. */
  readonly body: unknown;
}

/** Calls an emulator without a socket, and holds every answer against its OpenAPI document. */
export class Client {
  constructor(
    private readonly emulator: Emulator,
    private readonly key: string | null = emulator.apiKey,
    private readonly address?: string,
  ) {}

  get = (path: string) => this.call("GET", path);
  post = (path: string, body: unknown) => this.call("POST", path, body);
  put = (path: string, body: unknown) => this.call("PUT", path, body);
  patch = (path: string, body: unknown) => this.call("PATCH", path, body);
  delete = (path: string) => this.call("DELETE", path);

  /** `body` is sent as JSON, a text as it is. */
  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = this.key === null ? {} : { authorization: `Bearer ${this.key}` };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const request = new Request(`http://emulator${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: text }),
    });
    const response = await this.emulator.handle(request, this.address);
    const { operation } = this.emulator.requests().at(-1) ?? {};
    if (typeof operation === "string") {
      const deviations = await this.emulator.validateResponse(request, response);
      if (deviations.length > 0) throw new Error(`${method} ${path}: ${response.status} ${deviations.join("; ")}`);
    }
    const answered = await response.text();
    const answer: unknown = answered === "" ? undefined : JSON.parse(answered);
    return { status: response.status, headers: response.headers, body: answer };
  }

  /** All rows of a list, page by page. */
  async list(path: string, limit = 100): Promise<unknown[]> {
    const rows: unknown[] = [];
    let page: string | null = null;
    do {
      const cursor = page === null ? "" : `&page=${encodeURIComponent(page)}`;
      const { body } = await this.get(`${path}${path.includes("?") ? "&" : "?"}limit=${limit}${cursor}`);
      const list = listSchema.parse(body);
      rows.push(...list.data);
      page = list.next_page;
    } while (page !== null);
    return rows;
  }
}

/** The value at a path such as `data.owner.email`. */
export function at(body: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, step) => (typeof value === "object" && value ? Reflect.get(value, step) : undefined),
      body,
    );
}

/** The text at a path. */
export function text(body: unknown, path: string): string {
  const value = at(body, path);
  if (typeof value !== "string") throw new Error(`There is no text at ${path} of ${JSON.stringify(body)}.`);
  return value;
}

/** The properties that a 422 complains about, sorted. */
export function faulty(body: unknown): string[] {
  return Object.keys(refusalSchema.parse(body).errors).sort();
}

/** An emulator whose clock stands still, with the organization acme-dev of ada@acme.example. */
export async function acme(): Promise<{ emulator: Emulator; ada: Client; acmeDev: string }> {
  const emulator = new Emulator({ now: () => new Date("2027-01-01T00:00:00Z") });
  await emulator.control.createOrganization("acme-dev");
  return {
    emulator,
    ada: new Client(emulator),
    acmeDev: `/v2/organizations/${emulator.control.organization("acme-dev").id}`,
  };
}

/** A client of the person's, with a key for the whole account. */
export function clientOf(emulator: Emulator, email: string): Client {
  return new Client(emulator, emulator.control.addApiKey(email));
}

/** The path of a member of acme-dev. */
export function memberPath(emulator: Emulator, email: string): string {
  const { id, members } = emulator.control.organization("acme-dev");
  const user = Object.values(emulator.state.users).find((candidate) => candidate.email === email);
  const member = members.find(({ user_id }) => user_id === user?.id);
  if (member === undefined) throw new Error(`${email} is no member.`);
  return `/v2/organizations/${id}/members/${member.user_id}`;
}

import { z } from "zod";
import { Emulator } from "../src/emulator";

const listSchema = z.object({ data: z.array(z.unknown()), next_page: z.string().nullable() });

const validationErrorSchema = z.object({ errors: z.record(z.string(), z.array(z.string()).min(1)) });

/** A response with its whole body. */
export interface ClientResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or undefined without a body. */
  readonly body: unknown;
}

/** Sends requests to an emulator without a socket. Validates every response against its OpenAPI document. */
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

  /** Sends `body` as JSON, and a string unchanged. */
  async call(method: string, path: string, body?: unknown): Promise<ClientResponse> {
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

  /** Reads all rows of a list, page by page. */
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

/** Reads the value at a path such as `data.owner.email`. */
export function readValue(body: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, step) => (typeof value === "object" && value ? Reflect.get(value, step) : undefined),
      body,
    );
}

/** Reads the string at a path. */
export function readText(body: unknown, path: string): string {
  const value = readValue(body, path);
  if (typeof value !== "string") throw new Error(`There is no string at ${path} of ${JSON.stringify(body)}.`);
  return value;
}

/** Lists the properties that a 422 names, sorted. */
export function listInvalidProperties(body: unknown): string[] {
  return Object.keys(validationErrorSchema.parse(body).errors).sort();
}

/** Creates an emulator with a stopped clock and the organization acme-dev of ada@acme.example. */
export async function createAcme(): Promise<{ emulator: Emulator; ada: Client; acmeDev: string }> {
  const emulator = new Emulator({ now: () => new Date("2027-01-01T00:00:00Z") });
  await emulator.control.createOrganization("acme-dev");
  return {
    emulator,
    ada: new Client(emulator),
    acmeDev: `/v2/organizations/${emulator.control.getOrganization("acme-dev").id}`,
  };
}

/** Creates a client with a key for the user's whole account. */
export function createClient(emulator: Emulator, email: string): Client {
  return new Client(emulator, emulator.control.addApiKey(email));
}

/** Returns the path of a member of acme-dev. */
export function getMemberPath(emulator: Emulator, email: string): string {
  const { id, members } = emulator.control.getOrganization("acme-dev");
  const user = Object.values(emulator.state.users).find((candidate) => candidate.email === email);
  const member = members.find(({ user_id }) => user_id === user?.id);
  if (member === undefined) throw new Error(`${email} is not a member.`);
  return `/v2/organizations/${id}/members/${member.user_id}`;
}

import { EnvHttpProxyAgent, request } from "undici";
import * as z from "zod";
import { CommandError } from "../exit";
import { parseJson } from "../terminal/text";

type Method = "GET" | "POST" | "PATCH" | "PUT";
type Headers = Readonly<Record<string, string>>;
type Response = Awaited<ReturnType<typeof request>>;

/** A request to a forge. */
interface ForgeRequest {
  readonly method?: Method;
  readonly body?: object;
}

/** The parameter of a list that limits a page. */
export type PageSize = "per_page" | "limit";

/** The seconds that a forge has for one response. */
const timeout = 60;

/** The pages after which a list counts as endless. */
const mostPages = 1000;

/** A response that refuses a request. */
class ForgeError extends CommandError {
  constructor(
    /** The HTTP status. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Calls the JSON API of a forge, through the proxy of the environment. */
export class ForgeApi {
  readonly #agent = new EnvHttpProxyAgent();

  readonly #name: string;
  readonly #url: string;
  readonly #headers: Headers;
  readonly #pageSize: PageSize;

  /**
   * @param name the forge in messages
   * @param url the address of the API, or of one of its objects, which has the empty path
   * @param headers the headers of every request, with the token
   */
  constructor(name: string, url: string, headers: Headers, pageSize: PageSize = "per_page") {
    [this.#name, this.#url, this.#headers, this.#pageSize] = [name, url, headers, pageSize];
  }

  /** @throws CommandError if the forge cannot be reached, refuses the request or answers with something else. */
  async json<T>(path: string, schema: z.ZodType<T>, request: ForgeRequest = {}): Promise<T> {
    const { data, success } = schema.safeParse(parseJson((await this.bytes(path, request)).toString()));
    if (success) return data;
    throw new CommandError(`${this.#describe(path, request)} with something that this version does not understand.`);
  }

  /** Sends a request whose answer does not matter. */
  async send(path: string, request: ForgeRequest): Promise<void> {
    await this.bytes(path, request);
  }

  /** Returns the body of a response, such as a file. Follows a redirect of a request that reads, without the token. */
  async bytes(path: string, sent: ForgeRequest = {}): Promise<Buffer> {
    const response = await this.#reach(this.#send(path, sent));
    const bytes = Buffer.from(await response.body.arrayBuffer());
    const { statusCode: status, headers } = response;
    if (status < 300) return bytes;
    const id = headers["x-github-request-id"] ?? headers["x-request-id"];
    const suffix = id === undefined ? "" : ` (request ${String(id)})`;
    const answer = `${this.#describe(path, sent)} with ${status}${suffix}`;
    throw new ForgeError(
      status,
      status < 400
        ? `${answer}, a redirect. Correct the address of the API. If the repository was renamed, correct the address of the remote.`
        : `${answer}: ${this.#hideToken(bytes.toString())}. Check the token and its permissions.`,
    );
  }

  /** Lists all entries of a list in pages of at most one hundred. A forge can send shorter pages, so only an empty one is the end. */
  async *list<T>(path: string, schema: z.ZodType<T>): AsyncIterable<T> {
    const separator = path.includes("?") ? "&" : "?";
    for (let page = 1; page <= mostPages; page += 1) {
      const entries = await this.json(`${path}${separator}${this.#pageSize}=100&page=${page}`, z.array(schema));
      if (entries.length === 0) return;
      yield* entries;
    }
    throw new CommandError(`${this.#describe(path)} with more than ${mostPages} pages.`);
  }

  /** Returns all entries of a list. */
  async all<T>(path: string, schema: z.ZodType<T>): Promise<readonly T[]> {
    const entries: T[] = [];
    for await (const entry of this.list(path, schema)) entries.push(entry);
    return entries;
  }

  /** Uploads a file to an address that contains its permission, without the token. */
  async upload(url: string, file: Uint8Array): Promise<void> {
    const { statusCode: status, body } = await this.#reach(this.#request(url, "PUT", { body: file }));
    const text = await body.text();
    if (status >= 300)
      throw new ForgeError(status, `${this.#name} rejected a file with ${status}: ${this.#hideToken(text)}.`);
  }

  /** @throws CommandError if the forge does not answer. */
  async #reach(response: Promise<Response>): Promise<Response> {
    return response.catch((error: unknown) => {
      const reason = error instanceof Error ? (error.cause ?? error) : error;
      throw new CommandError(
        `Cannot reach ${this.#name}: ${reason instanceof Error ? reason.message : String(reason)}.`,
      );
    });
  }

  /** Sends the token only to the forge itself, and not to the storage of files that a redirect names. */
  async #send(path: string, { method = "GET", body }: ForgeRequest): Promise<Response> {
    const first = await this.#request(path === "" ? this.#url : `${this.#url}/${path}`, method, {
      headers: { ...this.#headers, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const { location } = first.headers;
    // The answer from another address does not show that the forge has written something.
    if (method !== "GET" || first.statusCode < 300 || first.statusCode >= 400 || typeof location !== "string")
      return first;
    await first.body.dump();
    return this.#request(location, "GET", {});
  }

  /** Begins a message about a response. */
  #describe(path: string, { method = "GET" }: ForgeRequest = {}): string {
    return `${this.#name} answered ${method} ${path || new URL(this.#url).pathname}`;
  }

  /** Shortens the text of a server, which may repeat the token of a request. */
  #hideToken(text: string): string {
    const tokens = Object.values(this.#headers).map((value) => value.slice(value.indexOf(" ") + 1));
    return tokens
      .reduce((shown, token) => (token ? shown.replaceAll(token, "[secret]") : shown), text)
      .trim()
      .slice(0, 500);
  }

  async #request(
    url: string,
    method: Method,
    options: { readonly headers?: Headers; readonly body?: string | Uint8Array },
  ) {
    return request(url, {
      method,
      ...options,
      headers: { accept: "application/json", "user-agent": "peridio-gitops", ...options.headers },
      dispatcher: this.#agent,
      signal: AbortSignal.timeout(timeout * 1000),
    });
  }
}

/** Returns nothing for a file that a forge no longer keeps, and throws other errors again. */
export function ignoreGone(error: unknown): undefined {
  if (error instanceof ForgeError && (error.status === 404 || error.status === 410)) return undefined;
  throw error;
}

import type { RawReader } from "#provider";

/** The most requests of one check. */
const mostRequests = 120;

/** The time after which the check sends no further request, in minutes. */
const mostMinutes = 15;

/** The number of requests without a response, one after the other, that ends the check. */
const mostFailures = 3;

/** The result of a request. */
export type RequestResult =
  | { readonly kind: "value"; readonly body: unknown }
  /** Another status than 200, with the body if it is JSON. */
  | { readonly kind: "status"; readonly status: number; readonly body: unknown }
  /** A 200 whose body cannot be compared. */
  | { readonly kind: "invalid"; readonly reason: string }
  /** No request was sent, or it had no response. */
  | { readonly kind: "none"; readonly reason: string };

/** Reads each path once, a limited number of paths, for a limited time. */
export class LimitedReader {
  readonly #readings = new Map<string, Promise<RequestResult>>();
  readonly #start: number;
  #failures = 0;
  requests = 0;
  /** The reasons for which a request was not sent, or had no response. */
  readonly gaps = new Set<string>();

  /** `now` returns milliseconds. */
  constructor(
    private readonly send: RawReader,
    private readonly now: () => number,
  ) {
    this.#start = now();
  }

  async get(path: string): Promise<RequestResult> {
    const known = this.#readings.get(path);
    if (known !== undefined) return known;
    const reading = this.#read(path);
    this.#readings.set(path, reading);
    return reading;
  }

  async #read(path: string): Promise<RequestResult> {
    const reading = await this.#send(path);
    if (reading.kind === "none") this.gaps.add(reading.reason);
    return reading;
  }

  async #send(path: string): Promise<RequestResult> {
    if (this.requests >= mostRequests)
      return { kind: "none", reason: `the check sends at most ${mostRequests} requests` };
    if (this.now() - this.#start >= mostMinutes * 60_000)
      return { kind: "none", reason: `the check lasts at most ${mostMinutes} minutes` };
    if (this.#failures >= mostFailures) return { kind: "none", reason: "earlier requests had no response" };
    this.requests += 1;
    const answer = await this.send(path);
    if (answer === "unreachable") {
      this.#failures += 1;
      return { kind: "none", reason: "no response" };
    }
    this.#failures = 0;
    const { status, body } = answer;
    const json = parse(body);
    if (status !== 200) return { kind: "status", status, body: json?.value };
    if (body === null) return { kind: "invalid", reason: "the response is too large" };
    if (json === undefined) return { kind: "invalid", reason: `the response is ${describeText(body)} instead of JSON` };
    return { kind: "value", body: json.value };
  }
}

/** Returns the value of a JSON text; undefined for other texts. */
function parse(text: string | null): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text ?? "") };
  } catch {
    return undefined;
  }
}

function describeText(body: string): string {
  if (body.trim() === "") return "empty";
  return body.trimStart().startsWith("<") ? "HTML or XML" : "text";
}

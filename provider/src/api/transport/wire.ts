import type { Dispatcher } from "undici";
import type { Clock } from "./clock";
import { Abandoned, type Answer, type Request, type Send } from "./exchange";
import { failure, timeout, unusableProxy } from "./failure";
import { retryAfter } from "./retryAfter";

interface Options {
  readonly endpoint: URL;
  /** For one attempt, in milliseconds. */
  readonly requestTimeout: number;
  readonly clock: Clock;
  /** Called before the first request. */
  readonly dispatcher: () => Promise<Dispatcher>;
}

/** In bytes. The members of the largest organization take a hundredth of this. */
const largest = 32 * 1_024 * 1_024;

/** The limit of an error, in bytes. Messages quote errors, and the search for secrets in them takes time. */
const largestError = 1_024 * 1_024;

/** How long a write that is under way may take to finish after an abort, in milliseconds: broken off, nobody knows what it did. */
export const grace = 5_000;

/** Sends a request once, over HTTP. */
export function wire({ endpoint, requestTimeout, clock, dispatcher }: Options): Send {
  const base = endpoint.pathname.replace(/\/+$/, "");
  let shared: Promise<Dispatcher> | undefined;

  async function exchange(
    through: Dispatcher,
    { method, path, headers, body }: Request,
    signal: AbortSignal,
  ): Promise<Answer> {
    const options = { origin: endpoint.origin, method, path: base + path, headers, body: body ?? null, signal };
    const { statusCode, headers: answered, body: stream } = await through.request(options);
    return {
      kind: "answer",
      status: statusCode,
      requestId: single(answered["peridio-request-id"])?.slice(0, 100) ?? null,
      retryAt: retryAfter(single(answered["retry-after"]), single(answered.date), clock.now()),
      body: await text(stream, statusCode < 400 ? largest : largestError),
    };
  }

  return async (request) => {
    let through: Dispatcher;
    try {
      through = await (shared ??= dispatcher());
    } catch {
      return unusableProxy(endpoint.origin);
    }
    request.signal?.throwIfAborted();
    const limit = Math.min(requestTimeout, request.budget.left);
    const start = clock.now();
    const stop = new AbortController();
    const abort = (): void => {
      stop.abort();
    };
    const timers = [setTimeout(abort, limit)];
    const abandon = (): void => {
      timers.push(setTimeout(abort, request.method === "GET" ? 0 : grace));
    };
    request.signal?.addEventListener("abort", abandon, { once: true });
    try {
      return await exchange(through, request, stop.signal);
    } catch (error) {
      if (request.signal?.aborted) throw new Abandoned();
      return stop.signal.aborted ? timeout(endpoint.origin, limit) : failure(error, endpoint.origin);
    } finally {
      request.budget.spend(clock.now() - start);
      timers.forEach(clearTimeout);
      request.signal?.removeEventListener("abort", abandon);
    }
  };
}

/** The text of a body; null if it is too large. Leaving the loop ends the connection. */
async function text(body: AsyncIterable<Uint8Array>, limit: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { z } from "zod";
import { type ApiError, NotFoundError, type RequestInfo } from "../request";
import { AbortedError, InvalidResponseError, UnreachableError } from "./errors";
import { gracePeriod } from "./connection";
import { AbortedInFlightError, RetryBudget, type Answer, type Method, type Outcome, type Request } from "./request";
import { createTransport, type Transport, type TransportConfig, type TransportOverrides } from "./transport";
import { parseAnswer, parseJsonBody, describeTooLarge } from "./answer";
import { createQuote, describeAttempts, type ErrorReader, toApiError, type Wording } from "./errorAnswer";
import { OwnWrites } from "./ownWrites";
import { delayAbort, type HttpOptions } from "./options";
import { findNextPath, type Page, type PagedList, type PagedListDetails, readPages } from "./pages";
import { joinSentences } from "./words";

/** The wait between two reads that may lag, in milliseconds. */
const lagWait = 500;

/** The service, how to reach it, and how to read its errors. */
export interface HttpConfig extends TransportConfig, ErrorReader {}

/**
 * Creates the HTTP client of a provider. All requests of a process share one client, and its queue and rate limit. Sends nothing.
 *
 * @throws Error if the API key, the endpoint, the CA path or a number is invalid.
 */
export function createHttp(config: HttpConfig, overrides?: TransportOverrides): Http {
  return new Http(createTransport(config, overrides), config);
}

/** JSON over HTTP: takes values, returns validated values, and throws an `ApiError` for everything else. */
export class Http {
  readonly #wording: Wording;

  constructor(
    readonly transport: Transport,
    private readonly errorReader: ErrorReader = {},
    private readonly options: HttpOptions = {},
    private readonly ownWrites = new OwnWrites(),
  ) {
    this.#wording = { quote: createQuote(transport.redact), words: transport.words };
  }

  /** Returns a client with further request options. A `signal` is added to that of this client, and an `onlySignal` replaces it. */
  with({ onlySignal, ...added }: HttpOptions): Http {
    const signals = [this.options.signal, added.signal].filter((one) => one !== undefined);
    const signal = onlySignal ?? (signals.length > 1 ? AbortSignal.any(signals) : signals[0]);
    return this.#replaceOptions({ ...this.options, ...added, ...(signal && { signal }) });
  }

  /** Returns a client without request options, for reads that several callers share. */
  withoutOptions(): Http {
    return this.#replaceOptions({});
  }

  /** The signal that ends the requests of this client. */
  get signal(): AbortSignal | undefined {
    return this.options.signal;
  }

  /** Returns a client whose requests share one deadline, which starts with the first request. */
  withSharedDeadline(): Http {
    return this.with({ budget: this.#createBudget() });
  }

  /** Returns a client that looks for the effect of an aborted write: without the abort, but with a short time limit. */
  forRecovery(): Http {
    return this.#replaceOptions({ signal: AbortSignal.timeout(gracePeriod) });
  }

  /** Reads an object. For some seconds after `noteCreated`, a 404 is repeated. Rejects with `NotFoundError` after a 404. */
  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return (await this.#read(path, schema)).value;
  }

  /** Reads an object; undefined after a 404. Use it only if a 404 proves that the object does not exist. */
  async find<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    return this.get(path, schema).catch((error: unknown) => {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    });
  }

  /** Reads all items of a list, page by page. `path` is for errors. Rejects with `InvalidResponseError` if the list never ends or may be incomplete. */
  list<T>(path: string, read: PagedList<T>["read"], details: PagedListDetails<T>): AsyncGenerator<T, void, undefined> {
    return readPages({ path, read, ...details }, this.transport.words.service);
  }

  /** Reads a page of a list whose `Link` header names the next page. The cursor is the path of that page. */
  async getLinkedPage<T>(path: string, items: z.ZodType<readonly T[]>): Promise<Page<T>> {
    const { value, link, where } = await this.#read(path, items);
    return { items: value, next: typeof link === "string" ? findNextPath(link, where, this.transport) : null };
  }

  /** Sends a POST. Does not repeat it if it may have taken effect: see `postOnce`. */
  async post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#fetch("POST", path, body, schema);
  }

  async put<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#fetch("PUT", path, body, schema);
  }

  async patch<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#fetch("PATCH", path, body, schema);
  }

  /** Accepts responses with a JSON body and without a body. */
  async delete(path: string): Promise<void> {
    const { body, where } = await this.#send("DELETE", path, undefined);
    this.noteDeleted(path);
    if (body !== "") parseJsonBody(body, { ...where, isAmbiguous: true }, this.transport.words);
  }

  /** Prepares a text of the service's for a message: redacts it and cuts it to one line. */
  quote(text: string): string {
    return this.#wording.quote(text);
  }

  /** Records that the object and everything in it is gone. A later 404 proves that. */
  noteDeleted(path: string): void {
    this.ownWrites.noteDeleted(path);
  }

  /** Records a creation. For some seconds, a 404 of the object or of a part of it proves nothing, and reads are repeated. */
  noteCreated(path: string): void {
    this.ownWrites.noteCreated(path, this.transport.clock.now());
  }

  /** Waits after the given attempt (1, 2, …). Returns false if no time or no attempt is left. */
  async pause(attempt: number): Promise<boolean> {
    const { backoff, clock, maxRetries } = this.transport;
    const wait = backoff(attempt);
    const budget = this.#createBudget();
    if (attempt > maxRetries || wait > budget.remaining) return false;
    budget.spend(wait);
    // After an abort, the next request reports it.
    await clock.sleep(wait, this.options.signal).catch(() => undefined);
    return true;
  }

  /** Waits if a 404 may come from a read that lags behind a creation. Returns false if it does not, or after an abort. */
  async #waitForLag(path: string): Promise<boolean> {
    const { clock } = this.transport;
    if (!this.ownWrites.mayLag(path, clock.now())) return false;
    return clock.sleep(lagWait, this.options.signal).then(
      () => true,
      () => false,
    );
  }

  #replaceOptions(options: HttpOptions): Http {
    // Many requests listen to one signal. Node.js takes that for a leak, and prints a warning.
    if (options.signal) setMaxListeners(Infinity, options.signal);
    return new Http(this.transport, this.errorReader, options, this.ownWrites);
  }

  #createBudget(): RetryBudget {
    const { budget, transaction } = this.options;
    return budget ?? new RetryBudget(this.transport.deadline, transaction?.hasTakenEffect);
  }

  async #fetch<T>(method: "POST" | "PUT" | "PATCH", path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.#send(method, path, body);
    // The service accepted the request, even if the response is invalid.
    return parseAnswer(answer.body, schema, { ...answer.where, isAmbiguous: true }, this.#wording);
  }

  async #read<T>(path: string, schema: z.ZodType<T>): Promise<Pick<Answer, "link"> & { value: T; where: RequestInfo }> {
    for (;;) {
      try {
        const { body, link, where } = await this.#send("GET", path, undefined);
        return { value: parseAnswer(body, schema, where, this.#wording), link, where };
      } catch (error) {
        if (!(error instanceof NotFoundError) || !(await this.#waitForLag(path))) throw error;
      }
    }
  }

  async #send(
    method: Method,
    path: string,
    body: unknown,
  ): Promise<Pick<Answer, "link"> & { body: string; where: RequestInfo }> {
    const { signal, transaction, report, returnsRejection } = this.options;
    const { idempotencyKeyHeader } = this.transport;
    const delayed = signal && transaction?.hasTakenEffect === true ? delayAbort(signal) : undefined;
    const ending = delayed?.signal ?? signal;
    const hasIdempotencyKey = method === "POST" && idempotencyKeyHeader !== undefined;
    const request: Request = {
      method,
      path,
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(hasIdempotencyKey && { [idempotencyKeyHeader]: randomUUID() }),
      },
      hasIdempotencyKey,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(ending && { signal: ending }),
      budget: this.#createBudget(),
      returnsRejection,
    };
    const outcome = await this.#getOutcome(request).finally(() => delayed?.release());
    const where = toCircumstances(request, outcome);
    if (outcome.kind === "failure") {
      throw new UnreachableError(
        joinSentences(outcome.summary, ...describeAttempts(outcome, this.transport.words)),
        where,
      );
    }
    if (outcome.status < 200 || outcome.status >= 300) throw this.#toError(outcome, where);
    if (method !== "GET") {
      if (transaction) transaction.hasTakenEffect = true;
      report?.(where);
    }
    if (outcome.body === null)
      throw new InvalidResponseError(
        describeTooLarge(this.transport.words),
        { ...where, isAmbiguous: method !== "GET" },
        null,
      );
    return { body: outcome.body, link: outcome.link, where };
  }

  async #getOutcome(request: Request): Promise<Outcome> {
    try {
      return await this.transport.send(request);
    } catch (cause) {
      const { method, path, signal } = request;
      if (!signal?.aborted) throw cause;
      const isAmbiguous = cause instanceof AbortedInFlightError && method !== "GET";
      throw new AbortedError({ method, path, status: null, requestId: null, isAmbiguous, cause: signal.reason });
    }
  }

  #toError(answer: Answer, where: RequestInfo): ApiError {
    const error = toApiError(answer, where, this.#wording, this.errorReader);
    const isGone = error instanceof NotFoundError && this.ownWrites.isDeleted(where.path);
    return isGone ? new NotFoundError(error.summary, where, true) : error;
  }
}

function toCircumstances({ method, path }: Request, outcome: Outcome): RequestInfo {
  const isAmbiguous = outcome.isAmbiguous ?? false;
  return outcome.kind === "answer"
    ? { method, path, status: outcome.status, requestId: outcome.requestId, isAmbiguous }
    : { method, path, status: null, requestId: null, isAmbiguous, cause: outcome.cause };
}

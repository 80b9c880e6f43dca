import { setMaxListeners } from "node:events";
import type { z } from "zod";
import {
  AbortedError,
  NotFoundError,
  InvalidResponseError,
  UnreachableError,
  type ApiError,
  type RequestInfo,
} from "../errors";
import { gracePeriod } from "../transport/connection";
import {
  AbortedInFlightError,
  RetryBudget,
  type Answer,
  type Method,
  type Outcome,
  type Request,
} from "../transport/request";
import type { Transport } from "../transport/transport";
import { parseAnswer, parseJsonBody, describeTooLarge } from "./answer";
import { createQuote, describeAttempts, joinSentences, toApiError, type Rename, type Wording } from "./errorAnswer";
import { OwnWrites } from "./ownWrites";
import { delayAbort, type HttpOptions } from "./request";

/** The wait between two reads that may lag, in milliseconds. */
const lagWait = 500;

/** JSON over HTTP: takes values, returns validated values, and throws an `ApiError` for everything else. */
export class Http {
  readonly #wording: Wording;

  constructor(
    readonly transport: Transport,
    private readonly rename: Rename,
    private readonly options: HttpOptions = {},
    private readonly ownWrites = new OwnWrites(),
  ) {
    this.#wording = { rename, quote: createQuote(transport.redact), settings: transport.settings };
  }

  /** Returns a client with further request options. */
  with(options: HttpOptions): Http {
    return this.#replaceOptions({ ...this.options, ...options });
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

  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    for (;;) {
      try {
        return await this.#fetch("GET", path, undefined, schema);
      } catch (error) {
        if (!(error instanceof NotFoundError) || !(await this.#waitForLag(path))) throw error;
      }
    }
  }

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
    if (body !== "") parseJsonBody(body, { ...where, isAmbiguous: true }, this.transport.settings);
  }

  /** Prepares a text of Peridio's for a message: redacts it and cuts it to one line. */
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
    return new Http(this.transport, this.rename, options, this.ownWrites);
  }

  #createBudget(): RetryBudget {
    const { budget, transaction } = this.options;
    return budget ?? new RetryBudget(this.transport.deadline, transaction?.hasTakenEffect);
  }

  async #fetch<T>(method: Method, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.#send(method, path, body);
    // Peridio accepted the request, even if the response is invalid.
    return parseAnswer(answer.body, schema, { ...answer.where, isAmbiguous: method !== "GET" }, this.#wording);
  }

  async #send(method: Method, path: string, body: unknown): Promise<{ body: string; where: RequestInfo }> {
    const { signal, transaction, report, returnsRejection } = this.options;
    const delayed = signal && transaction?.hasTakenEffect === true ? delayAbort(signal) : undefined;
    const ending = delayed?.signal ?? signal;
    const request: Request = {
      method,
      path,
      headers: { accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(ending && { signal: ending }),
      budget: this.#createBudget(),
      returnsRejection,
    };
    const outcome = await this.#getOutcome(request).finally(() => delayed?.release());
    const where = toCircumstances(request, outcome);
    if (outcome.kind === "failure") {
      throw new UnreachableError(
        joinSentences(outcome.summary, ...describeAttempts(outcome, this.transport.settings)),
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
        describeTooLarge(this.transport.settings),
        { ...where, isAmbiguous: method !== "GET" },
        null,
      );
    return { body: outcome.body, where };
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
    const error = toApiError(answer, where, this.#wording);
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

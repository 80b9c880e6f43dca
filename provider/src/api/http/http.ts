import { setMaxListeners } from "node:events";
import type { z } from "zod";
import type { Report } from "../port";
import { Aborted, NotFound, Unfitting, Unreachable, type ApiError, type Circumstances } from "../errors";
import { AbortedInFlight, RetryBudget, type Method, type Outcome, type Request } from "../transport/request";
import type { Transport } from "../transport/transport";
import { gracePeriod } from "../transport/connection";
import { late } from "./late";
import { OwnWrites } from "./ownWrites";
import { quoting, type Quote } from "./quote";
import { course, refusal, sentences, type Rename } from "./refusal";

/** The wait between two reads that may lag, in milliseconds. */
const moment = 500;

/** What a group of requests shares. */
interface Scope {
  readonly signal?: AbortSignal;
  /** By default each request has a budget of its own. */
  readonly budget?: RetryBudget;
  /** Of writes that make one change: whether one of them has taken effect. */
  readonly change?: { begun: boolean };
  readonly report?: Report;
}

/** JSON over HTTP: values in, validated values out, and an `ApiError` for everything else. */
export class Http {
  readonly #quote: Quote;

  constructor(
    readonly transport: Transport,
    private readonly rename: Rename,
    private readonly scope: Scope = {},
    private readonly own = new OwnWrites(),
  ) {
    this.#quote = quoting(transport.redact);
  }

  /** The same, whose requests and waits end when the signal aborts. */
  within(signal: AbortSignal): Http {
    // Many requests listen to one signal at once; Node.js would take that for a leak, and say so on stderr.
    setMaxListeners(Infinity, signal);
    return new Http(this.transport, this.rename, { ...this.scope, signal }, this.own);
  }

  /** The same, with one budget of time for all requests together. */
  together(): Http {
    return new Http(this.transport, this.rename, { ...this.scope, budget: this.budget() }, this.own);
  }

  /**
   * The same, for writes that make one change: once one has taken effect, the others go before what has not begun, and an abort
   * leaves them a moment to follow.
   */
  asOne(): Http {
    return new Http(this.transport, this.rename, { ...this.scope, change: { begun: false } }, this.own);
  }

  /** The same, which reports each write that was accepted. */
  tracing(report: Report): Http {
    return new Http(this.transport, this.rename, { ...this.scope, report }, this.own);
  }

  /** The same, to look at what a write has done that was cut by an abort: for a moment, whatever the abort. */
  afterwards(): Http {
    return new Http(this.transport, this.rename, {}, this.own).within(AbortSignal.timeout(gracePeriod));
  }

  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    for (;;) {
      try {
        return await this.fetch("GET", path, undefined, schema);
      } catch (error) {
        if (!(error instanceof NotFound) || !(await this.#lags(path))) throw error;
      }
    }
  }

  async post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.fetch("POST", path, body, schema);
  }

  async put<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.fetch("PUT", path, body, schema);
  }

  async patch<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.fetch("PATCH", path, body, schema);
  }

  /** Some servers answer with a body, some without. */
  async delete(path: string): Promise<void> {
    const { body, where } = await this.send("DELETE", path, undefined);
    this.noteDeleted(path);
    if (body !== "") json(body, { ...where, ambiguous: true });
  }

  /** What was there, and all in it, is certainly gone: a 404 proves that from now on. */
  noteDeleted(path: string): void {
    this.own.noteDeleted(path);
  }

  /** Marks an object as created: for some seconds, a 404 of it or of a part of it proves nothing, and the read is repeated. */
  noteCreated(path: string): void {
    this.own.noteCreated(path, this.transport.clock.now());
  }

  /** Waits as long as is due after the given attempt (1, 2, …); false if there is no time or no attempt left. */
  async pause(attempt: number): Promise<boolean> {
    const { backoff, clock, maxRetries } = this.transport;
    const wait = backoff(attempt);
    const budget = this.budget();
    if (attempt > maxRetries || wait > budget.remaining) return false;
    budget.spend(wait);
    // A cancelled wait needs no error of its own: the next request says so.
    await clock.sleep(wait, this.scope.signal).catch(() => undefined);
    return true;
  }

  /** After a 404: waits a moment if the read may lag behind a creation. Returns false if it does not, or after an abort. */
  async #lags(path: string): Promise<boolean> {
    const { clock } = this.transport;
    if (!this.own.mayLag(path, clock.now())) return false;
    return clock.sleep(moment, this.scope.signal).then(
      () => true,
      () => false,
    );
  }

  private budget(): RetryBudget {
    return this.scope.budget ?? new RetryBudget(this.transport.deadline, this.scope.change?.begun);
  }

  private async fetch<T>(method: Method, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.send(method, path, body);
    // Whatever such an answer says, the request was accepted.
    const where = { ...answer.where, ambiguous: method !== "GET" };
    const parsed = schema.safeParse(json(answer.body, where));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const field = this.#quote(issue?.path.join(".") ?? "");
    const reason = this.#quote(issue?.message ?? "");
    throw new Unfitting(misfit(field, reason), where, field);
  }

  private async send(method: Method, path: string, body: unknown): Promise<{ body: string; where: Circumstances }> {
    const { signal, change, report } = this.scope;
    const patience = signal && change?.begun === true ? late(signal) : undefined;
    const ending = patience?.signal ?? signal;
    const request: Request = {
      method,
      path,
      headers: { accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(ending && { signal: ending }),
      budget: this.budget(),
    };
    const outcome = await this.outcome(request).finally(() => patience?.release());
    if (outcome.kind === "answer" && outcome.status >= 200 && outcome.status < 300) {
      const where = circumstances(request, outcome);
      if (method !== "GET") {
        if (change) change.begun = true;
        report?.(where);
      }
      if (outcome.body === null) throw new Unfitting(tooLarge, { ...where, ambiguous: method !== "GET" }, null);
      return { body: outcome.body, where };
    }
    throw this.error(request, outcome);
  }

  private async outcome(request: Request): Promise<Outcome> {
    try {
      return await this.transport.send(request);
    } catch (cause) {
      if (!request.signal?.aborted) throw cause;
      throw aborted(request, cause instanceof AbortedInFlight);
    }
  }

  private error(request: Request, outcome: Outcome): ApiError {
    const where = circumstances(request, outcome);
    if (outcome.kind === "answer") {
      const error = refusal(outcome, where, this.rename, this.#quote);
      return error instanceof NotFound && this.own.isDeleted(where.path) ? new NotFound(error.summary, where, true) : error;
    }
    return new Unreachable(sentences(outcome.summary, ...course(outcome)), where);
  }
}

/** Replaces lone surrogates, which JSON can spell but UTF-8 cannot encode. */
function json(body: string, where: Circumstances): unknown {
  const whole = (_: string, value: unknown): unknown => (typeof value === "string" ? value.toWellFormed() : value);
  try {
    return /\\u[dD][89a-fA-F]/.test(body) ? JSON.parse(body, whole) : JSON.parse(body);
  } catch {
    // The parser's own error quotes the body.
    throw new Unfitting(notJson(body), where, null);
  }
}

function aborted({ method, path, signal }: Request, left: boolean): Aborted {
  return new Aborted({
    method,
    path,
    status: null,
    requestId: null,
    ambiguous: left && method !== "GET",
    cause: signal?.reason,
  });
}

function circumstances({ method, path }: Request, outcome: Outcome): Circumstances {
  const ambiguous = outcome.isAmbiguous ?? false;
  return outcome.kind === "answer"
    ? { method, path, status: outcome.status, requestId: outcome.requestId, ambiguous }
    : { method, path, status: null, requestId: null, ambiguous, cause: outcome.cause };
}

const tooLarge = "The answer is larger than 32 MiB. Check that the endpoint is Peridio's API and that no proxy answers in its place.";

function notJson(body: string): string {
  const what = /^\s*</.test(body) ? "HTML instead of JSON" : body.trim() === "" ? "empty" : "not JSON";
  return `The answer is ${what}. Check that the endpoint is Peridio's API and that no proxy answers in its place.`;
}

function misfit(field: string, reason: string): string {
  return `The answer does not fit${field && ` at ${field}`}: ${reason}. Check the endpoint, and whether a newer provider exists.`;
}

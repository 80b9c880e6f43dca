import { formatSeconds, noticeable, type Log } from "./log";
import { AbortedInFlightError, type Clock, type Interceptor, type Method, type Outcome, type Request } from "./request";

const firstWait = 1_000;
const longestWait = 30_000;

/** Returns the wait after the given attempt (1, 2, …), in milliseconds. */
export type Backoff = (attempt: number) => number;

/** Exponential backoff with full jitter: between 0 and 1 s, 2 s, 4 s …, at most 30 s. */
export function exponentialBackoff(random: () => number): Backoff {
  return (attempt) => random() * Math.min(longestWait, firstWait * 2 ** (attempt - 1));
}

interface Options {
  /** The name of the service in messages. */
  readonly service: string;
  readonly maxRetries: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly log: Log;
}

/** Repeats requests where that is safe, until an attempt succeeds or no attempt or time is left. */
export function retryRequests({ service, maxRetries, backoff, clock, log }: Options): Interceptor {
  return (next) => async (request) => {
    let isAmbiguous = false;
    for (let attempt = 1; ; attempt++) {
      const outcome = await markAbort(isAmbiguous, next(request));
      if (isAmbiguous && isAlreadyDeleted(request.method, outcome)) return { ...outcome, status: 204 };
      isAmbiguous ||= mayHaveTakenEffect(request.method, outcome);
      if (!canRepeat(request, outcome)) return { ...outcome, isAmbiguous };
      if (attempt > maxRetries) return { ...outcome, isAmbiguous, stopReason: formatAttempts(attempt) };

      const now = clock.now();
      const retryAt = outcome.kind === "answer" ? (outcome.retryAt ?? now) : now;
      const wait = retryAt > now ? retryAt - now : backoff(attempt);
      if (wait > request.budget.remaining) {
        const stopReason = `${formatAttempts(attempt)}: waiting ${formatSeconds(wait)} would exceed the deadline`;
        return { ...outcome, isAmbiguous, stopReason };
      }
      if (wait > noticeable) {
        const reason =
          outcome.kind === "answer" ? `${service} returned HTTP ${outcome.status}.` : withoutRemedy(outcome.summary);
        log("info", `${reason} Trying ${request.method} ${request.path} again in ${formatSeconds(wait)}`);
      }
      request.budget.spend(wait);
      await markAbort(isAmbiguous, clock.sleep(wait, request.signal));
    }
  };
}

/**
 * Repeats a POST without an idempotency key only if nothing was sent. Otherwise, `postOnce` looks for its effect. Repeats the others if
 * a proxy failed (408, 502 to 504). After a 500, the service itself failed, and each attempt of a write may
 * leave a partial result. The body of a response is null if it is too large, and would be too large again.
 */
function canRepeat({ method, hasIdempotencyKey }: Request, outcome: Outcome): boolean {
  const isRepeatable = method !== "POST" || hasIdempotencyKey === true;
  if (outcome.kind === "failure") return !outcome.isPermanent && (!outcome.isSent || isRepeatable);
  if (outcome.body === null || !isRepeatable) return false;
  if (outcome.status === 500) return method === "GET";
  return [408, 502, 503, 504].includes(outcome.status);
}

/** Marks an abort after an attempt that may have taken effect. */
async function markAbort<T>(isAmbiguous: boolean, work: Promise<T>): Promise<T> {
  if (!isAmbiguous) return work;
  return work.catch(() => {
    throw new AbortedInFlightError();
  });
}

/** A redirect or a 408 may come from a proxy that has already forwarded the request. */
function mayHaveTakenEffect(method: Method, outcome: Outcome): boolean {
  if (method === "GET") return false;
  if (outcome.kind === "failure") return outcome.isSent;
  const { status } = outcome;
  return status >= 500 || status === 408 || (status >= 300 && status < 400);
}

/** A 404 after an ambiguous attempt shows that this attempt deleted the object. */
function isAlreadyDeleted(method: Method, outcome: Outcome): outcome is Outcome & { kind: "answer" } {
  return method === "DELETE" && outcome.kind === "answer" && outcome.status === 404;
}

/** Returns the first sentence. The error after the last attempt contains the remedy. */
function withoutRemedy(summary: string): string {
  return summary.replace(/(?<=\.) .*$/s, "");
}

function formatAttempts(count: number): string {
  return count === 1 ? "after one attempt" : `after ${count} attempts`;
}

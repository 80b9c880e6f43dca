import { Aborted, ApiError, Conflict, Forbidden, Invalid, Unfitting, unseen } from "../errors";
import type { Http } from "./http";
import { sentences } from "./refusal";

/** Looks for the effect of a post, with the requests that it is given. */
type Find<T> = (http: Http) => Promise<T | undefined>;

/**
 * Posts something, and never with effect twice: while it is not known whether an attempt took effect, looks for its
 * effect before trying again. A refusal of a later attempt may be due to an earlier one that took effect late, so that
 * is looked for as well. What an abort leaves open has one more look, since what was made would be forgotten otherwise.
 * An unreadable answer shows that Peridio accepted the post. If its effect is not found, there is no other attempt.
 */
export async function postOnce<T>(http: Http, post: () => Promise<T>, find: Find<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await post();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error instanceof Aborted) {
        // That an earlier attempt was not seen yet does not say that it comes to nothing.
        if (!error.ambiguous && attempt === 1) throw error;
        return await lastLook(http, find, error, error.cause);
      }
      const lost = error.ambiguous;
      const late = attempt > 1 && [Invalid, Forbidden, Conflict].some((kind) => error instanceof kind);
      if (!lost && !late) throw error;
      const done = await look(http, find, error);
      if (done !== undefined) return done;
      if (error instanceof Unfitting) throw unrepeated(error, "The provider looked for the result and did not find it.");
      if (!lost || !(await http.pause(attempt))) throw error;
    }
  }
}

/** The same failure, with the provider's reaction. */
function unrepeated(failure: Unfitting, look: string): Unfitting {
  const course = `${look} It did not repeat the request. Look for the result in Peridio before you run again.`;
  return new Unfitting(sentences(failure.summary, course), failure, failure.field);
}

/** If even looking is impossible, the first failure is what people need to know. */
async function look<T>(http: Http, find: Find<T>, failure: ApiError): Promise<T | undefined> {
  try {
    return await find(http);
  } catch (error) {
    if (error instanceof Aborted) return lastLook(http, find, failure, error.cause);
    if (failure instanceof Unfitting) throw unrepeated(failure, "The provider could not look for the result.");
    throw failure.ambiguous ? unseen(failure, error) : failure;
  }
}

/** Rejects after an abort if nothing is found: it is open what the write did. */
async function lastLook<T>(http: Http, find: Find<T>, failure: ApiError, cause: unknown): Promise<T> {
  const done = await find(http.afterwards()).catch(() => undefined);
  if (done !== undefined) return done;
  const { method, path, status, requestId } = failure;
  throw new Aborted({ method, path, status, requestId, ambiguous: true, cause });
}

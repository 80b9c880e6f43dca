import { Aborted, ApiError, Conflict, Forbidden, Invalid } from "../errors";
import type { Http } from "./http";

/** Looks for the effect of a post, with the requests that it is given. */
type Find<T> = (http: Http) => Promise<T | undefined>;

/**
 * Posts something, and never with effect twice: while it is not known whether an attempt took effect, looks for its
 * effect before trying again. A refusal of a later attempt may be due to an earlier one that took effect late, so that
 * is looked for as well. What an abort leaves open has one more look, since what was made would be forgotten otherwise.
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
      if (!lost || !(await http.pause(attempt))) throw error;
    }
  }
}

/** If even looking is impossible, the first failure is what people need to know. */
async function look<T>(http: Http, find: Find<T>, failure: ApiError): Promise<T | undefined> {
  try {
    return await find(http);
  } catch (error) {
    if (!(error instanceof Aborted)) throw failure;
    return lastLook(http, find, failure, error.cause);
  }
}

/** Rejects after an abort if nothing is found: it is open what the write did. */
async function lastLook<T>(http: Http, find: Find<T>, failure: ApiError, cause: unknown): Promise<T> {
  const done = await find(http.afterwards()).catch(() => undefined);
  if (done !== undefined) return done;
  const { method, path, status, requestId } = failure;
  throw new Aborted({ method, path, status, requestId, ambiguous: true, cause });
}

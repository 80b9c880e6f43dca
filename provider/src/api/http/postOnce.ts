import { Aborted, ApiError, Conflict, Forbidden, Invalid } from "../errors";
import type { Http } from "./http";

/**
 * Posts something, and never with effect twice: while it is not known whether an attempt took effect, looks for its
 * effect before trying again. A refusal of a later attempt may be due to an earlier one that took effect late, so that
 * is looked for as well.
 */
export async function postOnce<T>(http: Http, post: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await post();
    } catch (error) {
      if (!(error instanceof ApiError) || error instanceof Aborted) throw error;
      const lost = error.ambiguous;
      const late = attempt > 1 && [Invalid, Forbidden, Conflict].some((kind) => error instanceof kind);
      if (!lost && !late) throw error;
      const done = await look(find, error);
      if (done !== undefined) return done;
      if (!lost || !(await http.pause(attempt))) throw error;
    }
  }
}

/** If even looking is impossible, the first failure is what people need to know; after an abort, that it is open what the write did. */
async function look<T>(find: () => Promise<T>, failure: ApiError): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof Aborted)) throw failure;
    const { method, path, status, requestId } = failure;
    throw new Aborted({ method, path, status, requestId, ambiguous: true, cause: error.cause });
  }
}

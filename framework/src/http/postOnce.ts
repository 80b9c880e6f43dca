import { ApiError, withFailedLookup } from "../request";
import { isRefusal } from "./errorAnswer";
import { AbortedError, InvalidResponseError } from "./errors";
import type { Http } from "./http";
import { joinSentences } from "./words";

/** Looks for the effect of a POST with the given client. */
type Find<T> = (http: Http) => Promise<T | undefined>;

/**
 * Sends a POST so that it takes effect at most once. After an ambiguous attempt, it looks for the effect before it tries again.
 * It also looks after a rejection of a later attempt, because an earlier attempt may have taken effect late. After an ambiguous
 * abort, it looks once more, because the created object would be forgotten. After an unreadable response, which shows that the service
 * accepted the POST, it never tries again.
 */
export async function postOnce<T>(http: Http, post: () => Promise<T>, find: Find<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await post();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error instanceof AbortedError) {
        // An earlier attempt may take effect later, even if its effect was not found.
        if (!error.isAmbiguous && attempt === 1) throw error;
        return await findAfterAbort(http, find, error, error.cause);
      }
      const isRejectedLate = attempt > 1 && isRefusal(error.status);
      if (!error.isAmbiguous && !isRejectedLate) throw error;
      const found = await tryFind(http, find, error);
      if (found !== undefined) return found;
      if (error instanceof InvalidResponseError)
        throw createNotRepeated(http, error, "The provider found no effect of the request.");
      if (!error.isAmbiguous || !(await http.pause(attempt))) throw error;
    }
  }
}

function createNotRepeated(http: Http, error: InvalidResponseError, search: string): InvalidResponseError {
  const advice = `${search} It did not repeat the request. Check in ${http.transport.words.service} if the request took effect, and then run the command again.`;
  return new InvalidResponseError(joinSentences(error.summary, advice), error, error.field);
}

/** Looks for the effect. If that fails, throws the error of the POST. */
async function tryFind<T>(http: Http, find: Find<T>, failure: ApiError): Promise<T | undefined> {
  try {
    return await find(http);
  } catch (error) {
    if (error instanceof AbortedError) return findAfterAbort(http, find, failure, error.cause);
    if (failure instanceof InvalidResponseError)
      throw createNotRepeated(http, failure, "The provider could not check if the request took effect.");
    throw failure.isAmbiguous ? withFailedLookup(failure, error) : failure;
  }
}

/** Looks for the effect once more. If it is not found, throws an ambiguous abort. */
async function findAfterAbort<T>(http: Http, find: Find<T>, failure: ApiError, cause: unknown): Promise<T> {
  const found = await find(http.forRecovery()).catch(() => undefined);
  if (found !== undefined) return found;
  const { method, path, status, requestId } = failure;
  throw new AbortedError({ method, path, status, requestId, isAmbiguous: true, cause });
}

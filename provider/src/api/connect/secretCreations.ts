import { getErrorMessage, UserError } from "#framework";
import { AbortedError, ApiError, InvalidResponseError } from "../errors";
import { joinSentences } from "../http/errorAnswer";
import type { Http } from "../http/http";

/** A kind of object with a secret that only the response to its creation contains. */
export interface SecretCreation<T, Listed> {
  readonly organizationId: string;
  /** Names the object in errors, such as `the API token "ci"`. */
  readonly what: string;
  readonly list: (http: Http) => AsyncIterable<Listed>;
  readonly post: (http: Http) => Promise<T>;
  /** Returns true if a listed object may come from this request. */
  readonly matches: (listed: Listed) => boolean;
  /** Succeeds if the object is missing. */
  readonly delete: (http: Http, id: string) => Promise<void>;
}

/**
 * Creates objects whose secret only the response to their creation contains. If a response is lost, deletes the object, whose
 * secret nobody knows, and sends the request again. Creates the objects of one organization one after the other, so that a new
 * object in the list cannot come from another creation of this process.
 */
export class SecretCreations {
  readonly #last = new Map<string, Promise<unknown>>();

  async create<T, Listed extends { readonly id: string }>(http: Http, creation: SecretCreation<T, Listed>): Promise<T> {
    const { organizationId } = creation;
    const previous = this.#last.get(organizationId) ?? Promise.resolve();
    const created = previous.then(async () => createOnce(http.withSharedDeadline(), creation));
    this.#last.set(
      organizationId,
      created.catch(() => undefined),
    );
    return created;
  }
}

async function createOnce<T, Listed extends { readonly id: string }>(
  http: Http,
  creation: SecretCreation<T, Listed>,
): Promise<T> {
  const before = new Set<string>();
  for await (const { id } of creation.list(http)) before.add(id);
  for (let attempt = 1; ; attempt++) {
    try {
      return await creation.post(http);
    } catch (error) {
      // A rejection of a later attempt does not prove that an earlier attempt had no effect.
      if (!(error instanceof ApiError) || !(error.isAmbiguous || attempt > 1)) throw error;
      await discard(http, creation, before, error);
      const isFinal = error instanceof AbortedError || error instanceof InvalidResponseError || !error.isAmbiguous;
      if (isFinal || !(await http.pause(attempt))) throw error;
    }
  }
}

/**
 * Deletes the object that a request with a lost response has created.
 * @throws ApiError if this fails, or if several objects may come from the request
 */
async function discard<T, Listed extends { readonly id: string }>(
  http: Http,
  creation: SecretCreation<T, Listed>,
  before: ReadonlySet<string>,
  failure: ApiError,
): Promise<void> {
  const deleteNew = async (through: Http): Promise<void> => {
    const found: string[] = [];
    for await (const listed of creation.list(through))
      if (!before.has(listed.id) && creation.matches(listed)) found.push(listed.id);
    const [id, ...others] = found;
    if (others.length > 0) throw new UserError(`${found.length} new objects have this name: ${found.join(", ")}.`);
    if (id !== undefined) await creation.delete(through, id);
  };
  const retryAfterAbort = async (error: unknown): Promise<void> => {
    if (!(error instanceof AbortedError)) throw error;
    await deleteNew(http.forRecovery());
  };
  const start = failure instanceof AbortedError ? http.forRecovery() : http;
  await deleteNew(start)
    .catch(retryAfterAbort)
    .catch((reason: unknown) => {
      const remedy =
        `Peridio may have created ${creation.what}. Its secret is lost, and the provider could not delete it. ` +
        `If Peridio's console shows a new object that no program uses, delete it there. Then run the command again. Reason: ${getErrorMessage(reason)}`;
      throw new ApiError(joinSentences(failure.summary, remedy), failure);
    });
}

import { getErrorMessage } from "#framework/messages";
import * as z from "zod";
import { AbortedError, ApiError, TooManyRequestsError } from "../errors";
import { formatSeconds, type Http, joinSentences } from "#framework/http";
import type { Objects } from "./collection";
import { PerProcess } from "./perProcess";
import { type Identified, splitId } from "./schemas";

/** An object and its secret, which only the response to the creation contains. */
export type WithSecret<T> = T & { readonly secret: string };

/** Returns the schema of an object in the response to its creation, which also has the secret, in `field`. Build it once. */
export function withSecret<T>(object: z.ZodType<T>, field: string): z.ZodType<WithSecret<T>> {
  const secret = z
    .object({ [field]: z.string().min(1, "must not be empty") })
    .transform((answer) => ({ secret: answer[field] ?? "" }));
  return z.intersection(object, secret);
}

/** Shows a warning to the user. */
export type Warn = (text: string) => void;

/** An object in a list, as far as messages name it. */
interface Listed extends Identified {
  readonly name: string | null;
}

/** The creation of an object with a secret that only the response contains. */
interface SecretCreation<T> {
  /** The kind of the object in messages, such as `API token`. */
  readonly kind: string;
  /** The name of the object in messages. */
  readonly name: string;
  /** The path of the collection of the new object. */
  readonly collection: string;
  /** Returns the path of a listed object. */
  readonly address: (id: string) => string;
  readonly list: (http: Http) => AsyncIterable<Listed>;
  readonly post: (http: Http) => Promise<T>;
  readonly warn: Warn;
}

/**
 * Creates objects whose secret only the response to their creation contains. If the response is lost, the creation fails. The
 * error then names all objects that the list did not contain before. No property of an object identifies the request that
 * created it, so no object is deleted, and no request in doubt is repeated. Creates the objects of one collection one after the
 * other, so that the error does not name another new object of this process.
 */
class SecretCreations {
  readonly #last = new Map<string, Promise<unknown>>();

  async create<T extends Identified>(http: Http, creation: SecretCreation<T>): Promise<T> {
    const { collection } = creation;
    const previous = this.#last.get(collection) ?? Promise.resolve();
    const created = previous.then(async () => createWithoutRepeat(http.withSharedDeadline(), creation));
    this.#last.set(
      collection,
      created.catch(() => undefined),
    );
    return created;
  }
}

const creations = new PerProcess(() => new SecretCreations());

/**
 * Returns the operation that creates objects with a secret. If the response is lost, it fails with an error that names each new
 * object, and deletes none. `created` is the schema of the response, and `getName` returns the name in messages.
 */
export function createWithSecret<One extends Listed, Settings>(
  objects: Objects<One, One, Settings>,
  created: z.ZodType<WithSecret<One>>,
  { getName }: { readonly getName: (settings: Settings) => string },
): (parentId: string, settings: Settings, warn: Warn) => Promise<WithSecret<One>> {
  const { requests, http } = objects;
  return async (parentId, settings, warn) => {
    const creation: SecretCreation<WithSecret<One>> = {
      kind: requests.kind,
      name: getName(settings),
      collection: requests.getListPath(parentId),
      address: (id) => requests.getObjectPath(id),
      warn,
      list: (http) => requests.list(http, parentId),
      post: async (http) => requests.post(http, parentId, settings, created),
    };
    return objects.recordCreation(creations.get(http).create(http, creation));
  };
}

/** Sends the request again only if Peridio rejected it with 429 and the list contains no new object. */
async function createWithoutRepeat<T extends Identified>(http: Http, creation: SecretCreation<T>): Promise<T> {
  const before = new Set<string>();
  for await (const { id } of creation.list(http)) before.add(id);
  const { clock, deadline } = http.transport;
  let rejectedAt: number | undefined;
  for (;;) {
    try {
      const created = await creation.post(http.with({ returnsRejection: true }));
      if (rejectedAt !== undefined) await reportLateEffect(http, creation, before.add(created.id));
      return created;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const isRejected = error instanceof TooManyRequestsError;
      if (isRejected) rejectedAt ??= clock.now();
      // A rejection with 429 may come from a proxy that has forwarded the request.
      if (!error.isAmbiguous && rejectedAt === undefined) throw error;
      const start = error instanceof AbortedError ? http.forRecovery() : http;
      const search = await findNew(start, creation, before);
      if (error.isAmbiguous || typeof search === "string" || search.length > 0)
        throw createLostError(http, creation, error, search);
      if (!isRejected) throw error;
      const wait = clock.now() - (rejectedAt ?? 0);
      if (wait > deadline) throw createRejectedError(error, wait);
    }
  }
}

/** Warns of objects that a request with the response 429 may have created after the list was read. */
async function reportLateEffect<T>(
  http: Http,
  creation: SecretCreation<T>,
  before: ReadonlySet<string>,
): Promise<void> {
  const search = await findNew(http, creation, before);
  if (typeof search !== "string" && search.length === 0) return;
  creation.warn(
    joinSentences(
      `Peridio rejected the first request for ${describe(creation)} with HTTP 429, but it may have created another one, whose secret is lost.`,
      ...describeSearch(http, creation, search),
    ),
  );
}

/** Lists the objects that did not exist before. Returns the reason, as a clause, if the list cannot be read. */
async function findNew<T>(
  http: Http,
  { list }: SecretCreation<T>,
  before: ReadonlySet<string>,
): Promise<readonly Listed[] | string> {
  const find = async (through: Http): Promise<readonly Listed[]> => {
    const found: Listed[] = [];
    for await (const listed of list(through)) if (!before.has(listed.id)) found.push(listed);
    return found;
  };
  const retryAfterAbort = async (error: unknown): Promise<readonly Listed[]> => {
    if (!(error instanceof AbortedError)) throw error;
    return find(http.forRecovery());
  };
  return find(http).catch(retryAfterAbort).catch(getErrorMessage);
}

/** Returns the error of a creation that may have taken effect. It contains a command for each object that remains. */
function createLostError<T>(
  http: Http,
  creation: SecretCreation<T>,
  failure: ApiError,
  search: readonly Listed[] | string,
): ApiError {
  const summary = joinSentences(
    `Peridio may have created ${describe(creation)}, whose secret is lost.`,
    "The provider deleted nothing, and did not repeat the request.",
    ...describeSearch(http, creation, search),
    `Then run \`pulumi up\` again, which creates a new ${creation.kind}. Reason: ${failure.summary}`,
  );
  const { method, path, status, requestId, cause } = failure;
  return new ApiError(summary, { method, path, status, requestId, isAmbiguous: true, cause });
}

function describe<T>({ kind, name }: SecretCreation<T>): string {
  return `the ${kind} ${JSON.stringify(name)}`;
}

/** Describes the objects that a search has found, with a command for each. `search` may be the reason why it failed. */
function describeSearch<T>(
  http: Http,
  { kind, collection, address }: SecretCreation<T>,
  search: readonly Listed[] | string,
): readonly string[] {
  if (typeof search !== "string" && search.length > 0)
    return [
      `The list contains ${search.length} new ${kind}${search.length === 1 ? "" : "s"}.`,
      "Keep an object that another program has created in the meantime.",
      ...search.map(({ id, name }) => {
        const label = name === null || name === "" ? "without a name" : JSON.stringify(http.quote(name));
        return `To delete the ${kind} ${label} (${splitId(id).uuid}), run ${formatCurl(http, address(id), "-X DELETE ")}.`;
      }),
    ];
  return [
    typeof search === "string"
      ? `The provider could not list the ${kind}s: ${search}.`
      : `The list contains no new ${kind}, but it may lag behind the creation.`,
    `List the ${kind}s again: run ${formatCurl(http, collection)}.`,
    `If the list contains a new ${kind} that no program uses, replace ID with its id and run ${formatCurl(http, `${collection}/ID`, "-X DELETE ")}.`,
  ];
}

/** Names the variable of the API key, because a message must not contain the key. */
function formatCurl({ transport: { endpoint } }: Http, path: string, options = ""): string {
  return `\`curl ${options}-H "Authorization: Bearer $PERIDIO_API_KEY" ${endpoint}${path}\``;
}

/** Returns the error of a request that Peridio has rejected for the longest time that a request may wait. */
function createRejectedError(error: ApiError, wait: number): ApiError {
  const reason = `The provider gave up because Peridio has rejected this request for ${formatSeconds(wait)}.`;
  return new TooManyRequestsError(joinSentences(error.summary, reason), error);
}

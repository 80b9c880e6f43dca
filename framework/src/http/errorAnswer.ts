import * as z from "zod";
import { ApiError, NotFoundError, type RequestInfo } from "../request";
import { InvalidResponseError, ServerError, TooManyRequestsError, UnauthenticatedError } from "./errors";
import type { Answer, Outcome } from "./request";
import { inSentence, joinSentences, type Words } from "./words";

/** Prepares a text of the service's for a message. */
export type Quote = (text: string) => string;

const longestQuote = 300;

/** Redacts a text and cuts it to one line of 300 UTF-16 units. Redaction comes first, because it cannot recognize half a secret. */
export function createQuote(redact: (text: string) => string): Quote {
  return (text) => {
    const line = redact(text).replace(/\s+/g, " ").trim();
    if (line.length <= longestQuote) return line;
    // Does not cut a surrogate pair.
    return `${line.slice(0, longestQuote - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
  };
}

/** The form of messages. */
export interface Wording {
  readonly quote: Quote;
  readonly words: Words;
}

/** Reads the errors of one service. */
export interface ErrorReader {
  /**
   * Returns the service's own message in the body of an error, for messages; null if there is none. `body` is the parsed JSON, and
   * undefined if the body is too large or not JSON. By default, a text at `message`,
   * `error_description`, `detail`, `title` or `error`, also inside `error` or the first of `errors`.
   */
  readonly readMessage?: (body: unknown) => string | null;
  /**
   * Returns the error for a response with its own meaning; undefined for the usual meaning of the status. Is not called for a 401, whose
   * body may be secret. `quote` redacts a text of the service's and cuts it to one line.
   */
  readonly toError?: (
    answer: { readonly status: number; readonly body: unknown },
    where: RequestInfo,
    quote: Quote,
  ) => ApiError | undefined;
}

/** Turns an unsuccessful response into an error. The status decides; the body only adds details. */
export function toApiError(
  answer: Answer,
  where: RequestInfo,
  { quote, words }: Wording,
  { readMessage = findMessage, toError }: ErrorReader = {},
): ApiError {
  const { status } = answer;
  const body = parseJson(answer.body ?? "");
  const attempts = describeAttempts(answer, words);
  // The body of a 401 may be secret.
  if (status === 401) return new UnauthenticatedError(rejectKey(words), where);
  const own = toError?.({ status, body }, where, quote);
  if (own !== undefined) return own;
  const said = readMessage(body);
  const saying = said === null || said === "" ? null : `${words.service} says: ${quoteSentence(said, quote)}`;
  if (status === 404) return new NotFoundError(joinSentences(notFound(words), saying), where);
  if (status === 429) return new TooManyRequestsError(joinSentences(tooMany(words), ...attempts), where);
  if (status >= 500) return new ServerError(joinSentences(failed(words), saying, ...attempts), where);
  if (status < 400) return new InvalidResponseError(joinSentences(redirect(words), ...attempts), where, null);
  if (status === 408) return new ServerError(joinSentences(tooSlow(words), ...attempts), where);
  const reason = status === 403 ? forbidden(words) : isRefusal(status) ? refused(words, where.method) : rejected(words);
  return new ApiError(joinSentences(reason, saying), where);
}

/** Reports if the status says that the service understood the request but does not do it. */
export function isRefusal(status: number | null): boolean {
  return status !== null && [403, 409, 410, 422].includes(status);
}

/** Quotes a text of the service's as a sentence. */
export function quoteSentence(text: string, quote: Quote): string {
  const sentence = quote(text);
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

const rejectKey = ({ service, apiKey }: Words): string =>
  `${service} does not accept the API key. Set ${apiKey} to a complete and valid API key for this endpoint.`;
const notFound = ({ service }: Words): string =>
  `${service} returned 404: the object does not exist, or this API key cannot see it. Correct the id, or use another API key.`;
const tooMany = ({ service, maxConcurrency }: Words): string =>
  `${service} limits the rate of requests. Try again later${maxConcurrency === undefined ? "" : `, or lower ${maxConcurrency}`}.`;
const tooSlow = ({ service }: Words): string =>
  `${service} or a proxy timed out before the request was complete. Check the network, and try again later.`;
const failed = ({ service }: Words): string =>
  `${service} or a proxy failed. Try again later. If the request fails again, send this message to ${service}'s support.`;
const redirect = ({ endpoint }: Words): string => `The response is a redirect. Correct ${endpoint}.`;
const forbidden = ({ service }: Words): string =>
  `${service} does not allow this API key to do this. Use an API key with the right to do it.`;
const refused = ({ service }: Words, method: string): string =>
  `${service} refuses the request. ${refusalRemedies[method] ?? "Correct the values, or the object that prevents it."}`;
const refusalRemedies: Readonly<Record<string, string>> = {
  GET: "Correct the id.",
  DELETE: "Remove the objects or the protection that prevent the deletion, and try again.",
};
const rejected = ({ service, endpoint, program }: Words): string =>
  `${service} rejected the request. If the endpoint is not ${service}'s API, correct ${endpoint}. Otherwise, update ${inSentence(program)}.`;

/** Describes the attempts, for the end of a message. */
export function describeAttempts({ stopReason, isAmbiguous }: Outcome, { program }: Words): readonly (string | null)[] {
  return [
    stopReason === undefined ? null : `${program} gave up ${stopReason}.`,
    isAmbiguous ? "The request may have taken effect." : null,
  ];
}

const text = z.string().optional().catch(undefined);
const said = z
  .object({ message: text, error_description: text, detail: text, title: text, error: text })
  .transform((body) => body.message ?? body.error_description ?? body.detail ?? body.title ?? body.error);
const message = z
  .object({
    error: said.optional().catch(undefined),
    errors: z
      .array(z.union([z.string(), said]))
      .optional()
      .catch(undefined),
  })
  .transform(({ error, errors: [first] = [] }) => error ?? first);

function findMessage(body: unknown): string | null {
  return message.safeParse(body).data ?? said.safeParse(body).data ?? null;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

import type { RequestInfo } from "../request";
import { InvalidResponseError } from "./errors";
import type { Transport } from "./transport";
import { joinSentences } from "./words";

/**
 * Returns the path of the next page that a `Link` header names, below the endpoint; null if it names none.
 *
 * @throws InvalidResponseError if the next page is not below the endpoint.
 */
export function findNextPath(
  header: string,
  where: RequestInfo,
  { endpoint, words }: Pick<Transport, "endpoint" | "words">,
): string | null {
  const links = [...header.matchAll(/<([^>]*)>([^<]*)/g)];
  const next = links.find(([, , parameters = ""]) =>
    /;\s*rel\s*=\s*("([^"]*\s)?next[\s"]|next\b)/i.test(parameters),
  )?.[1];
  if (next === undefined) return null;
  const url = URL.canParse(next, endpoint + where.path) ? new URL(next, endpoint + where.path).href : next;
  if (url.startsWith(`${endpoint}/`)) return url.slice(endpoint.length).replace(/#.*/s, "");
  const fault = "The Link header names a next page that is not below the endpoint.";
  throw new InvalidResponseError(joinSentences(fault, `Correct ${words.endpoint}.`), where, "Link");
}

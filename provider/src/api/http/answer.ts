import * as z from "zod";
import { canonicalizeEmail } from "../model";
import { ApiError, InvalidResponseError } from "../errors";
import type { Transport } from "#framework/http";

/** Unwraps the object in a response. Build it once, not for each response: zod compiles a schema at its first use. */
export function unwrapData<T>(payload: z.ZodType<T>): z.ZodType<T> {
  return z.object({ data: payload }).transform(({ data }) => data);
}

/**
 * Rejects a response about another object than the one that the request named. `identity` holds the expected ids and
 * addresses by the names of the provider's own model. Case does not distinguish them.
 */
export function requireIdentity<T extends object>(
  identity: Partial<Readonly<Record<keyof T & string, string>>>,
  answer: z.ZodType<T>,
): z.ZodType<T> {
  return answer.superRefine((value, context) => {
    const answered = new Map<string, unknown>(Object.entries(value));
    for (const [name, expected] of Object.entries<string | undefined>(identity)) {
      const found = String(answered.get(name));
      if (expected === undefined || canonicalizeEmail(found) === canonicalizeEmail(expected)) continue;
      context.addIssue({ code: "custom", path: [name], message: `expected ${expected}, received ${found}` });
    }
  });
}

/**
 * Replaces the error of a request that every server of the API accepts: after a 400 or 404, the endpoint is not this API.
 * `root` is the root of the API's paths, which some people append to the endpoint.
 */
export function rejectOtherServer(
  { endpoint, words }: Pick<Transport, "endpoint" | "words">,
  api: string,
  root: string,
): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 404)) throw error;
    const remedy = endpoint.endsWith(root) ? `Remove \`${root}\` from` : "Correct";
    throw new InvalidResponseError(`${endpoint} does not serve ${api}. ${remedy} ${words.endpoint}.`, error, null);
  };
}

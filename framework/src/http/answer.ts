import type * as z from "zod";
import type { RequestInfo } from "../request";
import { InvalidResponseError } from "./errors";
import type { Wording } from "./errorAnswer";
import { inSentence, type Words } from "./words";

/**
 * Reads a successful response. Quotes no part of a body that is not JSON. An empty body is undefined for a schema that accepts
 * undefined.
 */
export function parseAnswer<T>(body: string, schema: z.ZodType<T>, where: RequestInfo, { quote, words }: Wording): T {
  const empty = body === "" ? schema.safeParse(undefined) : undefined;
  if (empty?.success === true) return empty.data;
  const parsed = schema.safeParse(parseJsonBody(body, where, words));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = quote(issue?.path.join(".") ?? "");
  const reason = quote(issue?.message ?? "");
  throw new InvalidResponseError(describeMismatch(field, reason, words), where, field);
}

/** Replaces lone surrogates, which JSON can contain but UTF-8 cannot encode. */
export function parseJsonBody(body: string, where: RequestInfo, words: Words): unknown {
  const repair = (_: string, value: unknown): unknown => (typeof value === "string" ? value.toWellFormed() : value);
  try {
    return /\\u[dD][89a-fA-F]/.test(body) ? JSON.parse(body, repair) : JSON.parse(body);
  } catch {
    // The parser's own error quotes the body.
    throw new InvalidResponseError(describeNonJson(body, words), where, null);
  }
}

const checkEndpoint = ({ service, endpoint }: Words): string =>
  `If the endpoint is not ${service}'s API, correct ${endpoint}. If a proxy responds in ${service}'s place, add the endpoint's host to NO_PROXY.`;

/** Describes a response without a body, because the body is too large. */
export function describeTooLarge(words: Words): string {
  return `The response is larger than 32 MiB. ${checkEndpoint(words)}`;
}

function describeNonJson(body: string, words: Words): string {
  const kind = /^\s*</.test(body) ? "HTML instead of JSON" : body.trim() === "" ? "empty" : "not JSON";
  return `The response is ${kind}. ${checkEndpoint(words)}`;
}

function describeMismatch(field: string, reason: string, { endpoint, program }: Words): string {
  return `The response is invalid${field && ` at ${field}`}: ${reason}. Correct ${endpoint}, or update ${inSentence(program)}.`;
}

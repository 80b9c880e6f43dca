import * as z from "zod";
import { canonicalizeEmail } from "../model";
import { ApiError, InvalidResponseError, type RequestInfo } from "../errors";
import type { SettingNames } from "../settingNames";
import { inSentence, type Wording } from "./errorAnswer";

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

/** Reads a successful response. Quotes no part of a body that is not JSON. */
export function parseAnswer<T>(
  body: string,
  schema: z.ZodType<T>,
  where: RequestInfo,
  { quote, settings }: Pick<Wording, "quote" | "settings">,
): T {
  const parsed = schema.safeParse(parseJsonBody(body, where, settings));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = quote(issue?.path.join(".") ?? "");
  const reason = quote(issue?.message ?? "");
  throw new InvalidResponseError(describeMismatch(field, reason, settings), where, field);
}

/** Replaces lone surrogates, which JSON can contain but UTF-8 cannot encode. */
export function parseJsonBody(body: string, where: RequestInfo, settings: SettingNames): unknown {
  const repair = (_: string, value: unknown): unknown => (typeof value === "string" ? value.toWellFormed() : value);
  try {
    return /\\u[dD][89a-fA-F]/.test(body) ? JSON.parse(body, repair) : JSON.parse(body);
  } catch {
    // The parser's own error quotes the body.
    throw new InvalidResponseError(describeNonJson(body, settings), where, null);
  }
}

/**
 * Replaces the error of a request that every server of the API accepts: after a 400 or 404, the endpoint is not this API.
 * `root` is the root of the API's paths, which some people append to the endpoint.
 */
export function rejectOtherServer(
  { endpoint, settings }: { readonly endpoint: string; readonly settings: SettingNames },
  api: string,
  root: string,
): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 404)) throw error;
    const remedy = endpoint.endsWith(root) ? `Remove \`${root}\` from` : "Correct";
    throw new InvalidResponseError(`${endpoint} does not serve ${api}. ${remedy} ${settings.endpoint}.`, error, null);
  };
}

const checkEndpoint = ({ endpoint }: SettingNames): string =>
  `If the endpoint is not Peridio's API, correct ${endpoint}. If a proxy responds in Peridio's place, add the endpoint's host to NO_PROXY.`;

/** Describes a response without a body, because the body is too large. */
export function describeTooLarge(settings: SettingNames): string {
  return `The response is larger than 32 MiB. ${checkEndpoint(settings)}`;
}

function describeNonJson(body: string, settings: SettingNames): string {
  const kind = /^\s*</.test(body) ? "HTML instead of JSON" : body.trim() === "" ? "empty" : "not JSON";
  return `The response is ${kind}. ${checkEndpoint(settings)}`;
}

function describeMismatch(field: string, reason: string, { endpoint, program }: SettingNames): string {
  return `The response is invalid${field && ` at ${field}`}: ${reason}. Correct ${endpoint}, or update ${inSentence(program)}.`;
}

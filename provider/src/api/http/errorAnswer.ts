import * as z from "zod";
import * as errors from "../errors";
import type { SettingNames } from "../settingNames";
import type { Answer, Outcome } from "../transport/request";

/** Prepares a text of Peridio's for a message. */
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

/** Turns a property's name in the API into its name in `model.ts`. */
export type Rename = (property: string) => string;

/** The words of messages that depend on the API and on the program. */
export interface Wording {
  readonly rename: Rename;
  readonly quote: Quote;
  readonly settings: SettingNames;
}

/** Turns an unsuccessful response into an error. The status decides; the body only adds details. */
export function toApiError(
  answer: Answer,
  where: errors.RequestInfo,
  { rename, quote, settings }: Wording,
): errors.ApiError {
  const { status } = answer;
  const attempts = describeAttempts(answer, settings);
  const body = parseErrorBody(answer.body ?? "");
  // The body of a 401 may be secret.
  if (status === 401) return new errors.UnauthenticatedError(rejectKey(settings), where);
  if (status === 403) return toForbidden(body, where, quote);
  if (status === 404) return new errors.NotFoundError(notFound, where);
  if (status === 409 || status === 410) return toConflict(body, where, quote);
  if (status === 422 && isRuleViolation(body)) return toConflict(body, where, quote);
  if (status === 422) return toInvalid(body, where, rename, quote);
  if (status === 429) return new errors.TooManyRequestsError(joinSentences(tooMany(settings), ...attempts), where);
  if (status >= 500) return new errors.ServerError(joinSentences(failed, quoteBody(body, quote), ...attempts), where);
  if (status < 400) return new errors.InvalidResponseError(joinSentences(redirect(settings), ...attempts), where, null);
  if (status === 408) return new errors.ServerError(joinSentences(tooSlow, ...attempts), where);
  return new errors.ApiError(joinSentences(refused(settings), quoteBody(body, quote)), where);
}

const rejectKey = ({ apiKey }: SettingNames): string =>
  `Peridio does not accept the API key. Set ${apiKey} to a complete and valid API key for this endpoint.`;
const notFound =
  "Peridio returned 404: the object does not exist, or this API key cannot see it. Correct the id, or use the API key of a member of the organization.";
const tooMany = ({ maxConcurrency }: SettingNames): string =>
  `Peridio limits the rate of requests. Try again later${maxConcurrency === undefined ? "" : `, or lower ${maxConcurrency}`}.`;
const tooSlow = "Peridio or a proxy timed out before the request was complete. Check the network, and try again later.";
const failed =
  "Peridio or a proxy failed. Try again later. If the request fails again, send this message to Peridio's support.";
const redirect = ({ endpoint }: SettingNames): string => `The response is a redirect. Correct ${endpoint}.`;
const refused = ({ endpoint, program }: SettingNames): string =>
  `Peridio rejected the request. If the endpoint is not Peridio's API, correct ${endpoint}. Otherwise, update ${inSentence(program)}.`;

/** Returns the name of a program in the middle of a sentence. */
export function inSentence(program: string): string {
  return program.replace(/^The /, "the ");
}

/** Describes the attempts, for the end of a message. */
export function describeAttempts(
  { stopReason, isAmbiguous }: Outcome,
  { program }: SettingNames,
): readonly (string | null)[] {
  return [
    stopReason === undefined ? null : `${program} gave up ${stopReason}.`,
    isAmbiguous ? "The request may have taken effect." : null,
  ];
}

/** Joins the sentences of a message. */
export function joinSentences(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(" ");
}

const scope = z.object({
  scope_name: z.string().nullable().catch(null),
  resource_id: z.string().nullable().catch(null),
});

function toForbidden(body: ErrorBody, where: errors.RequestInfo, quote: Quote): errors.ForbiddenError {
  const { scope_name, resource_id } = scope.parse(body.codes[0]?.context ?? {});
  const action = scope_name === null ? "do this" : quote(scope_name).replaceAll("_", " ");
  const to = resource_id === null ? "" : ` of ${quote(resource_id)}`;
  const reason = quoteBody(body, quote);
  const denial = joinSentences(`The API key is not allowed to ${action}${to}.`, reason);
  return new errors.ForbiddenError(denial, where, scope_name, resource_id, reason !== null);
}

/** Some servers return 422 for a violated rule too, with the rule's code and no property. */
function isRuleViolation({ codes, fields }: ErrorBody): boolean {
  return codes.length > 0 && Object.keys(fields).length === 0;
}

const conflictContext = z
  .object({
    reason: z.string().nullable().catch(null),
    blockers: z.array(z.object({ code: z.string(), count: z.number(), message: z.string() })).catch([]),
    resource_type: z.string().nullable().catch(null),
    limit: z.number().nullable().catch(null),
  })
  .transform(({ reason, blockers, resource_type, limit }) => ({
    reason,
    blockers,
    limit: resource_type === null || limit === null ? null : { resourceType: resource_type, limit },
  }));

const rules: Readonly<Record<string, string>> = {
  deletion_blocked: "The organization cannot be deleted yet:",
  cannot_remove_self: "Peridio does not let an API key remove its own user. Use another admin's API key.",
  cannot_remove_owner: "The owner cannot be removed. Transfer the ownership first.",
  cannot_change_own_role: "Peridio does not let an API key change its own user's role. Use another admin's API key.",
  cannot_change_owner_role: "The owner is always an admin. Transfer the ownership first.",
  invitation_already_accepted: "The invitation has been accepted. Run the command again.",
};

function explainRule(reason: string, limit: errors.ConflictError["limit"], quote: Quote): string | undefined {
  if (reason !== "limit_reached") return Object.hasOwn(rules, reason) ? rules[reason] : undefined;
  if (limit === null) return "The organization has reached a limit. Ask Peridio to raise the limit.";
  const resources = quote(limit.resourceType).replaceAll("_", " ");
  return `The organization has reached its limit of ${limit.limit} ${resources}. Remove some ${resources}, or ask Peridio to raise the limit.`;
}

function toConflict(body: ErrorBody, where: errors.RequestInfo, quote: Quote): errors.ConflictError {
  const [first] = body.codes;
  const context = conflictContext.parse(first?.context ?? {});
  // The code "conflict" comes with a reason; any other code is the reason.
  const violated =
    first === undefined || first.code === "conflict" ? context : { ...context, reason: context.reason ?? first.code };
  const { reason, blockers, limit } = violated;
  const rule = reason === null ? undefined : explainRule(reason, limit, quote);
  return new errors.ConflictError(
    joinSentences(
      rule ??
        `The request breaks a rule of Peridio${reason === null ? "" : `: ${quote(reason).replaceAll("_", " ")}`}.`,
      ...blockers.slice(0, 20).map(({ count, message }) => `${quote(message)} (${count})`),
      quoteBody(body, quote),
    ),
    where,
    violated,
  );
}

function toInvalid(
  body: ErrorBody,
  where: errors.RequestInfo,
  rename: Rename,
  quote: Quote,
): errors.InvalidRequestError {
  const fields = Object.fromEntries(
    Object.entries(body.fields).map(([property, messages]) => [rename(property), messages]),
  );
  const faults = summarize({ ...body, fields }, quote);
  const reason = faults === null ? "Peridio refuses the request." : `Peridio refuses the request: ${faults}`;
  return new errors.InvalidRequestError(reason, where, fields);
}

function quoteBody(body: ErrorBody, quote: Quote): string | null {
  const summary = summarize(body, quote);
  return summary === null ? null : `Peridio says: ${summary}`;
}

/** Summarizes the body for people. */
function summarize({ fields, text }: ErrorBody, quote: Quote): string | null {
  const faults = Object.entries(fields).map(([property, messages]) => `${property} ${messages.join(", ")}`.trim());
  if (text !== null) faults.push(text);
  if (faults.length === 0) return null;
  const summary = quote(faults.join("; "));
  return /[.!?…]$/.test(summary) ? summary : `${summary}.`;
}

/** The content of an error body of any shape. */
export interface ErrorBody {
  readonly codes: readonly { readonly code: string; readonly context: Readonly<Record<string, unknown>> }[];
  /** Messages by property, in the names of the wire. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly text: string | null;
}

const empty: ErrorBody = { codes: [], fields: {}, text: null };

const coded = z.object({ code: z.string(), context: z.record(z.string(), z.unknown()).catch({}) });
type Coded = z.infer<typeof coded>;

const parameter = z.object({ parameter: z.string(), reason: z.string() });

/** All known shapes. The order matters: a detail is also a valid property. */
const shapes = z.union([
  z
    .object({ errors: z.array(coded) })
    .transform(({ errors }) => ({ ...empty, codes: errors, fields: readParameterErrors(errors) })),
  z.object({ errors: z.object({ detail: z.string() }) }).transform(({ errors }) => createTextBody(errors.detail)),
  z.object({ errors: z.record(z.string(), z.unknown()) }).transform(({ errors }) => ({
    ...empty,
    fields: Object.fromEntries(Object.entries(errors).map(([property, value]) => [property, flattenMessages(value)])),
  })),
  z.object({ error: z.string(), message: z.string().optional() }).transform(({ error, message }) => ({
    ...empty,
    text: message ?? null,
    codes: [{ code: error, context: {} }],
  })),
  coded.transform((error) => ({ ...empty, codes: [error], fields: readParameterErrors([error]) })),
  z.object({ status: z.string() }).transform(({ status }) => createTextBody(status)),
  z.object({ errors: z.string() }).transform(({ errors }) => createTextBody(errors)),
]);

/** Reads every known shape of an error body. Any other body counts as empty. */
export function parseErrorBody(body: string): ErrorBody {
  return shapes.catch(empty).parse(parseJson(body));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function createTextBody(text: string): ErrorBody {
  return { ...empty, text };
}

/** Turns codes that name a property into messages about it. */
function readParameterErrors(codes: readonly Coded[]): ErrorBody["fields"] {
  const faults = codes.map(({ context }) => parameter.safeParse(context)).flatMap(({ data }) => data ?? []);
  return Object.fromEntries(faults.map(({ parameter, reason }) => [parameter, [reason.replaceAll("_", " ")]]));
}

/** The deepest nesting to read: a deeper one could exhaust the stack. */
const maxDepth = 8;

function flattenMessages(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth === maxDepth) return [];
  if (Array.isArray(value)) return value.flatMap((item) => flattenMessages(item, depth + 1));
  const entries: [string, unknown][] = Object.entries(value);
  return entries.flatMap(([key, inner]) => flattenMessages(inner, depth + 1).map((message) => `${key} ${message}`));
}

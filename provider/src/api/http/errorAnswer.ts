import * as z from "zod";
import * as errors from "../errors";
import { type ErrorReader, joinSentences, type Quote, quoteSentence } from "#framework/http";

/** Turns a property's name in the API into its name in `model.ts`. */
export type Rename = (property: string) => string;

/** Reads the errors of an API. */
export function readErrors(rename: Rename): ErrorReader {
  return {
    readMessage: (body) => summarize(parseErrorBody(body)),
    toError: ({ status, body: parsed }, where, quote) => {
      if (status === 404) return new errors.NotFoundError(notFound, where);
      if (![403, 409, 410, 422].includes(status)) return undefined;
      const body = parseErrorBody(parsed);
      if (status === 403) return toForbidden(body, where, quote);
      return status !== 422 || isRuleViolation(body)
        ? toConflict(body, where, quote)
        : toInvalid(body, where, rename, quote);
    },
  };
}

const notFound =
  "Peridio returned 404: the object does not exist, or this API key cannot see it. Correct the id, or use the API key of a member of the organization.";

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
  const faults = summarize({ ...body, fields });
  const reason =
    faults === null ? "Peridio refuses the request." : `Peridio refuses the request: ${quoteSentence(faults, quote)}`;
  return new errors.InvalidRequestError(reason, where, fields);
}

function quoteBody(body: ErrorBody, quote: Quote): string | null {
  const summary = summarize(body);
  return summary === null ? null : `Peridio says: ${quoteSentence(summary, quote)}`;
}

/** Summarizes the body for people. */
function summarize({ fields, text }: ErrorBody): string | null {
  const faults = Object.entries(fields).map(([property, messages]) => `${property} ${messages.join(", ")}`.trim());
  if (text !== null) faults.push(text);
  return faults.length === 0 ? null : faults.join("; ");
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
export function parseErrorBody(body: unknown): ErrorBody {
  return shapes.catch(empty).parse(body);
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

import * as z from "zod";
import * as errors from "../errors";
import type { Answer, Outcome } from "../transport/request";
import { parseErrorBody, type ErrorBody } from "./errorBody";
import type { Quote } from "./quote";

/** From a property's name on the wire to its name in the port. */
export type Rename = (property: string) => string;

/** The error that an unsuccessful answer means. The status decides; the body only adds details. */
export function refusal(answer: Answer, where: errors.Circumstances, rename: Rename, quote: Quote): errors.ApiError {
  const { status } = answer;
  const body = parseErrorBody(answer.body ?? "");
  // What a 401 says may be secret.
  if (status === 401) return new errors.Unauthenticated(unauthenticated, where);
  if (status === 403) return forbidden(body, where, quote);
  if (status === 404) return new errors.NotFound(notFound, where);
  if (status === 409 || status === 410) return conflict(body, where, quote);
  if (status === 422 && isAboutARule(body)) return conflict(body, where, quote);
  if (status === 422) return invalid(body, where, rename, quote);
  if (status === 429) return new errors.TooManyRequests(sentences(tooMany, ...course(answer)), where);
  if (status >= 500) return new errors.ServerError(sentences(failed, said(body, quote), ...course(answer)), where);
  if (status < 400) return new errors.Unfitting(sentences(redirect, ...course(answer)), where, null);
  if (status === 408) return new errors.ServerError(sentences(tooSlow, ...course(answer)), where);
  return new errors.ApiError(sentences(refused, said(body, quote)), where);
}

const unauthenticated =
  "Peridio does not accept the API key. Check that it is complete, neither revoked nor expired, and made for this endpoint.";
const notFound =
  "Peridio knows no such thing, or this API key cannot see it. Check the id, and that the key's user is a member of the organization.";
const tooMany = "Peridio accepts no more requests for now. Try again later, or send fewer at a time.";
const tooSlow = "Peridio, or a proxy before it, waited too long for the request. Check the network, and try again later.";
const failed = "Peridio failed. Try again later; if that does not help, give Peridio's support the request id.";
const redirect = "The answer is a redirect. Check the endpoint.";
const refused = "Peridio does not accept the request. Check the endpoint and the version of the provider.";

/** What became of the attempts, for the end of a message. */
export function course({ stopReason, isAmbiguous }: Outcome): readonly (string | null)[] {
  return [
    stopReason === undefined ? null : `Gave up ${stopReason}.`,
    isAmbiguous ? "It is not known whether the request took effect." : null,
  ];
}

export function sentences(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(" ");
}

const scope = z.object({
  scope_name: z.string().nullable().catch(null),
  resource_id: z.string().nullable().catch(null),
});

function forbidden(body: ErrorBody, where: errors.Circumstances, quote: Quote): errors.Forbidden {
  const { scope_name, resource_id } = scope.parse(body.codes[0]?.context ?? {});
  const what = scope_name === null ? "do this" : quote(scope_name).replaceAll("_", " ");
  const to = resource_id === null ? "" : ` of ${quote(resource_id)}`;
  return new errors.Forbidden(
    sentences(`The API key may not ${what}${to}.`, said(body, quote)),
    where,
    scope_name,
    resource_id,
  );
}

/** Some servers answer 422 for a rule that was broken too, with the rule's code and no property. */
function isAboutARule({ codes, fields }: ErrorBody): boolean {
  return codes.length > 0 && Object.keys(fields).length === 0;
}

const objection = z
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
  cannot_remove_self: "Users cannot remove themselves from an organization. Another admin can.",
  cannot_remove_owner: "The owner cannot be removed. Transfer the ownership first.",
  cannot_change_own_role: "Users cannot change their own role. Another admin can.",
  cannot_change_owner_role: "The owner is always an admin. Transfer the ownership first.",
  invitation_already_accepted: "The invitation has been accepted. Remove the member instead.",
  limit_reached: "The organization has no room for one more. Remove something, or ask Peridio to raise the limit.",
};

function conflict(body: ErrorBody, where: errors.Circumstances, quote: Quote): errors.Conflict {
  const [first] = body.codes;
  const told = objection.parse(first?.context ?? {});
  // Where the code is no more than "conflict", the reason stands beside it; elsewhere the code is the reason.
  const against = first === undefined || first.code === "conflict" ? told : { ...told, reason: told.reason ?? first.code };
  const { reason, blockers, limit } = against;
  const rule = reason !== null && Object.hasOwn(rules, reason) ? rules[reason] : undefined;
  return new errors.Conflict(
    sentences(
      rule ?? `The request breaks a rule of Peridio${reason === null ? "" : `: ${quote(reason).replaceAll("_", " ")}`}.`,
      ...blockers.slice(0, 20).map(({ count, message }) => `${quote(message)} (${count})`),
      limit === null ? null : `The limit is ${limit.limit} ${quote(limit.resourceType).replaceAll("_", " ")}.`,
      said(body, quote),
    ),
    where,
    against,
  );
}

function invalid(body: ErrorBody, where: errors.Circumstances, rename: Rename, quote: Quote): errors.Invalid {
  const fields = Object.fromEntries(
    Object.entries(body.fields).map(([property, messages]) => [rename(property), messages]),
  );
  const faults = words({ ...body, fields }, quote);
  const reason = faults === null ? "Peridio refuses the values." : `Peridio refuses the values: ${faults}`;
  return new errors.Invalid(reason, where, fields);
}

function said(body: ErrorBody, quote: Quote): string | null {
  const said = words(body, quote);
  return said === null ? null : `It says: ${said}`;
}

/** What the body says to people. */
function words({ fields, text }: ErrorBody, quote: Quote): string | null {
  const faults = Object.entries(fields).map(([property, messages]) => `${property} ${messages.join(", ")}`.trim());
  if (text !== null) faults.push(text);
  if (faults.length === 0) return null;
  const said = quote(faults.join("; "));
  return /[.!?…]$/.test(said) ? said : `${said}.`;
}

import * as z from "zod";
import { Http } from "#framework/http";
import * as errors from "../errors";
import { createTransport } from "../transport";
import { parseErrorBody, readErrors } from "./errorAnswer";

const empty = { codes: [], fields: {}, text: null };

test.each([
  ["no JSON", "null", empty],
  [
    "codes",
    '{"errors":[{"code":"unauthorized","context":{"scope_name":"create_members"}}]}',
    { ...empty, codes: [{ code: "unauthorized", context: { scope_name: "create_members" } }] },
  ],
  [
    "a code about a parameter",
    '{"errors":[{"code":"parameter","context":{"parameter":"page","reason":"must_be_unique"}}]}',
    { fields: { page: ["must be unique"] } },
  ],
  ["a detail", '{"errors":{"detail":"Internal Server Error"}}', { ...empty, text: "Internal Server Error" }],
  [
    "messages by property",
    '{"errors":{"email":["can\'t be blank","is invalid"],"name":["can\'t be blank"]}}',
    { ...empty, fields: { email: ["can't be blank", "is invalid"], name: ["can't be blank"] } },
  ],
  [
    "nested messages",
    '{"errors":{"ip_allowlist":[{"cidr":["is invalid"]},{}]}}',
    { ...empty, fields: { ip_allowlist: ["cidr is invalid"] } },
  ],
  [
    "an error with a message",
    '{"error":"not_eligible","message":"This tier cannot"}',
    { ...empty, codes: [{ code: "not_eligible", context: {} }], text: "This tier cannot" },
  ],
  [
    "an error without a message",
    '{"error":"not_eligible"}',
    { codes: [{ code: "not_eligible", context: {} }], text: null },
  ],
  ["a lone code", '{"code":"conflict","context":{}}', { ...empty, codes: [{ code: "conflict", context: {} }] }],
  ["a code without context", '{"code":"conflict"}', { codes: [{ code: "conflict", context: {} }] }],
  ["a status", '{"status":"forbidden"}', { ...empty, text: "forbidden" }],
  ["a text", '{"errors":"invalid_signature"}', { ...empty, text: "invalid_signature" }],
  [
    "messages that are nested too deeply",
    `{"errors":{"name":${"[".repeat(50_000)}"is odd"${"]".repeat(50_000)},"email":["is invalid"]}}`,
    { fields: { name: [], email: ["is invalid"] } },
  ],
  ["JSON of another shape", '{"data":[1]}', empty],
  ["JSON that is no object", "[1]", empty],
])("an error body may be %s", (_, body, expected) => {
  expect(parseErrorBody(JSON.parse(body))).toMatchObject(expected);
});

const transport = createTransport({ apiKey: "sesame", endpoint: "https://api.peridio.com", version: "0.1.0" });

/** Returns the error of a request with this response. */
async function errorOf(status: number, body: unknown): Promise<unknown> {
  const text = JSON.stringify(body);
  const answer = { kind: "answer", status, requestId: "r-1", retryAt: null, body: text } as const;
  const http = new Http(
    { ...transport, send: () => Promise.resolve(answer) },
    readErrors((property) => `our ${property}`),
  );
  return http.get("/v2/x", z.unknown()).catch((error: unknown) => error);
}

test.each([
  [401, errors.UnauthenticatedError, "Peridio does not accept the API key."],
  [403, errors.ForbiddenError, "The API key is not allowed to do this."],
  [404, errors.NotFoundError, "Peridio returned 404: the object does not exist, or this API key cannot see it."],
  [409, errors.ConflictError, "The request breaks a rule of Peridio."],
  [410, errors.ConflictError, "The request breaks a rule of Peridio."],
  [422, errors.InvalidRequestError, "Peridio refuses the request."],
  [429, errors.TooManyRequestsError, "Peridio limits the rate of requests."],
  [503, errors.ServerError, "Peridio or a proxy failed."],
  [418, errors.ApiError, "Peridio rejected the request."],
])("status %d determines the error", async (status, kind, reason) => {
  const error = await errorOf(status, {});
  expect(error).toBeInstanceOf(kind);
  expect(error).toMatchObject({ name: kind.name, status, requestId: "r-1", method: "GET", path: "/v2/x" });
  expect(String(error)).toContain(reason);
});

test("a failure quotes Peridio's own message", async () => {
  expect(String(await errorOf(500, { errors: { detail: "Out of disk" } }))).toContain(
    "Peridio says: Out of disk. (GET",
  );
});

test("a 403 names the rejected action and its object", async () => {
  const context = { resource_id: "prn:1:acme", scope_name: "update_billing_settings" };
  const error = await errorOf(403, { errors: [{ code: "unauthorized", context }] });
  expect(error).toMatchObject({ scope: "update_billing_settings", resource: "prn:1:acme" });
  expect(String(error)).toContain("The API key is not allowed to update billing settings of prn:1:acme.");
});

test("a blocked deletion lists the blockers and their counts", async () => {
  const blockers = [{ code: "devices", count: 3, message: "All devices must be deleted or transferred." }];
  const context = { reason: "deletion_blocked", blockers };
  const error = await errorOf(409, { errors: [{ code: "conflict", context }] });
  expect(error).toMatchObject({ reason: "deletion_blocked", blockers, limit: null });
  expect(String(error)).toContain("cannot be deleted yet: All devices must be deleted or transferred. (3)");
});

test("a reached limit is named", async () => {
  const context = { reason: "limit_reached", resource_type: "api_keys", limit: 50 };
  const error = await errorOf(409, { errors: [{ code: "conflict", context }] });
  expect(error).toMatchObject({ blockers: [], limit: { resourceType: "api_keys", limit: 50 } });
  expect(String(error)).toContain(
    "The organization has reached its limit of 50 api keys. Remove some api keys, or ask Peridio to raise the limit.",
  );
});

test("rejected values have the names of the model", async () => {
  const error = await errorOf(422, { errors: { ip_allowlist: ["is odd", "is long"] } });
  expect(error).toMatchObject({ fields: { "our ip_allowlist": ["is odd", "is long"] } });
  expect(String(error)).toContain("Peridio refuses the request: our ip_allowlist is odd, is long.");
});

test.each<[string, number, unknown]>([
  ["scope", 403, { scope_name: "x".repeat(1_000), resource_id: "y".repeat(1_000) }],
  ["reason", 409, { reason: "x".repeat(1_000) }],
  ["limit", 409, { reason: "limit_reached", resource_type: "x".repeat(1_000), limit: 1 }],
  ["blocker", 409, { blockers: [{ code: "x", count: 1, message: "x".repeat(1_000) }] }],
])("a long %s is cut", async (_, status, context) => {
  const error = await errorOf(status, { errors: [{ code: "conflict", context }] });
  expect(String(error)).toContain("…");
  expect(String(error).length).toBeLessThan(1_000);
});

test("a rule with the name of an Object method is unknown", async () => {
  const error = await errorOf(409, { errors: [{ code: "constructor", context: {} }] });
  expect(String(error)).toContain("The request breaks a rule of Peridio: constructor.");
});

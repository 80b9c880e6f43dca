import { parseErrorBody } from "./errorAnswer";

const empty = { codes: [], fields: {}, text: null };

test.each([
  ["no JSON", "<html>Bad gateway</html>", empty],
  ["empty", "", empty],
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
  expect(parseErrorBody(body)).toMatchObject(expected);
});

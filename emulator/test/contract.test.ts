import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { adminV2 } from "../src/apis/adminV2/api";
import { createAcme, readValue, Client, getMemberPath, readText } from "./client";

const file = "api/admin-v2.openapi.yaml";
const schemas = z
  .object({ components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }) })
  .parse(parse(readFileSync(file, "utf8"))).components.schemas;

const unknown = "00000000-0000-4000-8000-000000000000";

/** One successful request for each operation, in a valid order. */
const calls = [
  ["get-current-user", "GET", "/v2/users/me"],
  ["list-organizations", "GET", "/v2/organizations"],
  ["create-an-organization", "POST", "/v2/organizations", { name: "acme-staging", contact_email: "iot@acme.example" }],
  ["retrieve-an-organization", "GET", "{org}"],
  ["update-an-organization", "PATCH", "{org}", { display_name: "Acme", description: "Ours", contact_email: null }],
  ["get-deletion-readiness", "GET", "{org}/deletion-readiness"],
  ["retrieve-security-settings", "GET", "{org}/security-settings"],
  [
    "update-security-settings",
    "PATCH",
    "{org}/security-settings",
    { ip_allowlist: [{ cidr: "127.0.0.0/8" }], session_timeout: 300, api_key_rotation: { max_age_days: 90 } },
  ],
  ["retrieve-billing-settings", "GET", "{org}/billing-settings"],
  [
    "update-billing-settings",
    "PATCH",
    "{org}/billing-settings",
    { payment_method: "invoice", usage_alerts: [{ resource_type: "users", threshold_percent: 80 }] },
  ],
  ["retrieve-limits", "GET", "{org}/limits"],
  ["list-members", "GET", "{org}/members"],
  ["retrieve-a-member", "GET", "{member}"],
  ["update-a-member", "PATCH", "{other}", { role: "manager" }],
  ["list-invitations", "GET", "{org}/invitations"],
  ["create-an-invitation", "POST", "{org}/invitations", { email: "dora@acme.example", role: "viewer" }],
  ["retrieve-an-invitation", "GET", "{invitation}"],
  ["revoke-an-invitation", "DELETE", "{invitation}"],
  ["transfer-ownership", "POST", "{org}/transfer-ownership", { new_owner: "BOB@acme.example" }],
  ["remove-a-member", "DELETE", "{other}"],
  ["delete-an-organization", "DELETE", "{empty}"],
] satisfies [id: string, method: string, path: string, body?: object][];

// Rows have equal lengths, because Jest passes a callback for a missing value.
const rows = calls.map(([id, method, template, body]) => [id, method, template, body] as const);

/** Resolves the placeholders of `calls`. */
async function stage() {
  const { emulator, ada, acmeDev } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "admin");
  emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
  const invited = await ada.post(`${acmeDev}/invitations`, { email: "carl@partner.example", role: "manager" });
  await emulator.control.createOrganization("empty");
  const places: Record<string, string> = {
    org: acmeDev,
    member: getMemberPath(emulator, "bob@acme.example"),
    other: getMemberPath(emulator, "eve@acme.example"),
    invitation: `${acmeDev}/invitations/${readText(invited.body, "data.prn")}`,
    empty: `/v2/organizations/${emulator.control.getOrganization("empty").id}`,
  };
  const path = (template: string) => template.replace(/\{(\w+)\}/, (_, name: string) => places[name] ?? name);
  return { emulator, ada, path };
}

describe("the document", () => {
  test("describes bodies in valid JSON Schema 2020-12", () => {
    const ajv = new Ajv2020({ strict: false });
    for (const schema of Object.values(schemas)) expect(ajv.validateSchema(schema)).toBe(true);
  });

  test("has 21 operations, which the tests below call", () => {
    expect(rows).toHaveLength(21);
    expect(rows.map(([id]) => id).sort()).toEqual(Object.keys(adminV2.operations).sort());
  });

  test("states the default settings of an organization", async () => {
    const { ada, acmeDev } = await createAcme();
    const { body: security } = await ada.get(`${acmeDev}/security-settings`);
    const { body: billing } = await ada.get(`${acmeDev}/billing-settings`);
    const initial = (schema: string) => schemas[schema]?.["x-initial-value"];
    expect(readValue(security, "data")).toMatchObject({
      two_factor_required: initial("two-factor-required"),
      ip_allowlist: initial("ip-allowlist"),
      session_timeout: initial("session-timeout"),
      api_key_rotation: initial("api-key-rotation"),
    });
    expect(readValue(billing, "data")).toMatchObject({
      billing_email: initial("billing-email"),
      payment_method: initial("payment-method"),
      usage_alerts: initial("usage-alerts"),
    });
  });
});

describe("every operation", () => {
  test("succeeds with a response that the document describes", async () => {
    const { emulator, ada, path } = await stage();
    for (const [id, method, template, body] of rows) {
      const { status } = await ada.call(method, path(template), body);
      expect([id, Math.floor(status / 100)]).toEqual([id, 2]);
      expect(emulator.requests().at(-1)?.operation).toBe(id);
    }
  });

  test.each(rows)("%s rejects a caller without a valid API key", async (_id, method, template, body) => {
    const { emulator, path } = await stage();
    for (const key of [null, "wrong"]) {
      const { status, body: errors } = await new Client(emulator, key).call(method, path(template), body);
      expect(status).toBe(401);
      expect(errors).toEqual({ errors: [{ code: "unauthenticated", context: { api_key: key } }] });
    }
  });

  test.each(rows)(
    "%s reports a rate limit and a server error in the document's format",
    async (id, method, template, body) => {
      const { emulator, ada, path } = await stage();
      for (const status of [429, 500, 503]) {
        emulator.control.fault({ operation: id, effect: { status } });
        expect((await ada.call(method, path(template), body)).status).toBe(status);
      }
      emulator.control.setRateLimit({ perSecond: 1, retryAfter: 2 });
      await ada.get("/v2/users/me");
      const { status, headers } = await ada.call(method, path(template), body);
      expect([status, headers.get("retry-after")]).toEqual([429, "2"]);
    },
  );

  const onOrganization = rows.filter(([, , template]) => template.startsWith("{"));

  test.each(onOrganization)("%s responds 404 to organizations of others", async (_id, method, template, body) => {
    const { emulator, path } = await stage();
    emulator.control.addUser("mallory@elsewhere.example");
    const mallory = new Client(emulator, emulator.control.addApiKey("mallory@elsewhere.example"));
    expect((await mallory.call(method, path(template), body)).status).toBe(404);
  });

  test.each(onOrganization)(
    "%s responds 404 to an unknown organization and 400 to a name",
    async (_id, method, template, body) => {
      const { ada, path } = await stage();
      const organization = /^\/v2\/organizations\/[^/]+/;
      const elsewhere = await ada.call(
        method,
        path(template).replace(organization, `/v2/organizations/${unknown}`),
        body,
      );
      expect(elsewhere.status).toBe(404);
      const named = await ada.call(method, path(template).replace(organization, "/v2/organizations/acme-dev"), body);
      expect(named.status).toBe(400);
      expect(readValue(named.body, "errors.0.context")).toEqual({ parameter: "organization_prn", reason: "invalid" });
    },
  );

  test.each(onOrganization)("%s rejects an API key of another organization", async (_id, method, template, body) => {
    const { emulator, path } = await stage();
    await emulator.control.createOrganization("elsewhere");
    const key = emulator.control.addApiKey("ada@acme.example", { organization: "elsewhere" });
    const { status, body: errors } = await new Client(emulator, key).call(method, path(template), body);
    expect([status, readValue(errors, "errors.0.code")]).toEqual([403, "unauthorized"]);
  });

  test.each(rows.filter(([, , , body]) => body !== undefined))(
    "%s rejects malformed JSON, an empty body and JSON that is not an object",
    async (_id, method, template) => {
      const { ada, path } = await stage();
      for (const body of ["{", "", "[]", "null", "7"]) {
        const { status, body: errors } = await ada.call(method, path(template), body);
        expect([body, status, readValue(errors, "errors.0.code")]).toEqual([body, 400, "parameter"]);
      }
    },
  );

  test.each(rows.filter(([, , , body]) => body !== undefined))(
    "%s ignores unknown properties",
    async (_id, method, template, body) => {
      const { ada, path } = await stage();
      const { status } = await ada.call(method, path(template), { ...body, unheard_of: 1 });
      expect(Math.floor(status / 100)).toBe(2);
    },
  );
});

describe("arbitrary input", () => {
  test.each(rows.filter(([, , , body]) => body !== undefined))(
    "as the body of %s gets a documented response",
    async (_id, method, template, body) => {
      const { emulator, ada, path } = await stage();
      const begin = emulator.snapshot();
      const property = fc.constantFrom(...Object.keys(body ?? {}), "name", "role", "description");
      const sent = fc.oneof(
        fc.jsonValue(),
        fc.tuple(property, fc.jsonValue()).map(([name, value]) => ({ ...body, [name]: value })),
      );
      await fc.assert(
        fc.asyncProperty(sent, async (value) => {
          const { status } = await ada.call(method, path(template), JSON.stringify(value));
          expect(status).toBeLessThan(500);
          emulator.restore(begin);
        }),
        { numRuns: 50 },
      );
    },
  );

  test("as the query of a list gets a documented response", async () => {
    const { ada, path } = await stage();
    const name = fc.constantFrom("limit", "order", "search", "page", "other");
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.string()), async (query) => {
        const { status } = await ada.get(`${path("{org}")}/members?${new URLSearchParams(query).toString()}`);
        expect([200, 400]).toContain(status);
      }),
    );
  });
});

describe("paths", () => {
  test("accept a PRN, with or without encoded colons, and a UUID", async () => {
    const { ada, path } = await stage();
    const uuid = path("{org}").slice(-36);
    for (const id of [uuid, `prn:1:${uuid}`, encodeURIComponent(`prn:1:${uuid}`)]) {
      expect(readValue((await ada.get(`/v2/organizations/${id}`)).body, "data.name")).toBe("acme-dev");
    }
    const user = path("{member}").slice(-36);
    for (const id of [user, `prn:1:user:${user}`, encodeURIComponent(`prn:1:user:${user}`)]) {
      expect(readValue((await ada.get(`${path("{org}")}/members/${id}`)).body, "data.email")).toBe("bob@acme.example");
    }
    const invitation = path("{invitation}").slice(-36);
    expect((await ada.get(`${path("{org}")}/invitations/${invitation}`)).status).toBe(200);
  });

  test("reject the PRN of another object", async () => {
    const { ada, path } = await stage();
    const { body } = await ada.get(path("{member}"));
    expect((await ada.get(`${path("{org}")}/members/${readText(body, "data.prn")}`)).status).toBe(400);
    const foreign = `prn:1:${unknown}:org_invitation:${path("{invitation}").slice(-36)}`;
    expect((await ada.get(`${path("{org}")}/invitations/${foreign}`)).status).toBe(404);
  });

  test.each([
    ["GET", "/v2/nothing"],
    ["GET", "/v2/organizations/%zz"],
  ])("%s %s is a bad endpoint", async (method, path) => {
    const { ada } = await createAcme();
    const { status, body, headers } = await ada.call(method, path);
    expect([status, body]).toEqual([400, { errors: [{ code: "bad_endpoint", context: {} }] }]);
    expect(headers.get("peridio-request-id")).toMatch(/^[\w-]{20}$/);
  });

  test.each([
    ["PUT", "/v2/organizations", "GET, POST"],
    ["HEAD", "/v2/users/me", "GET"],
    ["OPTIONS", "{member}", "GET, PATCH, DELETE"],
  ])("%s %s is 405 and lists the allowed methods", async (method, template, allowed) => {
    const { ada, path } = await stage();
    const { status, headers } = await ada.call(method, path(template));
    expect([status, headers.get("allow")]).toEqual([405, allowed]);
  });

  test.each(["limit=0", "limit=101", "limit=x", "limit=1.5", "limit=", "order=up", "limit=1&limit=2", "serach=x"])(
    "a list rejects ?%s",
    async (query) => {
      const { ada } = await createAcme();
      const { status, body } = await ada.get(`/v2/organizations?${query}`);
      expect([status, readValue(body, "errors.0.context")]).toEqual([
        400,
        { parameter: query.split("=")[0], reason: "invalid" },
      ]);
    },
  );
});

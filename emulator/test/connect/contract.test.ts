import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { connect } from "../../src/apis/connect/api";
import { readValue, Client } from "../client";
import { onOrganization, rows, unwrap, withBody } from "./fixture";
import { createFixture } from "./fixture";

const unknown = "00000000-0000-4000-8000-000000000000";

describe("the document", () => {
  test("describes bodies in valid JSON Schema 2020-12", () => {
    const document = z.object({ components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }) });
    const { schemas } = document.parse(parse(readFileSync(connect.documentPath, "utf8"))).components;
    const ajv = new Ajv2020({ strict: false });
    for (const schema of Object.values(schemas)) expect(ajv.validateSchema(schema)).toBe(true);
  });

  test("has only operations that the tests below call", () => {
    expect(rows.map(([id]) => id).sort()).toEqual(Object.keys(connect.operations).sort());
  });
});

describe("every operation", () => {
  test("succeeds with a response that the document describes", async () => {
    const { emulator, ada, path } = await createFixture();
    for (const [id, method, template, body] of rows) {
      const { status } = await ada.call(method, path(template), body);
      expect([id, Math.floor(status / 100)]).toEqual([id, 2]);
      expect(emulator.requests().at(-1)?.operation).toBe(id);
    }
  });

  test.each(rows)("%s rejects a caller without a valid token", async (_id, method, template, body) => {
    const { emulator, path } = await createFixture();
    for (const key of [null, "wrong-key"]) {
      const { status, body: error } = await new Client(emulator, key).call(method, path(template), body);
      expect([status, readValue(error, "error")]).toEqual([401, "unauthorized"]);
      expect(JSON.stringify(error)).not.toContain("wrong-key");
    }
  });

  test.each(rows)(
    "%s reports a rate limit and a server error in the document's format",
    async (id, method, template, body) => {
      const { emulator, ada, path } = await createFixture();
      for (const status of [429, 500, 503]) {
        emulator.control.fault({ operation: id, effect: { status } });
        expect((await ada.call(method, path(template), body)).status).toBe(status);
      }
      emulator.control.setRateLimit({ perSecond: 1, retryAfter: 2 });
      await ada.get("/v2/users/me");
      const { status, headers, body: error } = await ada.call(method, path(template), body);
      expect([status, headers.get("retry-after"), readValue(error, "error")]).toEqual([429, "2", "too_many_requests"]);
    },
  );

  test.each(onOrganization)(
    "%s responds 404 to organizations of others, unknown organizations and slugs",
    async (_id, method, template, body) => {
      const { emulator, ada, as, path } = await createFixture();
      emulator.control.addUser("mallory@elsewhere.example");
      const organization = /^\/api\/orgs\/[^/]+/;
      for (const [client, id] of [
        [as("mallory@elsewhere.example"), path("{org}").slice(-36)],
        [ada, unknown],
        [ada, "acme-dev"],
      ] as const) {
        const there = path(template).replace(organization, `/api/orgs/${id}`);
        const { status, body: error } = await client.call(method, there, body);
        expect([id, status, readValue(error, "error")]).toEqual([id, 404, "not_found"]);
      }
    },
  );

  test.each(onOrganization)("%s rejects a token of another organization", async (_id, method, template, body) => {
    const { emulator, path } = await createFixture();
    await emulator.control.createOrganization("elsewhere");
    const key = emulator.control.addApiKey("ada@acme.example", { organization: "elsewhere" });
    const { status, body: error } = await new Client(emulator, key).call(method, path(template), body);
    expect([status, error]).toEqual([403, { error: "forbidden", message: "Token is not scoped to this organization" }]);
  });

  test.each(withBody)(
    "%s rejects malformed JSON, an empty body and JSON that is not an object",
    async (_id, method, template) => {
      const { ada, path } = await createFixture();
      for (const body of ["{", "", "[]", "null", "7"]) {
        const { status, body: error } = await ada.call(method, path(template), body);
        expect([body, status, readValue(error, "error")]).toEqual([body, 400, "bad_request"]);
      }
    },
  );

  test.each(withBody)("%s ignores unknown properties", async (_id, method, template, body) => {
    const { ada, path } = await createFixture();
    const { properties, wrap } = unwrap(body ?? {});
    const sent = { ...wrap({ ...properties, unheard_of: 1 }), unheard_of: 1 };
    const { status } = await ada.call(method, path(template), sent);
    expect(Math.floor(status / 100)).toBe(2);
  });
});

describe("arbitrary input", () => {
  test.each(withBody)("as the body of %s gets a documented response", async (_id, method, template, body) => {
    const { emulator, ada, path } = await createFixture();
    const begin = emulator.snapshot();
    const { properties, wrap } = unwrap(body ?? {});
    const property = fc.constantFrom(...Object.keys(properties), "role", "group_id", "description");
    const sent = fc.oneof(
      fc.jsonValue(),
      fc.jsonValue().map((value) => wrap({ value })),
      fc.tuple(property, fc.jsonValue()).map(([name, value]) => wrap({ ...properties, [name]: value })),
    );
    await fc.assert(
      fc.asyncProperty(sent, async (value) => {
        const { status } = await ada.call(method, path(template), JSON.stringify(value));
        expect(status).toBeLessThan(500);
        emulator.restore(begin);
      }),
      { numRuns: 50 },
    );
  });

  test("as the query of a list gets a documented response", async () => {
    const { ada, path } = await createFixture();
    const name = fc.constantFrom("limit", "cursor", "direction", "search", "other");
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.string()), async (query) => {
        const { status } = await ada.get(`${path("{org}")}/members?${new URLSearchParams(query).toString()}`);
        expect([200, 422]).toContain(status);
      }),
    );
  });
});

test.each([
  ["GET", "/api/nothing"],
  ["GET", "/api/orgs/%zz/members"],
])("%s %s is 404", async (method, path) => {
  const { ada } = await createFixture();
  const { status, body, headers } = await ada.call(method, path);
  expect([status, readValue(body, "error")]).toEqual([404, "not_found"]);
  expect(headers.get("peridio-request-id")).toMatch(/^[\w-]{20}$/);
});

test.each([
  ["PATCH", "/api/me", "GET"],
  ["DELETE", "{org}/members", "GET"],
  ["PUT", "{org}/invitations", "GET, POST"],
])("%s %s is 405 and lists the allowed methods", async (method, template, allowed) => {
  const { ada, path } = await createFixture();
  const { status, body, headers } = await ada.call(method, path(template));
  expect([status, readValue(body, "error"), headers.get("allow")]).toEqual([405, "method_not_allowed", allowed]);
});

import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { connect } from "../../src/apis/connect/api";
import { Contract } from "../../src/contract/contract";
import { at, Client } from "../client";
import { onOrganization, rows, withBody } from "./calls";
import { stage } from "./stage";

const unknown = "00000000-0000-4000-8000-000000000000";

describe("the document", () => {
  test("describes bodies in valid JSON Schema 2020-12", () => {
    const document = z.object({ components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }) });
    const { schemas } = document.parse(parse(readFileSync(connect.document, "utf8"))).components;
    const ajv = new Ajv2020({ strict: false });
    for (const schema of Object.values(schemas)) expect(ajv.validateSchema(schema)).toBe(true);
  });

  test("has 7 operations, and each is implemented", async () => {
    const { operationIds } = await Contract.load(connect);
    expect(operationIds).toHaveLength(7);
    expect(Object.keys(connect.operations).sort()).toEqual([...operationIds].sort());
    expect(rows.map(([id]) => id).sort()).toEqual([...operationIds].sort());
  });
});

describe("every operation", () => {
  test("succeeds with an answer that the document describes", async () => {
    const { emulator, ada, path } = await stage();
    for (const [id, method, template, body] of rows) {
      const { status } = await ada.call(method, path(template), body);
      expect([id, Math.floor(status / 100)]).toEqual([id, 2]);
      expect(emulator.requests().at(-1)?.operation).toBe(id);
    }
  });

  test.each(rows)("%s refuses a caller without a valid token", async (_id, method, template, body) => {
    const { emulator, path } = await stage();
    for (const key of [null, "wrong-key"]) {
      const { status, body: error } = await new Client(emulator, key).call(method, path(template), body);
      expect([status, at(error, "error")]).toEqual([401, "unauthorized"]);
      expect(JSON.stringify(error)).not.toContain("wrong-key");
    }
  });

  test.each(rows)(
    "%s answers a rate limit and a broken server in the document's shapes",
    async (id, method, template, body) => {
      const { emulator, ada, path } = await stage();
      for (const status of [429, 500, 503]) {
        emulator.control.fault({ operation: id, effect: { status } });
        expect((await ada.call(method, path(template), body)).status).toBe(status);
      }
      emulator.control.setRateLimit({ perSecond: 1, retryAfter: 2 });
      await ada.get("/v2/users/me");
      const { status, headers, body: error } = await ada.call(method, path(template), body);
      expect([status, headers.get("retry-after"), at(error, "error")]).toEqual([429, "2", "too_many_requests"]);
    },
  );

  test.each(onOrganization)(
    "%s does not show an organization that the caller is not in, nor one that there is not, nor a slug",
    async (_id, method, template, body) => {
      const { emulator, ada, as, path } = await stage();
      emulator.control.addUser("mallory@elsewhere.example");
      const organization = /^\/api\/orgs\/[^/]+/;
      for (const [who, id] of [
        [as("mallory@elsewhere.example"), path("{org}").slice(-36)],
        [ada, unknown],
        [ada, "acme-dev"],
      ] as const) {
        const there = path(template).replace(organization, `/api/orgs/${id}`);
        const { status, body: error } = await who.call(method, there, body);
        expect([id, status, at(error, "error")]).toEqual([id, 404, "not_found"]);
      }
    },
  );

  test.each(onOrganization)(
    "%s refuses a token that is bound to another organization",
    async (_id, method, template, body) => {
      const { emulator, path } = await stage();
      await emulator.control.createOrganization("elsewhere");
      const key = emulator.control.addApiKey("ada@acme.example", { organization: "elsewhere" });
      const { status, body: error } = await new Client(emulator, key).call(method, path(template), body);
      expect([status, error]).toEqual([
        403,
        { error: "forbidden", message: "Token is not scoped to this organization" },
      ]);
    },
  );

  test.each(withBody)(
    "%s takes neither malformed JSON, nor no JSON, nor something that is no object",
    async (_id, method, template) => {
      const { ada, path } = await stage();
      for (const body of ["{", "", "[]", "null", "7"]) {
        const { status, body: error } = await ada.call(method, path(template), body);
        expect([body, status, at(error, "error")]).toEqual([body, 400, "bad_request"]);
      }
    },
  );

  test.each(withBody)("%s ignores properties that it does not know", async (_id, method, template, body) => {
    const { ada, path } = await stage();
    const { status } = await ada.call(method, path(template), { ...body, unheard_of: 1 });
    expect(Math.floor(status / 100)).toBe(2);
  });
});

describe("whatever a client sends", () => {
  test.each(withBody)(
    "as a body of %s is answered as the document says, and never breaks the server",
    async (_id, method, template, body) => {
      const { emulator, ada, path } = await stage();
      const begin = emulator.snapshot();
      const property = fc.constantFrom("role", "email", "group_id");
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

  test("as a query of a list is answered as the document says", async () => {
    const { ada, path } = await stage();
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
])("%s %s is not there", async (method, path) => {
  const { ada } = await stage();
  const { status, body, headers } = await ada.call(method, path);
  expect([status, at(body, "error")]).toEqual([404, "not_found"]);
  expect(headers.get("peridio-request-id")).toMatch(/^[\w-]{20}$/);
});

test.each([
  ["PATCH", "/api/me", "GET"],
  ["DELETE", "{org}/members", "GET"],
  ["PUT", "{org}/invitations", "GET, POST"],
])("%s %s is 405, and names the methods that there are", async (method, template, allowed) => {
  const { ada, path } = await stage();
  const { status, body, headers } = await ada.call(method, path(template));
  expect([status, at(body, "error"), headers.get("allow")]).toEqual([405, "method_not_allowed", allowed]);
});

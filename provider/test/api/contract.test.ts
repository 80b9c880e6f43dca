import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { z } from "zod";
import type { LoggedRequest } from "#emulator";
import { type Backend, type BackendName, providerSettings } from "../../src/api";
import { toApiError } from "#framework/http";
import { readErrors } from "../../src/api/http/errorAnswer";
import { published, publishedDocument } from "../support/published";
import { all, emulated, rejection, type Emulated } from "./emulated";

const nowhere = { at: "", user_agent: null, request_id: "", status: 200, query: {}, body: null };

const contracts: readonly {
  readonly backend: BackendName;
  readonly document: unknown;
  readonly operations: number;
  readonly sendSpecific: (peridio: Emulated, backend: Backend) => Promise<void>;
  /** Requests that the document does not describe, with the number of their faults. */
  readonly undescribed: readonly (readonly [LoggedRequest, number])[];
}[] = [
  {
    backend: "admin-v2",
    document: readDocument("admin-v2"),
    operations: 19,
    sendSpecific: async ({ emulator, acme }, { organizations, securitySettings, billingSettings }) => {
      await all(organizations.list());
      await organizations.find("acme");
      const { id } = await organizations.create("globex", { displayName: "Globex", description: null });
      await organizations.get(id);
      await organizations.update(id, { contactEmail: "it@globex.example" });
      await organizations.blockers(id);
      await organizations.delete(id);
      await securitySettings.get(acme);
      await securitySettings.update(acme, {
        requireTwoFactor: true,
        ipAllowlist: [{ cidr: "127.0.0.0/8", description: "Here" }],
        sessionTimeout: 3_600,
        apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
      });
      await billingSettings.get(acme);
      await billingSettings.update(acme, {
        billingEmail: "invoices@acme.example",
        paymentMethod: "invoice",
        usageAlerts: [{ resourceType: "users", thresholdPercent: 90 }],
      });
      emulator.control.addMember("eve@acme.example", "acme", "admin");
      await organizations.transferOwnership(acme, "eve@acme.example");
    },
    undescribed: [
      [organizationRequest({ body: { name: "acme", colour: "red" } }), 1],
      [organizationRequest({ body: { display_name: "Acme" } }), 1],
      [organizationRequest({ body: { name: "acme" }, path: "/v2/orgs" }), 1],
      [
        {
          ...nowhere,
          operation: "list-members",
          method: "GET",
          path: "/v2/organizations/x/members",
          query: { colour: "red" },
        },
        2,
      ],
    ],
  },
  {
    backend: "connect",
    document: readDocument("connect"),
    operations: 7,
    sendSpecific: async () => Promise.resolve(),
    undescribed: [
      [invitationRequest({ body: { email: "bob@acme.example", role: "viewer" } }), 1],
      [invitationRequest({ body: { email: "bob@acme.example", colour: "red" } }), 1],
      [invitationRequest({ method: "PATCH", body: { email: "bob@acme.example" } }), 1],
      [invitationRequest({ method: "GET", operation: "OrgInvitation_index" }), 1],
    ],
  },
];

function readDocument(name: string): unknown {
  return parse(readFileSync(join(__dirname, `../../../api/${name}.openapi.yaml`), "utf8"));
}

function organizationRequest(details: Partial<LoggedRequest>): LoggedRequest {
  return { ...nowhere, operation: "create-an-organization", method: "POST", path: "/v2/organizations", ...details };
}

function invitationRequest(details: Partial<LoggedRequest>): LoggedRequest {
  const path = "/api/orgs/0190b6a5-0000-7000-8000-000000000000/invitations";
  return { ...nowhere, operation: "OrgInvitation_create", method: "POST", path, ...details };
}

describe.each(contracts)("with $backend", ({ backend: name, document, operations, sendSpecific, undescribed }) => {
  test("every request matches the document", async () => {
    const requests = await sendEveryRequest(name, sendSpecific);
    expect(faultsOf(document, requests)).toEqual([]);
    expect(new Set(requests.map(({ operation }) => operation)).size).toBe(operations);
    expect(requests.some(({ query }) => (query.page ?? query.cursor) !== undefined)).toBe(true);
  });

  test("the check finds undescribed properties, parameters, methods and paths", () => {
    const faults = requestFaults(document);
    expect(undescribed.map(([request]) => faults(request).length)).toEqual(undescribed.map(([, count]) => count));
  });
});

published.describe("Peridio's own document", () => {
  const text: unknown = publishedDocument === "" ? undefined : JSON.parse(readFileSync(publishedDocument, "utf8"));

  test("describes every request of the backend", async () => {
    expect(faultsOf(text, await sendEveryRequest("connect", async () => Promise.resolve()))).toEqual([]);
  });

  test("has examples of errors, and the provider understands each", () => {
    const all = examplesIn(text);
    const words = { ...providerSettings, service: "Peridio" };
    expect(all.length).toBeGreaterThan(5);
    for (const { status, body } of all) {
      const where = { method: "GET", path: "/", status, requestId: null, isAmbiguous: false };
      const answer = { kind: "answer", status, requestId: null, retryAt: null, body: JSON.stringify(body) } as const;
      const error = toApiError(answer, where, { quote: String, words }, readErrors(String));
      const text = "message" in body ? body.message : (Object.values(body.errors)[0]?.[0] ?? "");
      // The provider describes a 401 and a 404 in its own words.
      if (status !== 401 && status !== 404) expect(error.message).toContain(text);
      expect(error.name).not.toBe("InvalidResponseError");
    }
  });
});

/** Sends every kind of request that the backend has, and returns the requests that the emulator received. */
async function sendEveryRequest(
  name: BackendName,
  sendSpecific: (peridio: Emulated, backend: Backend) => Promise<void>,
): Promise<readonly LoggedRequest[]> {
  const peridio = await emulated(name);
  const { emulator, acme, client, close } = peridio;
  const backend = client();
  const role = name === "connect" ? "member" : "viewer";
  await backend.caller();
  const { id } = await backend.invitations.create(acme, { email: "bob@acme.example", role }, new Set());
  await all(backend.invitations.list(acme, "pending"));
  await backend.invitations.revoke(acme, id);
  await rejection(backend.invitations.revoke(acme, id));
  // Adds enough members for two pages.
  for (let index = 0; index < 100; index++) emulator.control.addMember(`u${index}@acme.example`, "acme", "viewer");
  const member = (await all(backend.members.list(acme))).at(-1);
  if (member === undefined) throw new Error("The organization has no members.");
  await backend.members.setRole(member, "admin");
  await backend.members.remove(acme, member.userId);
  await backend.limits(acme);
  await sendSpecific(peridio, backend);
  await close();
  return emulator.requests();
}

function faultsOf(document: unknown, requests: readonly LoggedRequest[]): string[] {
  const faults = requestFaults(document);
  return requests.flatMap((request) => faults(request).map((fault) => `${String(request.operation)}: ${fault}`));
}

const operationSchema = z.looseObject({
  operationId: z.string(),
  requestBody: z.unknown().optional(),
  parameters: z
    .array(
      z
        .union([z.object({ $ref: z.string() }), z.object({ name: z.string(), in: z.string() })])
        .transform((one) => ("$ref" in one ? (one.$ref.split("/").at(-1) ?? "") : one.name).toLowerCase()),
    )
    .default([]),
});

const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({}),
});

/** Finds the parts of a request that the document does not describe. The emulator ignores unknown properties and parameters. */
function requestFaults(document: unknown): (request: LoggedRequest) => string[] {
  const described = documentSchema.parse(document);
  const operations = new Map(
    Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, one]) => {
        const { success, data } = operationSchema.safeParse(one);
        return success ? [[data.operationId, { ...data, path, method }] as const] : [];
      }),
    ),
  );
  const schemas = addFormats(new Ajv2020({ strict: false, validateSchema: false })).addSchema(described, "contract");
  return ({ operation: id, method, path, body, query }) => {
    const operation = operations.get(id ?? "");
    if (!operation) return ["the operation is unknown"];
    const faults = Object.keys(query)
      .filter((name) => !operation.parameters.includes(name))
      .map((name) => `the parameter ${name} is unknown`);
    if (operation.method.toUpperCase() !== method || !matchesTemplate(operation.path, path)) {
      faults.push(`${method} ${path} is another operation`);
    }
    if (operation.parameters.includes("limit") && query.limit === undefined) faults.push("limit is missing");
    if (operation.requestBody === undefined) return body === null ? faults : [...faults, "the operation has no body"];
    const pointer = ["paths", operation.path, operation.method, "requestBody", "content", "application/json", "schema"];
    const schema = `contract#/${pointer.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/")}`;
    const validate = schemas.compile({ $ref: schema, unevaluatedProperties: false });
    return validate(body) ? faults : [...faults, schemas.errorsText(validate.errors)];
  };
}

/** Returns true if a path matches a template such as `/api/orgs/{org_id}/members`. */
function matchesTemplate(template: string, path: string): boolean {
  const expected = template.split("/");
  const steps = path.split("/");
  return (
    expected.length === steps.length && expected.every((step, index) => step.startsWith("{") || step === steps[index])
  );
}

const exampleSchema = z.union([
  z.object({ error: z.string(), message: z.string() }),
  z.object({ errors: z.record(z.string(), z.array(z.string())) }),
]);

/** The statuses of named answers in Peridio's document. */
const statuses: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFoundError: 404,
  Conflict: 409,
  Gone: 410,
};

/** Finds all example errors in a document, each with the status that it belongs to. */
function examplesIn(part: unknown, status = 422): { status: number; body: z.output<typeof exampleSchema> }[] {
  const { data: node } = z.record(z.string(), z.unknown()).safeParse(part);
  if (node === undefined) return [];
  const found = exampleSchema.safeParse(node.example);
  const own = found.success ? [{ status, body: found.data }] : [];
  return [
    ...own,
    ...Object.entries(node).flatMap(([key, inner]) => examplesIn(inner, statuses[key] ?? (Number(key) || status))),
  ];
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { z } from "zod";
import { all, emulated, type Emulated } from "./emulated";

const document = z
  .looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())), components: z.looseObject({}) })
  .parse(parse(readFileSync(join(__dirname, "../../../api/admin-v2.openapi.yaml"), "utf8")));

const operation = z.looseObject({
  operationId: z.string(),
  requestBody: z.unknown().optional(),
  parameters: z.array(z.object({ $ref: z.string() })).default([]),
});

const operations = new Map(
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, described]) => {
      const { success, data } = operation.safeParse(described);
      return success ? [[data.operationId, { ...data, path, method }] as const] : [];
    }),
  ),
);

const schemas = addFormats(new Ajv2020({ strict: false, validateSchema: false })).addSchema(document, "contract");

/** What the document would not have in a request; the emulator ignores unknown properties and parameters. */
function faults({ operation, body, query }: ReturnType<Emulated["emulator"]["requests"]>[number]): string[] {
  const described = operations.get(operation ?? "");
  if (!described) return ["it is no operation"];
  const declared = described.parameters.map(({ $ref }) => $ref.split("/").at(-1));
  const unknown = Object.keys(query).filter((name) => !declared.includes(name));
  const found = unknown.map((name) => `${name} is no parameter`);
  if (declared.includes("limit") && query.limit === undefined) found.push("limit is missing");
  if (described.requestBody === undefined) return body === null ? found : [...found, "it has a body"];
  const pointer = ["paths", described.path, described.method, "requestBody", "content", "application/json", "schema"];
  const schema = `contract#/${pointer.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/")}`;
  const validate = schemas.compile({ $ref: schema, unevaluatedProperties: false });
  return validate(body) ? found : [...found, schemas.errorsText(validate.errors)];
}

let peridio: Emulated;
beforeAll(async () => {
  peridio = await emulated();
});
afterAll(async () => peridio.close());

test("every request is as the document describes it", async () => {
  const { emulator, acme, client } = peridio;
  const backend = client();
  await backend.caller();
  await all(backend.organizations.list());
  await backend.organizations.find("acme");
  const { id } = await backend.organizations.create("globex", { displayName: "Globex", description: null });
  await backend.organizations.get(id);
  await backend.organizations.update(id, { contactEmail: "it@globex.example" });
  await backend.organizations.blockers(id);
  await backend.organizations.delete(id);
  const { id: invitationId } = await backend.invitations.create(acme, "bob@acme.example", "viewer");
  await all(backend.invitations.list(acme, "pending"));
  await backend.invitations.revoke(acme, invitationId);
  for (let index = 0; index < 100; index++) emulator.control.addMember(`u${index}@acme.example`, "acme", "viewer");
  const member = (await all(backend.members.list(acme))).at(-1);
  if (member === undefined) throw new Error("nobody is there");
  await backend.members.setRole(member, "developer");
  await backend.members.remove(acme, member.userId);
  await backend.securitySettings.get(acme);
  await backend.securitySettings.update(acme, {
    requireTwoFactor: true,
    ipAllowlist: [{ cidr: "127.0.0.0/8", description: "Here" }],
    sessionTimeout: 3_600,
    apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
  });
  await backend.billingSettings.get(acme);
  await backend.billingSettings.update(acme, {
    billingEmail: "invoices@acme.example",
    paymentMethod: "invoice",
    usageAlerts: [{ resourceType: "users", thresholdPercent: 90 }],
  });
  await backend.limits(acme);
  emulator.control.addMember("eve@acme.example", "acme", "admin");
  await backend.organizations.transferOwnership(acme, "eve@acme.example");

  const requests = emulator.requests();
  expect(requests.map((request) => [request.operation, faults(request)])).toEqual(
    requests.map(({ operation }) => [operation, []]),
  );
  expect(requests.every(({ status }) => status !== null && status < 300)).toBe(true);
  expect(new Set(requests.map(({ operation }) => operation)).size).toBe(19);
});

test("the check sees what the document does not know", () => {
  const request = { at: "", path: "", user_agent: null, request_id: "", status: 200, query: {}, method: "POST" };
  const operation = "create-an-organization";
  expect(faults({ ...request, operation, body: { name: "acme", colour: "red" } })).toHaveLength(1);
  expect(faults({ ...request, operation, body: { display_name: "Acme" } })).toHaveLength(1);
  expect(faults({ ...request, operation: "list-members", body: null, query: { colour: "red" } })).toHaveLength(2);
});

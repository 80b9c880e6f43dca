import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConstructRequest, type ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Provider, type Served, serve } from "#framework/plugin";
import { provider } from "../../src/provider";
import { secret, type Wire } from "../support/engine";
import { MonitorStub } from "../support/monitor";

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];
const organizations = { "acme-dev": {} };

let monitor: MonitorStub;
let served: Served;
let client: ResourceProviderClient;
beforeEach(async () => {
  monitor = await MonitorStub.begin();
  served = await serve(new Provider(provider, {}));
  client = new ResourceProviderClient(`127.0.0.1:${served.port}`, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
});
afterEach(() => {
  client.close();
  served.close();
  monitor.end();
});

function constructed(inputs: Wire, type = "Layout"): Promise<ConstructResponse> {
  const request = new ConstructRequest()
    .setType(`peridio:index:${type}`)
    .setName("acme")
    .setMonitorendpoint(monitor.address)
    .setInputs(Struct.fromJavaScript(inputs));
  return new Promise((resolve, reject) => {
    client.construct(request, (error, response) => {
      if (error === null) resolve(response);
      else reject(new Error(error.details));
    });
  });
}

test("declares the resources of a layout, and returns the ids of its organizations", async () => {
  const response = await constructed({ organizations, people: { [ada]: { "acme-dev": "admin" } } });
  expect(monitor.names()).toEqual(["Layout acme", "Organization acme-dev", "OrganizationMembers acme-dev"]);
  expect(response.getState()?.toJavaScript()).toEqual({ organizationIds: { "acme-dev": "id-of-acme-dev" } });
});

test("returns mistakes unchanged, and declares nothing", async () => {
  const people = { [ada]: { "acme-dev": "boss", "acme-lab": "admin" } };
  await expect(constructed({ organizations, people })).rejects.toThrow(
    /^the layout has 2 mistakes:\n {2}people\[.*must be one of .*\n {2}people\[.*is not an organization of the layout.*[^\n]$/,
  );
  expect(monitor.names()).toEqual([]);
});

test("keeps secret people secret in the roster, and out of the organization", async () => {
  await constructed({ organizations, people: secret({ [ada]: { "acme-dev": "admin" } }) });
  const inputs = (type: string) => monitor.of(type, "acme-dev").getObject()?.toJavaScript();
  expect(inputs("OrganizationMembers")).toMatchObject({ members: secret({ [ada]: "admin" }) });
  expect(inputs("Organization")).toEqual({ name: "acme-dev" });
});

test("hides secrets in messages", async () => {
  const hidden = { "acme-dev": { contactEmail: "hidden-from-all" } };
  const failed = constructed({ organizations: secret(hidden), people: { [ada]: { "acme-dev": "admin" } } });
  await expect(failed).rejects.toThrow("contactEmail is not an e-mail address");
  await expect(failed).rejects.not.toThrow("hidden-from-all");
});

const roles = { organizations: { "acme-dev": { owner: bob }, "acme-lab": {} }, groups: { firmware: [bob] } };

test("hides secret addresses in messages, but not roles", async () => {
  const people = secret({
    [ada]: { "acme-dev": "admin", "acme-lab": "boss" },
    firmware: { "acme-lab": "admin" },
    bobby: {},
  });
  const failed = constructed({ ...roles, groups: { firmware: secret([bob]) }, people });
  await expect(failed).rejects.toThrow(
    'people["[secret]"]["acme-lab"] must be one of admin, manager, developer, member, viewer',
  );
  await expect(failed).rejects.toThrow("people.[secret] has no role");
  await expect(failed).rejects.toThrow(
    'organizations["acme-dev"].owner must be an admin of acme-dev: give [secret] that role',
  );
  await expect(failed).rejects.not.toThrow(/ada|bob/);
});

test("hides texts of secret settings in messages, but not words of the layout language", async () => {
  const settings = secret({ description: "", displayName: "Hush Hush", billing: { paymentMethod: "credit_card" } });
  const failed = constructed({ organizations: { "acme-dev": settings, "Hush Hush": {}, credit_card: {} }, people: {} });
  await expect(failed).rejects.toThrow(/organizations\.credit_card has no admin/);
  await expect(failed).rejects.not.toThrow("Hush Hush");
});

test("accepts an organization without settings", async () => {
  const everywhere = { [ada]: { "acme-dev": "admin", "acme-lab": "admin" } };
  await constructed({ organizations: { "acme-dev": null, "acme-lab": {} }, people: everywhere });
  expect(monitor.names().filter((name) => name.startsWith("Organization "))).toEqual([
    "Organization acme-dev",
    "Organization acme-lab",
  ]);
});

test("rejects an unknown component by name", async () => {
  await expect(constructed({}, "Fleet")).rejects.toThrow("the Peridio provider has no component peridio:index:Fleet");
});

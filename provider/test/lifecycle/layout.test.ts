import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest, ConstructRequest, type ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Provider, type Served, serve } from "#framework/testing";
import { provider } from "../../src/provider";
import { beginConnect, operations } from "../support/connect";
import { dialects } from "../support/dialect";
import { secret, type Wire } from "../support/engine";
import { MonitorStub } from "../support/monitor";
import type { World } from "../support/world";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];
const organizations = { "acme-dev": {} };

let world: World;
let monitor: MonitorStub;
let served: Served;
let client: ResourceProviderClient;
beforeEach(async () => {
  world = await beginConnect();
  monitor = await MonitorStub.begin();
  served = await serve(new Provider(provider, { PERIDIO_BASE_URL: world.url, PERIDIO_API_KEY: world.emulator.apiKey }));
  client = new ResourceProviderClient(`127.0.0.1:${served.port}`, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
});
afterEach(async () => {
  client.close();
  served.close();
  monitor.end();
  await world.end();
});

const itself = { urn: "urn:pulumi:test::lifecycle::pulumi:providers:peridio::default", id: "1" };

function configure(settings: Wire): Promise<void> {
  const request = new ConfigureRequest().setArgs(Struct.fromJavaScript(settings)).setAcceptsecrets(true);
  return new Promise((resolve, reject) => {
    client.configure(request.setUrn(itself.urn).setId(itself.id), (error) => {
      if (error === null) resolve();
      else reject(new Error(error.details));
    });
  });
}

/** `childProvider` is the provider that the program names for the children. */
function construct(
  inputs: Wire,
  { type = "Layout", childProvider }: { type?: string; childProvider?: string } = {},
): Promise<ConstructResponse> {
  const request = new ConstructRequest()
    .setType(`peridio:index:${type}`)
    .setName("acme")
    .setMonitorendpoint(monitor.address)
    .setInputs(Struct.fromJavaScript(inputs));
  if (childProvider !== undefined) request.getProvidersMap().set("peridio", childProvider);
  return new Promise((resolve, reject) => {
    client.construct(request, (error, response) => {
      if (error === null) resolve(response);
      else reject(new Error(error.details));
    });
  });
}

test.each([
  ["before Configure", undefined, "viewer"] as const,
  ...dialects.map(({ backend, roles }) => [`with ${backend}`, backend, roles.low] as const),
])("%s, a layout declares its resources and returns the ids of its organizations", async (_, backend, role) => {
  if (backend !== undefined) await configure({ backend });
  const people = { [ada]: { "acme-dev": "admin" }, [bob]: { "acme-dev": role } };
  const response = await construct({ organizations: { "acme-dev": { displayName: "Acme development" } }, people });
  expect(monitor.names()).toEqual(["Layout acme", "Organization acme-dev", "OrganizationMembers acme-dev"]);
  expect(response.getState()?.toJavaScript()).toEqual({ organizationIds: { "acme-dev": "id-of-acme-dev" } });
});

describe("a layout", () => {
  test("with mistakes is rejected with all of them, and nothing is declared", async () => {
    const people = { [ada]: { "acme-dev": "boss", "acme-lab": "admin" } };
    await expect(construct({ organizations, people })).rejects.toThrow(
      /^the layout has 2 mistakes:\n {2}people\[.*must be one of .*\n {2}people\[.*is not an organization in the layout.*[^\n]$/,
    );
    expect(monitor.names()).toEqual([]);
  });

  test("with secret people keeps them secret in the roster, and out of the organization", async () => {
    await construct({ organizations, people: secret({ [ada]: { "acme-dev": "admin" } }) });
    const inputs = (type: string) => monitor.of(type, "acme-dev").getObject()?.toJavaScript();
    expect(inputs("OrganizationMembers")).toMatchObject({ members: secret({ [ada]: "admin" }) });
    expect(inputs("Organization")).toEqual({ name: "acme-dev" });
  });

  test("with secrets is rejected without their text", async () => {
    const hidden = { "acme-dev": { contactEmail: "hidden-from-all" } };
    const failed = construct({ organizations: secret(hidden), people: { [ada]: { "acme-dev": "admin" } } });
    await expect(failed).rejects.toThrow("contactEmail must be an e-mail address");
    await expect(failed).rejects.not.toThrow("hidden-from-all");
  });

  const roles = { organizations: { "acme-dev": { owner: bob }, "acme-lab": {} }, teams: { firmware: [bob] } };

  test("with secret addresses is rejected without them, and with the roles", async () => {
    const people = secret({
      [ada]: { "acme-dev": "admin", "acme-lab": "boss" },
      firmware: { "acme-lab": "admin" },
      bobby: {},
    });
    const failed = construct({ ...roles, teams: { firmware: secret([bob]) }, people });
    await expect(failed).rejects.toThrow(
      'people["[secret]"]["acme-lab"] must be one of owner, admin, manager, developer, member, viewer',
    );
    await expect(failed).rejects.toThrow("people.[secret] has no role");
    await expect(failed).rejects.toThrow(
      'organizations["acme-dev"].owner must be an admin of acme-dev: declare an admin as the owner, or give [secret] the role admin',
    );
    await expect(failed).rejects.not.toThrow(/ada|bob/);
  });

  test("with secret settings is rejected without their texts, and with the words of the layout language", async () => {
    const settings = secret({ description: "", displayName: "Hush Hush", billing: { paymentMethod: "credit_card" } });
    const failed = construct({ organizations: { "acme-dev": settings, "Hush Hush": {}, credit_card: {} }, people: {} });
    await expect(failed).rejects.toThrow(/organizations\.credit_card has no admin/);
    await expect(failed).rejects.not.toThrow("Hush Hush");
  });

  const withProjects = {
    organizations: {
      "acme-dev": {
        groups: { field: { members: [ada] } },
        projects: {
          app: {
            everyoneEnabled: false,
            access: { users: ["role"], groups: ["field"] },
            cohorts: { canary: { everyoneEnabled: true } },
          },
        },
      },
    },
    teams: { role: [ada] },
    people: { [ada]: { "acme-dev": "admin" } },
  };

  test("declares groups before the projects that name them, and projects before their cohorts", async () => {
    await construct(withProjects);
    const inputs = (type: string, name: string) => monitor.of(type, name).getObject()?.toJavaScript();
    expect(inputs("Group", "acme-dev/field")).toEqual({
      organizationId: "id-of-acme-dev",
      name: "field",
      members: [ada],
    });
    expect(inputs("Project", "acme-dev/app")).toEqual({
      organizationId: "id-of-acme-dev",
      name: "app",
      everyoneEnabled: false,
      access: { users: [ada], groups: ["id-of-acme-dev/field"] },
    });
    expect(inputs("Cohort", "acme-dev/app/canary")).toEqual({
      projectId: "id-of-acme-dev/app",
      name: "canary",
      everyoneEnabled: true,
    });
    const names = monitor.names();
    const order = ["Group acme-dev/field", "Project acme-dev/app", "Cohort acme-dev/app/canary"];
    expect(names.filter((name) => order.includes(name))).toEqual(order);
  });

  test("with secret people keeps the members of groups and the access to projects secret", async () => {
    await construct({ ...withProjects, people: secret(withProjects.people) });
    const inputs = (type: string, name: string) => monitor.of(type, name).getObject()?.toJavaScript();
    expect(inputs("Group", "acme-dev/field")).toMatchObject({ members: secret([ada]) });
    expect(inputs("Project", "acme-dev/app")).toMatchObject({
      access: secret({ users: [ada], groups: ["id-of-acme-dev/field"] }),
    });
  });

  test("with secret teams is rejected without an address, and with the names of groups", async () => {
    const failed = construct({
      organizations: secret({
        "acme-dev": {
          groups: { field: { members: [carl, "role"] } },
          projects: { app: { everyoneEnabled: false, access: { groups: ["field", "lab"] } } },
        },
      }),
      teams: secret({ role: [bob] }),
      people: { [ada]: { "acme-dev": "admin" } },
    });
    await expect(failed).rejects.toThrow("groups.field.members[0] is [secret], who has no role in acme-dev");
    await expect(failed).rejects.toThrow("groups.field.members[1] contains [secret], who has no role in acme-dev");
    await expect(failed).rejects.toThrow(
      'access.groups[1] is "lab", which is not a group of acme-dev in the layout (field)',
    );
    await expect(failed).rejects.not.toThrow(/bob|carl/);
  });

  test("may contain an organization without settings", async () => {
    const everywhere = { [ada]: { "acme-dev": "admin", "acme-lab": "admin" } };
    await construct({ organizations: { "acme-dev": null, "acme-lab": {} }, people: everywhere });
    expect(monitor.names().filter((name) => name.startsWith("Organization "))).toEqual([
      "Organization acme-dev",
      "Organization acme-lab",
    ]);
  });
});

/** A layout with everything that Avocado Connect does not support. */
const everything = {
  defaults: { security: { requireTwoFactor: true } },
  organizations: {
    "acme-dev": { description: "Devices", billing: { billingEmail: "billing@acme.example" } },
    "acme-production": { security: { sessionTimeout: "8h" }, owner: ada, contactEmail: "ops@acme.example" },
  },
  people: {
    [ada]: { "acme-dev": "admin", "acme-production": "admin" },
    [bob]: { "acme-dev": "manager", "acme-production": "viewer" },
    [carl]: { "acme-dev": "viewer", "acme-production": "member" },
  },
};

/** The lines of an error that name positions in the layout, without the reasons between them. */
const positions = (error: unknown): string[] =>
  (error instanceof Error ? error.message : "").split("\n").flatMap((line) => /^ {4}(.*)$/.exec(line)?.[1] ?? []);

test("a component of another type is rejected by name", async () => {
  await expect(construct({}, { type: "Fleet" })).rejects.toThrow(
    "the Peridio provider has no component peridio:index:Fleet",
  );
});

describe("with connect, a layout with unsupported parts", () => {
  beforeEach(() => configure({ backend: "connect" }));

  test("is rejected with all of them, each reason once, and nothing is declared or sent", async () => {
    const failed = construct(everything);
    await expect(failed).rejects.toThrow(
      /^Layout acme requires features that Avocado Connect does not support, so the provider declared no resources:\n {2}Avocado Connect does not support `description`/,
    );
    const error: unknown = await failed.catch((reason: unknown) => reason);
    expect(positions(error)).toEqual([
      'organizations["acme-dev"].description',
      'organizations["acme-production"].contactEmail',
      `people["${bob}"]["acme-dev"]`,
      `people["${carl}"]["acme-dev"]`,
      `people["${bob}"]["acme-production"]`,
      'organizations["acme-dev"].billing',
      "defaults.security, for acme-dev",
      "defaults.security, for acme-production",
      'organizations["acme-production"].security',
      'organizations["acme-production"].owner',
    ]);
    expect(String(error).match(/cannot manage security settings/g)).toHaveLength(1);
    expect(monitor.names()).toEqual([]);
    expect(operations(world)).toEqual(["Me_show"]);
  });

  test("is rejected with the lines of its file, also of defaults, from top to bottom", async () => {
    const folder = mkdtempSync(join(tmpdir(), "layout-"));
    const file = join(folder, "acme.yaml");
    writeFileSync(
      file,
      [
        "organizations:",
        "  acme-production: { security: { sessionTimeout: 1h } }",
        "  acme-dev:",
        "people:",
        `  ${ada}: { acme-production: admin, acme-dev: admin }`,
        `  ${bob}: { acme-production: viewer, acme-dev: viewer }`,
        "defaults: { security: { sessionTimeout: 8h } }",
      ].join("\n"),
    );
    const error: unknown = await construct({ path: file }).catch((reason: unknown) => reason);
    rmSync(folder, { recursive: true });
    expect(positions(error).map((position) => position.replace(`${file}:`, ""))).toEqual([
      '2:22: organizations["acme-production"].security',
      "7:13: defaults.security, for acme-dev",
      "7:13: defaults.security, for acme-production",
      `6:23: people["${bob}"]["acme-production"]`,
      `6:48: people["${bob}"]["acme-dev"]`,
    ]);
  });

  test("and two hundred people is rejected with one reason for a role and fifty of the people", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`person${index}@acme.example`, { "acme-dev": "viewer" }]),
    );
    const failed = construct({
      organizations: { "acme-dev": {} },
      people: { [ada]: { "acme-dev": "admin" }, ...many },
    });
    const error: unknown = await failed.catch((reason: unknown) => reason);
    expect(String(error).match(/has no role viewer/g)).toHaveLength(1);
    expect(positions(error)).toHaveLength(51);
    expect(positions(error).at(-1)).toBe("and 150 more");
  });

  test("and secret people is rejected with the organizations and without an address", async () => {
    const failed = construct({ ...everything, people: secret(everything.people) });
    await expect(failed).rejects.toThrow('people["[secret]"]["acme-production"]');
    await expect(failed).rejects.not.toThrow(/bob|carl/);
  });

  test("is declared if the program names another provider for the children", async () => {
    await construct(everything, { childProvider: "urn:of:another::1" });
    expect(monitor.names()).toContain("SecurityPolicy acme-dev");
  });

  test("is rejected if the program names this provider for the children", async () => {
    await expect(construct(everything, { childProvider: `${itself.urn}::${itself.id}` })).rejects.toThrow(
      "requires features that Avocado Connect",
    );
    expect(monitor.names()).toEqual([]);
  });
});

test("with admin-v2, a layout with groups and projects is rejected with each of them, and nothing is declared", async () => {
  await configure({});
  const entry = {
    groups: { field: {} },
    projects: { app: { everyoneEnabled: true, cohorts: { canary: { everyoneEnabled: true } } } },
  };
  const remedy =
    "remove them from the program, or use Avocado Connect: set `peridio:backend` or PERIDIO_BACKEND to `connect`.";
  await expect(
    construct({ organizations: { "acme-dev": entry }, people: { [ada]: { "acme-dev": "admin" } } }),
  ).rejects.toThrow(
    `Layout acme requires features that Peridio's Admin API does not support, so the provider declared no resources:
  The provider manages no groups with Peridio's Admin API: ${remedy}
    organizations["acme-dev"].groups.field
  The provider manages no projects or cohorts with Peridio's Admin API: ${remedy}
    organizations["acme-dev"].projects.app
    organizations["acme-dev"].projects.app.cohorts.canary`,
  );
  expect(monitor.names()).toEqual([]);
});

test("with admin-v2, the same layout is rejected only for the role of the other API", async () => {
  await configure({});
  await expect(construct(everything)).rejects.toThrow(
    `Layout acme requires features that Peridio's Admin API does not support, so the provider declared no resources:
  Peridio's Admin API has no role \`member\`, which only Avocado Connect has: use \`developer\` or \`viewer\`.
    people["${carl}"]["acme-production"]`,
  );
});

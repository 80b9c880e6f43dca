import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest, ConstructRequest, type ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Provider, type Served, serve } from "#framework/plugin";
import { provider } from "../../../src/provider";
import { beginConnect, overview, operations } from "../../support/connect";
import { secret, type Wire } from "../../support/engine";
import { MonitorStub } from "../../support/monitor";
import type { World } from "../../support/world";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];

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

function configured(settings: Wire): Promise<void> {
  const request = new ConfigureRequest().setArgs(Struct.fromJavaScript(settings)).setAcceptsecrets(true);
  return new Promise((resolve, reject) => {
    client.configure(request.setUrn(itself.urn).setId(itself.id), (error) => {
      if (error === null) resolve();
      else reject(new Error(error.details));
    });
  });
}

/** `provider` is what the program says that the children are to be served by. */
function constructed(inputs: Wire, provider?: string): Promise<ConstructResponse> {
  const request = new ConstructRequest()
    .setType("peridio:index:Layout")
    .setName("acme")
    .setMonitorendpoint(monitor.address)
    .setInputs(Struct.fromJavaScript(inputs));
  if (provider !== undefined) request.getProvidersMap().set("peridio", provider);
  return new Promise((resolve, reject) => {
    client.construct(request, (error, response) => {
      if (error === null) resolve(response);
      else reject(new Error(error.details));
    });
  });
}

/** All that a layout can say and Avocado Connect lacks. */
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

/** The lines of an error that name places, without the reasons between them. */
const places = (error: unknown): string[] =>
  (error instanceof Error ? error.message : "").split("\n").flatMap((line) => /^ {4}(.*)$/.exec(line)?.[1] ?? []);

describe("a layout with what Avocado Connect lacks", () => {
  beforeEach(() => configured({ backend: "connect" }));

  test("names all of it in one error, each reason once, and nothing is declared or sent", async () => {
    const failed = constructed(everything);
    await expect(failed).rejects.toThrow(
      /^Layout acme asks for what Avocado Connect does not have, so nothing of it is declared:\n {2}Avocado Connect has no description/,
    );
    await expect(failed).rejects.toThrow(overview);
    const error: unknown = await failed.catch((reason: unknown) => reason);
    expect(places(error)).toEqual([
      'organizations["acme-dev"].description',
      'organizations["acme-production"].contactEmail',
      `people["${bob}"]["acme-dev"]`,
      `people["${carl}"]["acme-dev"]`,
      `people["${bob}"]["acme-production"]`,
      "defaults.security, for acme-dev",
      "defaults.security, for acme-production",
      'organizations["acme-production"].security',
      'organizations["acme-dev"].billing',
      'organizations["acme-production"].owner',
    ]);
    expect(String(error).match(/has no security settings/g)).toHaveLength(1);
    expect(monitor.names()).toEqual([]);
    expect(operations(world)).toEqual(["Me_show"]);
  });

  test("names both a default and what an organization says itself, from top to bottom", async () => {
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
    const error: unknown = await constructed({ path: file }).catch((reason: unknown) => reason);
    rmSync(folder, { recursive: true });
    expect(places(error).map((place) => place.replace(`${file}:`, ""))).toEqual([
      '2:22: organizations["acme-production"].security',
      "7:13: defaults.security, for acme-dev",
      "7:13: defaults.security, for acme-production",
      `6:23: people["${bob}"]["acme-production"]`,
      `6:48: people["${bob}"]["acme-dev"]`,
    ]);
  });

  test("of two hundred people explains a role once, and counts those who do not fit", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`person${index}@acme.example`, { "acme-dev": "viewer" }]),
    );
    const failed = constructed({
      organizations: { "acme-dev": {} },
      people: { [ada]: { "acme-dev": "admin" }, ...many },
    });
    const error: unknown = await failed.catch((reason: unknown) => reason);
    expect(String(error).match(/has no role viewer/g)).toHaveLength(1);
    expect(places(error)).toHaveLength(51);
    expect(places(error).at(-1)).toBe("and 150 more");
  });

  test("tells no address of secret people, and which organizations", async () => {
    const failed = constructed({ ...everything, people: secret(everything.people) });
    await expect(failed).rejects.toThrow('people["[secret]"]["acme-production"]');
    await expect(failed).rejects.not.toThrow(/bob|carl/);
  });

  test("is left to the provider that the program names for its children", async () => {
    await constructed(everything, "urn:of:another::1");
    expect(monitor.names()).toContain("SecurityPolicy acme-dev");
  });

  test("is refused as well where the program names this provider", async () => {
    await expect(constructed(everything, `${itself.urn}::${itself.id}`)).rejects.toThrow(
      "asks for what Avocado Connect",
    );
    expect(monitor.names()).toEqual([]);
  });
});

test("a layout of admins and members is declared", async () => {
  await configured({ backend: "connect" });
  const people = { [ada]: { "acme-dev": "admin" }, [bob]: { "acme-dev": "member" } };
  await constructed({ organizations: { "acme-dev": { displayName: "Acme development" } }, people });
  expect(monitor.names()).toEqual(["Layout acme", "Organization acme-dev", "OrganizationMembers acme-dev"]);
});

test("with the Admin API, all of it is declared but the role of the other API", async () => {
  await configured({});
  await expect(constructed(everything)).rejects.toThrow(
    `Layout acme asks for what Peridio's Admin API does not have, so nothing of it is declared:
  Peridio's Admin API has no role \`member\`, which only Avocado Connect has: declare developer or viewer.
    people["${carl}"]["acme-production"]`,
  );
});

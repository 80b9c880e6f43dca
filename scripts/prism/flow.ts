import type { Emulator } from "#emulator";
import { type Declared, Engine, type Program, type Wire } from "#framework/testing";
import { functions, provider } from "#provider";

const [bob, carl, dora] = ["bob@acme.example", "carl@acme.example", "dora@acme.example"];

/** The organizations that exist from the start. */
const organizations = ["acme-dev", "acme-lab"] as const;

type Id = (name: string) => string;

const declare = (type: string, inputs: (id: Id) => Wire): Declared => ({ type, inputs });

/** Declares a part of acme-dev. */
const part = (type: string, inputs: (id: Id) => Wire): Declared =>
  declare(type, (id) => ({ organizationId: id("acme-dev"), ...inputs(id) }));

const kept: Program = Object.fromEntries(
  organizations.map((name) => [name, declare("Organization", () => ({ name, deletionPolicy: "retain" }))]),
);

const roster = (members: Wire): Declared =>
  declare("OrganizationMembers", (id) => ({ organizationId: id("acme-lab"), members }));

const cohort = (settings: (id: Id) => Wire): Declared =>
  declare("Cohort", (id) => ({ projectId: id("firmware"), name: "canary", ...settings(id) }));

/** A program with each resource. */
const first: Program = {
  ...kept,
  lab: part("Group", () => ({ name: "lab" })),
  field: part("Group", () => ({ name: "field", description: "At customers", members: [carl] })),
  bob: part("Membership", (id) => ({ email: bob, role: "member", groupId: id("lab") })),
  dora: part("Membership", () => ({ email: dora, role: "admin" })),
  people: roster({ [bob]: "member", [carl]: "admin" }),
  firmware: part("Project", (id) => ({
    name: "firmware",
    description: "For thermostats",
    everyoneEnabled: false,
    access: { users: [carl], groups: [id("field")] },
  })),
  canary: cohort((id) => ({ everyoneEnabled: false, access: { users: [carl], groups: [id("field")] } })),
  token: part("OrganizationApiToken", () => ({ name: "pipeline", expiresAt: "2099-01-01T00:00:00Z", rotate: "1" })),
  alerts: part("Webhook", () => ({ url: "https://acme.example/1", name: "alerts", events: ["device.offline"] })),
  factory: part("ClaimToken", (id) => ({
    name: "factory",
    expiresAt: "2099-01-01T00:00:00Z",
    maxUses: 5,
    tags: ["factory"],
    cohortId: id("canary"),
  })),
};

/** The same resources with a change of each property that can change. */
const second: Program = {
  ...first,
  field: part("Group", () => ({ name: "field-2", members: [bob] })),
  bob: part("Membership", () => ({ email: bob, role: "admin" })),
  dora: part("Membership", () => ({ email: dora, role: "member" })),
  people: roster({ [bob]: "admin" }),
  firmware: part("Project", (id) => ({ name: "firmware-2", everyoneEnabled: true, access: { groups: [id("lab")] } })),
  canary: cohort((id) => ({ name: "canary-2", everyoneEnabled: true, access: { groups: [id("lab")] } })),
  token: part("OrganizationApiToken", () => ({ name: "pipeline", expiresAt: "2099-02-01T00:00:00Z", rotate: "2" })),
  alerts: part("Webhook", () => ({ url: "https://acme.example/2", enabled: false })),
  factory: part("ClaimToken", (id) => ({
    name: "factory-2",
    expiresAt: "2099-02-01T00:00:00Z",
    maxUses: 6,
    cohortId: id("canary"),
  })),
};

/** Creates the data that no program of this flow declares. Lists then have several pages. */
export async function prepare({ control }: Emulator): Promise<void> {
  for (const name of organizations) await control.createOrganization(name);
  control.setLimits("acme-dev", { users: 200 });
  control.addMember(carl, "acme-dev", "viewer");
  for (let index = 0; index < 100; index++) control.addMember(`person-${index}@acme.example`, "acme-dev", "viewer");
}

/** Creates, reads, changes, lists, imports and deletes each resource, and calls each function. Throws if an operation fails. */
export async function runFlow({ control, apiKey }: Emulator, url: string): Promise<void> {
  const settings = { backend: "connect", maxRetries: "0" };
  const create = (key = apiKey) => new Engine({ provider }, { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: url }, settings);
  const engine = create();
  await engine.preview(first);
  await engine.up(first);
  control.accept(bob, "acme-dev");
  control.accept(bob, "acme-lab");
  control.accept(carl, "acme-lab");
  await engine.refresh();
  await engine.up(second);
  control.tokens.consumeClaimToken("factory-2", "acme-dev");
  control.access.setTunnelPolicy("acme-dev", { max_ttl_seconds: 60, cidr_allowlist: ["203.0.113.0/24"] });
  await callFunctions(engine);
  const other = create();
  await importAll(engine, other);
  await engine.up(kept);
  // Everything is gone.
  await other.refresh();
  await expectFailure(create("avo_of-nobody").preview(kept));
}

async function callFunctions(engine: Engine): Promise<void> {
  const unsupported = ["getDeletionReadiness"];
  const argumentsByName: Readonly<Record<string, readonly Wire[]>> = {
    getCurrentUser: [{}],
    getOrganizations: [{}],
    getOrganization: [{ name: "acme-dev" }],
    getClaimTokens: [
      { organizationId: "acme-dev" },
      { organizationId: "acme-dev", projectId: idOf(engine, "firmware") },
    ],
    getTunnelPolicy: [{ organizationId: "acme-dev" }, { organizationId: "acme-dev", cohortId: idOf(engine, "canary") }],
  };
  for (const { token } of functions) {
    const name = token.split(":").at(-1) ?? "";
    if (unsupported.includes(name)) continue;
    for (const one of argumentsByName[name] ?? [{ organizationId: "acme-dev" }]) await engine.invoke([name, one]);
  }
}

/** Imports all resources by their ids into another stack. */
async function importAll(engine: Engine, other: Engine): Promise<void> {
  for (const [name, { type, id }] of engine.state) await other.import(name, type, id);
}

function idOf(engine: Engine, name: string): string {
  const kept = engine.state.get(name);
  if (kept === undefined) throw new Error(`The state has no ${name}.`);
  return kept.id;
}

async function expectFailure(operation: Promise<unknown>): Promise<void> {
  const failed = await operation.then(
    () => false,
    () => true,
  );
  if (!failed) throw new Error("An operation succeeded although it must fail.");
}

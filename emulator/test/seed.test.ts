import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Emulator } from "../src/emulator";
import { readSeed, applySeed } from "../src/seed";
import { readValue, Client } from "./client";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function seedFile(text: string): string {
  const file = join(folder, "seed.yaml");
  writeFileSync(file, text);
  return file;
}

const acme = `
users:
  grace@acme.example: { name: Grace Hopper, username: grace, two_factor_enabled: true, api_keys: [{ key: key-of-grace, organization: acme-dev }] }
organizations:
  acme-dev:
    owner: grace@acme.example
    display_name: Acme development
    description: Where things break first
    contact_email: iot@acme.example
    limits: { users: 5 }
    belongings: { devices: 3, card_on_file: true }
    members: { ada@acme.example: admin, bob@acme.example: developer }
    invitations: { carl@partner.example: viewer }
    security_settings: { two_factor_required: true, ip_allowlist: [{ cidr: 127.0.0.0/8 }] }
    billing_settings: { payment_method: credit_card }
`;

// N2: an invitation of Avocado Connect expires after 24 hours by default, and the guide states no other number.
test("`invitation_hours` sets the time until new invitations of both APIs expire, also after a reset", async () => {
  const emulator = new Emulator({ now: () => new Date("2027-01-01T00:00:00Z") });
  await applySeed(
    readSeed(
      seedFile("invitation_hours: 2\norganizations: { acme-dev: { invitations: { carl@partner.example: viewer } } }"),
    ),
    emulator,
  );
  emulator.reset();
  const { id, invitations } = emulator.control.getOrganization("acme-dev");
  await new Client(emulator).post(`/api/orgs/${id}/invitations`, { email: "bob@acme.example" });
  expect(invitations.map(({ expires_at }) => expires_at)).toEqual(["2027-01-01T02:00:00Z", "2027-01-01T02:00:00Z"]);
});

// N7: the limits of each plan.
test.each([
  ["development", { users: 1, devices: 1 }, { max_tunnels: 1, max_claim_tokens: 2 }],
  ["startup", { users: 50, devices: 20 }, { max_tunnels: 5, max_claim_tokens: 10 }],
  ["teams", { users: 2, devices: 100 }, { max_tunnels: 25, max_claim_tokens: 10 }],
  ["pro", { users: 25, devices: 500 }, { max_tunnels: 25, max_claim_tokens: 50 }],
  ["enterprise", { users: 50, devices: 10_000 }, { max_tunnels: null, max_claim_tokens: null }],
])("a seed sets the limits of the plan %s", async (tier, { users, devices }, limits) => {
  const emulator = new Emulator();
  await applySeed(readSeed(seedFile(`organizations: { acme-dev: { plan: ${tier} } }`)), emulator);
  const { body } = await new Client(emulator).get("/api/me");
  expect(readValue(body, "data.organizations")).toMatchObject([
    { tier, max_users: users, max_devices: devices, ...limits },
  ]);
});

test("limits of a seed replace those of its plan", async () => {
  const emulator = new Emulator();
  await applySeed(
    readSeed(seedFile("organizations: { acme-dev: { plan: development, limits: { users: 5 } } }")),
    emulator,
  );
  expect(emulator.control.getOrganization("acme-dev").limits).toMatchObject({ users: 5, devices: 1 });
});

test("a seed names several owners, and invitations to become one", async () => {
  const emulator = new Emulator();
  const text =
    "organizations: { acme-dev: { members: { bob@acme.example: owner }, invitations: { eve@acme.example: owner } } }";
  await applySeed(readSeed(seedFile(text)), emulator);
  emulator.control.accept("eve@acme.example", "acme-dev");
  const { id } = emulator.control.getOrganization("acme-dev");
  const { body } = await new Client(emulator).get(`/api/orgs/${id}/members`);
  expect(readValue(body, "data")).toMatchObject([{ role: "owner" }, { role: "owner" }, { role: "owner" }]);
});

test("a seed creates users, API keys and organizations with their contents", async () => {
  const emulator = new Emulator();
  await applySeed(readSeed(seedFile(acme)), emulator);
  const { body } = await new Client(emulator, "key-of-grace").get("/v2/users/me");
  expect(readValue(body, "data")).toMatchObject({
    name: "Grace Hopper",
    username: "grace",
    organizations: [{ name: "acme-dev", is_owner: true }],
  });
  expect(emulator.control.getOrganization("acme-dev")).toMatchObject({
    display_name: "Acme development",
    description: "Where things break first",
    contact_email: "iot@acme.example",
    members: [{ role: "admin" }, { role: "admin" }, { role: "developer" }],
    invitations: [{ email: "carl@partner.example", role: "viewer", inviter_id: null }],
    security: { two_factor_required: true, ip_allowlist: [{ cidr: "127.0.0.0/8", description: null }] },
    billing: { payment_method: "credit_card" },
    limits: { users: 5, devices: 10_000 },
    belongings: { devices: 3, products: 0 },
  });
});

test("a reset restores the seed", async () => {
  const emulator = new Emulator();
  await applySeed(readSeed(seedFile(acme)), emulator);
  await emulator.control.deleteOrganization("acme-dev");
  emulator.reset();
  expect(emulator.control.getOrganization("acme-dev").members).toHaveLength(3);
});

test("an empty seed, also in JSON, changes nothing", async () => {
  const emulator = new Emulator();
  const before = emulator.snapshot();
  await applySeed(readSeed(seedFile("")), emulator);
  await applySeed(readSeed(seedFile('{"users": {}}')), emulator);
  expect(emulator.snapshot()).toEqual(before);
});

test.each([
  ["organisations: {}", "organisations"],
  ["users: { nobody: {} }", "nobody"],
  ["organizations: { acme: { members: { a@b.example: boss } } }", "a@b.example"],
  ["a: [", "Flow"],
])("rejects %j with the name of the file and the mistake", (text, reason) => {
  const file = seedFile(text);
  expect(() => readSeed(file)).toThrow(file);
  expect(() => readSeed(file)).toThrow(reason);
});

test("names the user and the place of an API key that exists", async () => {
  const text = `users:
  ada@acme.example: { api_keys: [{ key: key-of-ada }] }
  bob@acme.example: { api_keys: [{ key: key-of-bob }, { key: key-of-ada }] }
`;
  await expect(applySeed(readSeed(seedFile(text)), new Emulator())).rejects.toThrow(
    'users["bob@acme.example"].api_keys[1]: The API key key-of-ada for bob@acme.example already exists: it is a key of ada@acme.example. Choose another key.',
  );
});

test("rejects a seed that breaks a rule of the API and names the rule", async () => {
  const seed = readSeed(seedFile("organizations: { acme: { security_settings: { session_timeout: 1 } } }"));
  await expect(applySeed(seed, new Emulator())).rejects.toThrow("session_timeout");
});

import { beginConnect, operations } from "../support/connect";
import type { Declared, Engine, Program, Wire } from "../support/engine";
import { organization, part } from "../support/programs";
import { refusal } from "../support/refusal";
import { apiKey, type World } from "../support/world";

let world: World;
let admin: Engine;
beforeEach(async () => {
  world = await beginConnect();
  admin = world.with({ apiKey, backend: "admin-v2" });
});
afterEach(() => world.end());

/** A resource of the organization that the provider with the Admin API creates in the same run. */
function late(type: string, settings: Wire): Declared {
  return { type, inputs: () => ({ organizationId: String(admin.state.get("new")?.id), ...settings }) };
}

/** Runs `up` of a provider with Avocado Connect that starts before another provider creates the organization `acme-new`. */
async function upAround(program: Program): Promise<void> {
  const before: Program = { dev: organization("acme-dev"), first: part("Group", { name: "first" }) };
  await world.upDuring({ ...before, ...program }, "Group_create", async () => {
    await admin.up({ new: organization("acme-new") });
  });
}

const created = () => world.emulator.control.getOrganization("acme-new");
/** The number of reads of the API key's user with Avocado Connect. */
const reads = () => operations(world).filter((line) => line === "Me_show").length;

test("groups of an organization that the other API creates in the same run are created by the first `up`", async () => {
  const lead = late("Membership", { email: "bob@acme.example", role: "member" });
  const projects = late("Project", { name: "firmware", everyoneEnabled: true });
  await upAround({
    ops: late("Group", { name: "ops" }),
    ci: late("OrganizationApiToken", { name: "ci" }),
    lead,
    projects,
  });
  expect(created().groups.map(({ name }) => name)).toEqual(["ops"]);
  expect(created()).toMatchObject({ projects: [{ name: "firmware" }], api_tokens: [{ name: "ci" }] });
  expect(reads()).toBe(2);
});

test("without a new organization, the API key's user is read once", async () => {
  await world.engine.up({ dev: organization("acme-dev"), first: part("Group", { name: "first" }) });
  expect(reads()).toBe(1);
});

test("an organization that does not exist is read once more, and then refused", async () => {
  const missing = "prn:1:00000000-0000-4000-8000-000000000001";
  const group = (name: string): Declared => ({ type: "Group", inputs: () => ({ organizationId: missing, name }) });
  const refused = await refusal(world.engine.up({ ops: group("ops") }));
  expect(refused).toContain("ada@acme.example is not a member of this organization");
  expect(reads()).toBe(2);
});

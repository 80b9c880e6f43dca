import { beginConnect, operations } from "../support/connect";
import type { Program, Wire } from "../support/engine";
import { dev, part, roster } from "../support/programs";
import type { World } from "../support/world";

// N3: removing a member also removes the person from the groups, and revokes the person's API tokens of the organization.

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];

let world: World;
beforeEach(async () => {
  world = await beginConnect();
  world.emulator.control.addMember(bob, "acme-dev", "admin");
});
afterEach(() => world.end());

const everyone = { [ada]: "admin", [bob]: "admin" };
const program = (members: Wire, more: Program = {}): Program => ({ ...dev, all: roster(members), ...more });
const ci: Program = { ci: part("OrganizationApiToken", { name: "ci" }) };
const stored = () => world.emulator.snapshot().organizations[0]?.api_tokens ?? [];

/** Returns an engine of Bob with the state of the program. */
function asBob() {
  const engine = world.with({ apiKey: world.emulator.control.addApiKey(bob), backend: "connect" });
  for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
  return engine;
}

/** Applies a program with a token that acts for Bob. */
async function declareTokenOfBob(): Promise<void> {
  await world.engine.up(program(everyone));
  const engine = asBob();
  await engine.up(program(everyone, ci));
  for (const [name, kept] of engine.state) world.engine.state.set(name, kept);
  expect(world.engine.state.get("ci")?.outputs.owner).toBe(bob);
  operations(world);
}

test("a preview names the tokens that a removal revokes", async () => {
  await declareTokenOfBob();
  await asBob().up(program(everyone, { ...ci, deploy: part("OrganizationApiToken", { name: "deploy" }) }));
  world.engine.warnings.length = 0;
  await world.engine.preview(program({ [ada]: "admin" }, ci));
  expect(world.engine.warnings.join()).toContain("The removal of bob@acme.example revokes the API tokens ci, deploy.");
  expect(stored()).toHaveLength(2);
});

test("a preview without a removal lists no tokens, and a failed list does not stop a removal", async () => {
  await declareTokenOfBob();
  await world.engine.preview(program({ ...everyone, "carl@acme.example": "member" }, ci));
  expect(operations(world)).not.toContain("OrgApiToken_index");
  world.emulator.control.fault({ operation: "OrgApiToken_index", effect: { status: 403 }, times: "always" });
  await world.engine.preview(program({ [ada]: "admin" }, ci));
  expect(world.engine.warnings.join()).toContain(
    "The removal of bob@acme.example revokes all API tokens of the removed members. The provider cannot list them: ",
  );
});

test("a refresh explains a declared token that the removal of its owner revoked, and an update creates it again", async () => {
  await declareTokenOfBob();
  const reduced = program({ [ada]: "admin" }, ci);
  await world.engine.up(reduced);
  expect(stored()).toEqual([]);
  expect(await world.engine.up(reduced)).toContainEqual({ op: "same", name: "ci" });
  world.engine.warnings.length = 0;
  expect(await world.engine.refresh()).toEqual([{ op: "gone", name: "ci" }]);
  expect(world.engine.warnings).toEqual([
    expect.stringContaining("ada@acme.example is an owner"),
    "The API token is gone. Its owner bob@acme.example is not a member of the organization, and Peridio revokes the tokens of a removed member. If the program still declares the token, the next `pulumi up` creates one that acts for the user of its API key.",
  ]);
  await world.engine.up(reduced);
  expect(stored()).toHaveLength(1);
  expect(world.engine.state.get("ci")?.outputs.owner).toBe(ada);
  expect(await world.engine.refresh()).toEqual([]);
});

test("one update removes a person, the person's token and the person's place in a group", async () => {
  const field = (members: readonly string[]): Program => ({
    field: part("Group", { name: "field", members: [...members] }),
  });
  await declareTokenOfBob();
  await world.engine.up(program(everyone, { ...ci, ...field([ada, bob]) }));
  await world.engine.up(program({ [ada]: "admin" }, field([ada])), { parallel: true });
  expect(stored()).toEqual([]);
  expect(await world.engine.refresh()).toEqual([]);
  expect(await world.engine.up(program({ [ada]: "admin" }, field([ada])))).toContainEqual({
    op: "same",
    name: "field",
  });
});

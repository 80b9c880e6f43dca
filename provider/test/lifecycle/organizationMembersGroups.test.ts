import { beginConnect, operations } from "../support/connect";
import type { Program, Wire } from "../support/engine";
import { dev, part, roster } from "../support/programs";
import { World } from "../support/world";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];

let world: World;
beforeEach(async () => {
  world = await beginConnect();
});
afterEach(() => world.end());

/** A roster that invites Bob and Carl, and the groups `field` and `lab`. Some invitations have a group, by address. */
function program(
  groups: Readonly<Record<string, "field" | "lab">> | undefined,
  carlsRole = "member",
  ignore: readonly string[] = [],
): Program {
  const members = { [ada]: "admin", [bob]: "member", [carl]: carlsRole };
  const { inputs, ...all } = roster(members, { ignore });
  const declared = (id: (name: string) => unknown): Wire =>
    groups === undefined
      ? {}
      : { groups: Object.fromEntries(Object.entries(groups).map(([email, name]) => [email, id(name)])) };
  return {
    ...dev,
    field: part("Group", { name: "field" }),
    lab: part("Group", { name: "lab" }),
    all: { ...all, inputs: (id) => ({ ...inputs(id), ...declared(id) }) },
  };
}

function readMembers(name: string): readonly string[] {
  const { organizations, users } = world.emulator.snapshot();
  const group = organizations[0]?.groups.find((one) => one.name === name);
  return (group?.user_ids ?? []).map((id) => users[id]?.email ?? id);
}

const writes = () => operations(world).filter((line) => /^OrgInvitation_(create|delete)/.test(line));

test("people join the groups of their invitations by accepting, and this is no change", async () => {
  const declared = program({ [bob]: "field", "CARL@acme.example": "lab" });
  await world.engine.up(declared);
  expect(await world.engine.up(declared)).toContainEqual({ op: "same", name: "all" });
  expect(await world.engine.refresh()).toEqual([]);
  for (const email of [bob, carl]) world.emulator.control.accept(email, "acme-dev");
  expect([readMembers("field"), readMembers("lab")]).toEqual([[bob], [carl]]);
  operations(world);
  expect(await world.engine.up(declared)).toContainEqual({ op: "same", name: "all" });
  expect(await world.engine.refresh()).toEqual([]);
  expect(await world.engine.up(program({ [bob]: "lab", [carl]: "lab" }))).toContainEqual(
    expect.objectContaining({ op: "update", name: "all" }),
  );
  expect(writes()).toEqual([]);
  expect([readMembers("field"), readMembers("lab")]).toEqual([[bob], [carl]]);
});

test("another group, or none, replaces only this person's invitation", async () => {
  await world.engine.up(program({ [bob]: "field", [carl]: "field" }));
  operations(world);
  expect(await world.engine.up(program({ [bob]: "field", [carl]: "lab" }))).toContainEqual({
    op: "update",
    name: "all",
    diff: { [`groups["${carl}"]`]: "update" },
  });
  expect(writes()).toEqual([
    "OrgInvitation_delete",
    expect.stringMatching(/^OrgInvitation_create .*"carl@acme\.example".*"group_id":/),
  ]);
  const without = program({ [bob]: "field" });
  expect(await world.engine.preview(without)).toContainEqual({
    op: "update",
    name: "all",
    diff: { [`groups["${carl}"]`]: "delete" },
  });
  expect(world.engine.warnings.join()).toContain("Peridio sends a new e-mail to carl@acme.example");
  await world.engine.up(without);
  expect(writes()).toEqual(["OrgInvitation_delete", expect.not.stringContaining("group_id")]);
  await world.engine.up(program(undefined));
  expect(writes()).toEqual(["OrgInvitation_delete", expect.not.stringContaining("group_id")]);
  expect(await world.engine.refresh()).toEqual([]);
  expect(await world.engine.up(program(undefined))).toContainEqual({ op: "same", name: "all" });
  for (const email of [bob, carl]) world.emulator.control.accept(email, "acme-dev");
  expect([readMembers("field"), readMembers("lab")]).toEqual([[], []]);
});

test("a program that never declared a group keeps those of the invitations, also after an import", async () => {
  await world.engine.up(program({ [bob]: "field" }));
  const other = world.with({ apiKey: world.emulator.apiKey, backend: "connect" });
  for (const name of ["field", "lab"]) await other.import(name, "Group", `acme-dev/${name}`);
  await other.import("dev", "Organization", "acme-dev");
  const { members, groups } = await other.import("all", "OrganizationMembers", "acme-dev");
  expect(members).toEqual({ [ada]: "admin", [bob]: "member", [carl]: "member" });
  expect(groups).toBeUndefined();
  operations(world);
  await other.up(program(undefined));
  expect(writes()).toEqual([]);
  // A new invitation for another reason keeps the group.
  world.emulator.control.advance(8 * 24 * 60 * 60);
  await other.refresh();
  await other.up(program(undefined));
  world.emulator.control.accept(bob, "acme-dev");
  expect(readMembers("field")).toEqual([bob]);
});

test("an invitation without the declared group is drift, which the next update repairs", async () => {
  const declared = program({ [bob]: "field" });
  await world.engine.up(declared);
  await world.emulator.control.revoke(bob, "acme-dev");
  await world.emulator.control.invite(bob, "acme-dev", "viewer");
  expect(await world.engine.refresh()).toContainEqual(expect.objectContaining({ name: "all" }));
  await world.engine.up(declared);
  world.emulator.control.accept(bob, "acme-dev");
  expect(readMembers("field")).toEqual([bob]);
});

test.each([
  [
    "an unknown group",
    { [carl]: "00000000-0000-4000-8000-000000000001" },
    /the organization has no group 00000000-0000-4000-8000-000000000001\. If a Group .* Otherwise, correct `groups`: pass the `id` of a Group/,
  ],
  [
    "a group for someone without a role",
    { "eve@acme.example": "00000000-0000-4000-8000-000000000001" },
    /the roster declares a group for eve@acme\.example, but no role\. Add this address to `members`, or remove it from `groups`\./,
  ],
  ["a text that is no id", { [carl]: "lab" }, /groups.*must be a group's id/],
] as const)("the preview and the update reject %s before any invitation", async (_, groups, reason) => {
  await world.engine.up(dev);
  operations(world);
  const wrong = { ...dev, all: roster({ [ada]: "admin", [carl]: "member" }, { groups }) };
  for (const run of ["preview", "up"] as const) await expect(world.engine[run](wrong)).rejects.toThrow(reason);
  expect(writes()).toEqual([]);
});

test("the preview rejects a group for someone without a role, even if the update creates the group", async () => {
  const eve = program({ "eve@acme.example": "field" });
  await expect(world.engine.preview(eve)).rejects.toThrow(/a group for eve@acme\.example, but no role/);
});

test("the preview rejects a declared person that `ignore` matches, even if the update creates the person's group", async () => {
  const ignored = program({ [bob]: "field" }, "member", ["bob@*"]);
  await expect(world.engine.preview(ignored)).rejects.toThrow(/`ignore` matches this address too/);
});

test("admin-v2 has no groups", async () => {
  await world.end();
  world = await World.begin();
  const declared = {
    ...dev,
    all: roster({ [ada]: "admin" }, { groups: { [ada]: "00000000-0000-4000-8000-000000000001" } }),
  };
  await expect(world.engine.preview(declared)).rejects.toThrow(
    /groups: The provider manages no groups with Peridio's Admin API/,
  );
});

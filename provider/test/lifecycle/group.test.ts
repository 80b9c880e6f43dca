import { beginConnect, operations } from "../support/connect";
import type { Declared, Program, Wire } from "../support/engine";
import { dev, member, part } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
  world.emulator.control.addMember(bob, "acme-dev", "viewer");
  operations(world);
});
afterEach(() => world.end());

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];

const field = (settings: Wire = {}): Program => ({ ...dev, field: part("Group", { name: "field", ...settings }) });

/** Returns the addresses of the members of a group, in the order in which they joined. */
function readMembers(name = "field"): readonly string[] {
  const { organizations, users } = world.emulator.snapshot();
  const group = organizations[0]?.groups.find((one) => one.name === name);
  return (group?.user_ids ?? []).map((id) => users[id]?.email ?? id);
}

const output = () => world.engine.state.get("field")?.outputs;

test("is created with its members, and an unchanged run reads only the group", async () => {
  const program = field({ members: [ada, bob], description: "At customers" });
  expect(await world.engine.preview(program)).toContainEqual({ op: "create", name: "field" });
  operations(world);
  await world.engine.up(program);
  expect(operations(world)).toEqual([
    "Me_show",
    "Group_index",
    'Group_create {"name":"field","description":"At customers"}',
    "Organization_members",
    expect.stringMatching(/^Group_add_member /),
    expect.stringMatching(/^Group_add_member /),
    "Group_show",
  ]);
  expect(readMembers()).toEqual([ada, bob]);
  expect(output()).toMatchObject({ name: "field", description: "At customers", members: [ada, bob], pending: [] });
  const respelled = field({ members: ["BOB@acme.example", ada], description: "At customers" });
  expect(await world.engine.up(respelled)).toContainEqual({ op: "same", name: "field" });
  expect(operations(world)).toEqual(["Me_show"]);
  expect(await world.engine.refresh()).toEqual([]);
  expect(operations(world)).toEqual(["Me_show", "Group_show"]);
});

test("is renamed and described in place, and a removed description is removed", async () => {
  await world.engine.up(field({ description: "At customers" }));
  const renamed = { ...dev, field: part("Group", { name: "service" }) };
  expect(await world.engine.up(renamed)).toContainEqual({
    op: "update",
    name: "field",
    diff: { name: "update", description: "delete" },
  });
  expect(operations(world)).toContain('Group_update {"name":"service","description":""}');
  expect(output()).not.toHaveProperty("description");
});

test("is not renamed to the name of another group", async () => {
  world.emulator.control.addGroup("service", "acme-dev");
  await world.engine.up(field());
  const renamed = { ...dev, field: part("Group", { name: "service" }) };
  operations(world);
  for (const run of ["preview", "up"] as const)
    await expect(world.engine[run](renamed)).rejects.toThrow(
      /another group has the name "service" \(prn:1:.*\)\. Declare another name/,
    );
  expect(operations(world).filter((line) => line.startsWith("Group_update"))).toEqual([]);
});

test("warns in each run about a member who has left the organization", async () => {
  await world.engine.up(field({ members: [ada, bob] }));
  await world.emulator.control.removeMember(bob, "acme-dev", { as: ada });
  await world.engine.refresh();
  await world.engine.preview(field({ members: [ada, bob] }));
  expect(world.engine.warnings.join()).toContain("bob@acme.example is not a member of the organization yet.");
});

test("adds declared people before it removes the others, and verifies both", async () => {
  world.emulator.control.addMember(carl, "acme-dev", "viewer");
  await world.engine.up(field({ members: [ada, bob] }));
  operations(world);
  expect(await world.engine.up(field({ members: [ada, carl] }))).toContainEqual({
    op: "update",
    name: "field",
    diff: { members: "update" },
  });
  const requests = operations(world).map((line) => line.split(" ")[0]);
  expect(requests.slice(-4)).toEqual(["Group_add_member", "Group_show", "Group_remove_member", "Group_show"]);
  expect(readMembers()).toEqual([ada, carl]);
});

test("repairs members who were added or removed outside Pulumi", async () => {
  await world.engine.up(field({ members: [ada, bob] }));
  const [organization] = world.emulator.snapshot().organizations;
  const [group] = organization?.groups ?? [];
  await world.engine.up({ ...field({ members: [ada, bob] }) });
  const other = world.with({ apiKey: world.emulator.apiKey, backend: "connect" });
  await other.import("field", "Group", `acme-dev/${group?.id ?? ""}`);
  await other.up(field({ members: [bob] }));
  expect(await world.engine.refresh()).toMatchObject([{ op: "refresh", name: "field" }]);
  await world.engine.up(field({ members: [ada, bob] }));
  expect(new Set(readMembers())).toEqual(new Set([ada, bob]));
});

test("without `members` manages no members, and removing `members` changes none", async () => {
  await world.engine.up(field({ members: [ada, bob] }));
  await world.engine.up(field());
  expect(readMembers()).toEqual([ada, bob]);
  expect(await world.engine.refresh()).toEqual([]);
  expect(output()).not.toHaveProperty("members");
});

test("with an empty list removes everyone", async () => {
  await world.engine.up(field({ members: [ada, bob] }));
  await world.engine.up(field({ members: [] }));
  expect(readMembers()).toEqual([]);
});

describe("a declared person who is not a member yet", () => {
  const program = (): Program => ({ ...field({ members: [bob, carl] }), carl: member(carl, "member") });

  test("is pending until acceptance, and then joins with the next update", async () => {
    await world.engine.up(program());
    expect(readMembers()).toEqual([bob]);
    expect(output()).toMatchObject({ members: [bob, carl], pending: [carl] });
    expect(await world.engine.up(program())).toContainEqual({ op: "same", name: "field" });
    world.emulator.control.accept(carl, "acme-dev");
    expect(await world.engine.up(program())).toContainEqual({
      op: "update",
      name: "field",
      diff: { members: "update" },
    });
    expect(readMembers()).toEqual([bob, carl]);
    expect(output()).toMatchObject({ pending: [] });
  });

  test("gets a warning at preview, with a remedy for a wrong address", async () => {
    await world.engine.preview(field({ members: [bob, "typo@acme.example"] }));
    expect(world.engine.warnings).toEqual([
      "typo@acme.example is not a member of the organization yet. The first update after acceptance of an invitation gives the membership in the group. If nothing invites this person, correct the address, or declare this person in a Membership or an OrganizationMembers.",
    ]);
  });
});

describe("a Membership with `groupId`", () => {
  const program = (role = "member"): Program => ({
    ...field(),
    carl: {
      type: "Membership",
      inputs: (id) => ({ organizationId: id("dev"), email: carl, role, groupId: id("field") }),
    },
  });

  test("invites to the group, which the person joins by accepting", async () => {
    await world.engine.up(program());
    expect(await world.engine.up(program())).toContainEqual({ op: "same", name: "carl" });
    expect(await world.engine.refresh()).toEqual([]);
    world.emulator.control.accept(carl, "acme-dev");
    operations(world);
    expect(await world.engine.up(program())).toContainEqual({ op: "same", name: "carl" });
    expect(await world.engine.refresh()).toEqual([]);
    expect(readMembers()).toEqual([carl]);
    await world.engine.up(program("admin"));
    expect(operations(world).filter((line) => /_create|_update|_delete/.test(line))).toEqual([
      'Organization_update_member_role {"role":"admin"}',
    ]);
    expect(await world.engine.up(program("admin"))).toContainEqual({ op: "same", name: "carl" });
  });

  test("is rejected for an unknown group before any write, but not after acceptance", async () => {
    const unknownGroup = "00000000-0000-4000-8000-000000000001";
    const lost: Program = {
      ...field(),
      carl: part("Membership", { email: carl, role: "member", groupId: unknownGroup }),
    };
    const reason = `the organization has no group ${unknownGroup}. If a Group of this stack was deleted outside Pulumi, run \`pulumi up --refresh\`, which creates the group again. Otherwise, correct \`groupId\`: pass the \`id\` of a Group`;
    await world.engine.up(dev);
    operations(world);
    for (const run of ["preview", "up"] as const) await expect(world.engine[run](lost)).rejects.toThrow(reason);
    expect(operations(world).filter((line) => line.startsWith("OrgInvitation_create"))).toEqual([]);
    await world.engine.up(program());
    for (const run of ["preview", "up"] as const) await expect(world.engine[run](lost)).rejects.toThrow(reason);
    world.emulator.control.accept(carl, "acme-dev");
    await world.engine.up(lost);
    expect(readMembers()).toEqual([carl]);
  });

  test("replaces the invitation if the group changes", async () => {
    await world.engine.up({ ...field(), carl: member(carl, "member") });
    operations(world);
    expect(await world.engine.up(program())).toContainEqual({ op: "update", name: "carl", diff: { groupId: "add" } });
    expect(operations(world).map((line) => line.split(" ")[0])).toEqual(
      expect.arrayContaining(["OrgInvitation_delete", "OrgInvitation_create"]),
    );
    world.emulator.control.accept(carl, "acme-dev");
    expect(readMembers()).toEqual([carl]);
  });

  test("replaces the invitation if the program removes the group, but not after acceptance", async () => {
    await world.engine.up(program());
    const without = { ...field(), carl: member(carl, "member") };
    expect(await world.engine.up(without)).toContainEqual({ op: "update", name: "carl", diff: { groupId: "delete" } });
    expect(await world.engine.up(without)).toContainEqual({ op: "same", name: "carl" });
    world.emulator.control.accept(carl, "acme-dev");
    expect(readMembers()).toEqual([]);
    await world.engine.up(program());
    operations(world);
    expect(await world.engine.up(without)).toContainEqual({ op: "same", name: "carl" });
    expect(operations(world).filter((line) => line.startsWith("OrgInvitation"))).toEqual([]);
  });
});

test("keeps a member whose address has changed", async () => {
  await world.engine.up(field({ members: [bob] }));
  world.emulator.control.changeEmail(bob, "robert@acme.example");
  expect(await world.engine.refresh()).toEqual([]);
  expect(await world.engine.up(field({ members: [bob] }))).toContainEqual({ op: "same", name: "field" });
  expect(readMembers()).toEqual(["robert@acme.example"]);
});

describe("if another user takes the address of a member", () => {
  beforeEach(async () => {
    await world.engine.up(field({ members: [bob] }));
    world.emulator.control.changeEmail(bob, "robert@acme.example");
    world.emulator.control.addMember(bob, "acme-dev", "viewer");
  });
  const mismatch = /The address bob@acme\.example belongs to a different user .* than the one in state/;

  test("an update changes nothing, and a refresh names the address and the former user", async () => {
    const both = field({ members: [ada, bob] });
    for (const run of ["preview", "up"] as const) await expect(world.engine[run](both)).rejects.toThrow(mismatch);
    expect(readMembers()).toEqual(["robert@acme.example"]);
    expect(await world.engine.refresh()).toMatchObject([{ op: "refresh", name: "field" }]);
    expect(world.engine.warnings.join()).toMatch(mismatch);
    expect(output()).toMatchObject({ members: ["robert@acme.example"] });
    await world.engine.up(field({ members: [bob] }));
    expect(readMembers()).toEqual([bob]);
  });

  test("the program can declare both", async () => {
    await world.engine.refresh();
    await world.engine.up(field({ members: [bob, "robert@acme.example"] }));
    expect(readMembers()).toEqual(["robert@acme.example", bob]);
    expect(await world.engine.refresh()).toEqual([]);
  });
});

test("adds a removed member again whose address has changed", async () => {
  await world.engine.up(field({ members: [ada, bob] }));
  world.emulator.control.changeEmail(bob, "robert@acme.example");
  const other = world.with({ apiKey: world.emulator.apiKey, backend: "connect" });
  await other.import("field", "Group", "acme-dev/field");
  await other.up(field({ members: [ada] }));
  expect(await world.engine.refresh()).toMatchObject([{ op: "refresh", name: "field" }]);
  await world.engine.up(field({ members: [ada, bob] }));
  expect(readMembers()).toEqual([ada, "robert@acme.example"]);
});

test("that exists is not adopted, but imported by name with all members", async () => {
  const id = world.emulator.control.addGroup("field", "acme-dev");
  const refused = world.engine.preview(field({ members: [bob] }));
  await expect(refused).rejects.toThrow(/Group .*already exists with the id prn:1:.*pulumi import/s);
  await world.engine.import("field", "Group", "acme-dev/field");
  expect(world.engine.state.get("field")).toMatchObject({ inputs: { name: "field", members: [] } });
  expect(world.engine.state.get("field")?.id).toMatch(new RegExp(`/${id}$`));
  await expect(world.engine.import("other", "Group", "acme-dev/other")).rejects.toThrow(
    'organization acme-dev has no group "other" that this API key can see. Correct the name.',
  );
});

test("that was deleted is created again", async () => {
  await world.engine.up(field({ members: [bob] }));
  const other = world.with({ apiKey: world.emulator.apiKey, backend: "connect" });
  const inputs = await other.import("field", "Group", "acme-dev/field");
  await other.up({ field: { type: "Group", inputs: () => inputs } });
  await other.up({});
  expect(await world.engine.refresh()).toEqual([{ op: "gone", name: "field" }]);
  await world.engine.up(field({ members: [bob] }));
  expect(readMembers()).toEqual([bob]);
});

test("stays in the state with its reached members if a later request fails", async () => {
  world.emulator.control.fault({ operation: "Group_add_member", effect: { status: 422 } });
  await expect(world.engine.up(field({ members: [ada, bob] }))).rejects.toThrow("Group");
  expect(output()).toMatchObject({ name: "field", members: [] });
  await world.engine.up(field({ members: [ada, bob] }));
  expect(readMembers()).toEqual([ada, bob]);
  expect(operations(world).filter((line) => line.startsWith("Group_create"))).toHaveLength(1);
});

// N10: names have up to 100 characters.
test("a name has at most 100 characters, also in a request", async () => {
  await expect(world.engine.preview(field({ name: "x".repeat(101) }))).rejects.toThrow(
    "name: must have at most 100 characters",
  );
  const name = "x".repeat(100);
  await world.engine.up(field({ name }));
  expect(output()).toMatchObject({ name });
});

test("is rejected by the Admin API at preview", async () => {
  const admin = await World.begin();
  await expect(admin.engine.preview({ ...dev, field: part("Group", { name: "field" }) })).rejects.toThrow(
    "The provider manages no groups with Peridio's Admin API: remove them from the program, or use Avocado Connect",
  );
  expect(admin.writes()).toEqual([]);
  await admin.end();
});

describe("a group that was deleted outside Pulumi", () => {
  const open = part("Project", { name: "firmware", everyoneEnabled: true });

  test.each<[string, string, Declared]>([
    [
      "a new Project",
      "access.groups",
      {
        type: "Project",
        inputs: (id) => ({
          organizationId: id("dev"),
          name: "gateway",
          everyoneEnabled: false,
          access: { groups: [id("field")] },
        }),
      },
    ],
    [
      "a new Cohort",
      "access.groups",
      {
        type: "Cohort",
        inputs: (id) => ({
          projectId: id("firmware"),
          name: "canary",
          everyoneEnabled: false,
          access: { groups: [id("field")] },
        }),
      },
    ],
    [
      "a new Membership",
      "groupId",
      {
        type: "Membership",
        inputs: (id) => ({ organizationId: id("dev"), email: carl, role: "member", groupId: id("field") }),
      },
    ],
    [
      "a new roster",
      "groups",
      {
        type: "OrganizationMembers",
        inputs: (id) => ({
          organizationId: id("dev"),
          members: { [ada]: "admin", [bob]: "member", [carl]: "member" },
          groups: { [carl]: id("field") },
        }),
      },
    ],
  ])("makes %s fail with the advice to refresh, which creates the group again", async (_, property, added) => {
    const before: Program = { ...field(), firmware: open };
    await world.engine.up(before);
    const [organization] = world.emulator.state.organizations;
    const id = organization?.groups.pop()?.id ?? "";
    const program = { ...before, added };
    for (const run of ["preview", "up"] as const)
      await expect(world.engine[run](program)).rejects.toThrow(
        new RegExp(
          `the organization has no group \\S*${id}\\. ` +
            "If a Group of this stack was deleted outside Pulumi, run `pulumi up --refresh`, which creates the group again\\. " +
            `Otherwise, correct \`${property}\`: pass the \`id\` of a Group, or the UUID of an existing group\\.`,
        ),
      );
    expect(await world.engine.refresh()).toContainEqual({ op: "gone", name: "field" });
    await world.engine.up(program);
    expect(organization?.groups.map(({ name }) => name)).toEqual(["field"]);
    expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "added" });
  });
});

import { beginConnect, operations } from "../support/connect";
import type { Program, Wire } from "../support/engine";
import { dev, part } from "../support/programs";
import { refusal } from "../support/refusal";
import type { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
  for (const person of [bob, carl]) world.emulator.control.addMember(person, "acme-dev", "viewer");
});
afterEach(() => world.end());

const [bob, carl] = ["bob@acme.example", "carl@acme.example"];

/** Peridio answers the next such request with success, but changes nothing. */
function acknowledge(operation: string): void {
  world.emulator.control.fault({ operation, effect: "acknowledge" });
}

const output = (name: string) => world.engine.state.get(name)?.outputs;

/** Returns the operations that changed something since the last call. */
const writes = () =>
  operations(world).flatMap((line) => (/_(show|index|members)\b/.test(line) ? [] : (line.split(" ")[0] ?? [])));

/** Expects the failure of a write that Peridio did not apply. The next `up` repairs it, and the one after that writes nothing. */
async function failsOnce(program: Program, reason: string): Promise<void> {
  const text = await refusal(world.engine.up(program));
  expect(text).toContain(`Peridio accepted the request but did not apply it as requested: ${reason}`);
  expect(text).toMatch(/ Run `pulumi up` again\. .* \((POST|PUT|DELETE) \/api\/.*, request [\w-]+\)$/);
}

async function isRepaired(program: Program): Promise<void> {
  operations(world);
  await world.engine.up(program);
  expect(writes()).not.toEqual([]);
  await world.engine.up(program);
  expect(writes()).toEqual([]);
  expect(await world.engine.refresh()).toEqual([]);
}

describe("a Group", () => {
  const field = (members: readonly string[]): Program => ({
    ...dev,
    field: part("Group", { name: "field", members: [...members] }),
  });

  test("removes no one if Peridio did not apply a join", async () => {
    await world.engine.up(field([bob]));
    operations(world);
    acknowledge("Group_add_member");
    await failsOnce(field([carl]), '`members` lacks "carl@acme.example". The provider removed no one.');
    expect(writes()).toEqual(["Group_add_member"]);
    expect(output("field")).toMatchObject({ members: [bob] });
    await isRepaired(field([carl]));
  });

  test("reports a join of a new group, and keeps the group in the state", async () => {
    acknowledge("Group_add_member");
    await failsOnce(field([bob, carl]), '`members` lacks "bob@acme.example".');
    expect(output("field")).toMatchObject({ members: [carl] });
    await isRepaired(field([bob, carl]));
  });

  test("reports a removal that Peridio did not apply", async () => {
    await world.engine.up(field([bob, carl]));
    acknowledge("Group_remove_member");
    await failsOnce(field([bob]), '`members` contains "carl@acme.example" although the program does not declare it.');
    expect(output("field")).toMatchObject({ members: [bob, carl] });
    await isRepaired(field([bob]));
  });
});

/** A program with a group and, as `object`, a project or a cohort. */
type Declare = (
  settings: Wire,
  access?: (id: (name: string) => string) => Wire,
  members?: readonly string[],
) => Program;

const withGroup = (members: readonly string[]): Program => ({
  ...dev,
  field: part("Group", { name: "field", members: [...members] }),
});

const objects: readonly (readonly [kind: "Project" | "Cohort", Declare])[] = [
  [
    "Project",
    (settings, access, members = [carl]) => ({
      ...withGroup(members),
      object: {
        type: "Project",
        inputs: (id) => ({
          organizationId: id("dev"),
          name: "firmware",
          ...settings,
          ...(access && { access: access(id) }),
        }),
      },
    }),
  ],
  [
    "Cohort",
    (settings, access, members = [carl]) => ({
      ...withGroup(members),
      firmware: part("Project", { name: "firmware", everyoneEnabled: true }),
      object: {
        type: "Cohort",
        inputs: (id) => ({
          projectId: id("firmware"),
          name: "canary",
          ...settings,
          ...(access && { access: access(id) }),
        }),
      },
    }),
  ],
];

const closed = { everyoneEnabled: false };
const open = { everyoneEnabled: true };

describe.each(objects)("a %s", (kind, declare) => {
  const user = (person: string) => declare(closed, () => ({ users: [person] }));
  const group = declare(closed, (id) => ({ groups: [id("field")] }));

  test("revokes nothing if Peridio did not apply the grant to a person", async () => {
    await world.engine.up(user(bob));
    operations(world);
    acknowledge(`${kind}_grant_user_access`);
    await failsOnce(user(carl), '`access.users` lacks "carl@acme.example". The provider revoked no access.');
    expect(writes()).toEqual([`${kind}_grant_user_access`]);
    expect(output("object")).toMatchObject({ access: { users: [bob] } });
    await isRepaired(user(carl));
  });

  test("revokes nothing and stays open if Peridio did not apply the grant to a group", async () => {
    await world.engine.up(declare(open, () => ({ users: [bob] })));
    operations(world);
    acknowledge(`${kind}_grant_group_access`);
    await failsOnce(group, "`access.groups` lacks ");
    expect(writes()).toEqual([`${kind}_grant_group_access`]);
    expect(output("object")).toMatchObject({ everyoneEnabled: true, access: { users: [bob], groups: [] } });
    await isRepaired(group);
  });

  test("revokes nothing if Peridio did not open the object", async () => {
    await world.engine.up(user(bob));
    operations(world);
    acknowledge(`${kind}_update`);
    const opened = declare(open, () => ({ users: [] }));
    await failsOnce(opened, "`everyoneEnabled` is false instead of true. The provider revoked no access.");
    expect(writes()).toEqual([`${kind}_update`]);
    expect(output("object")).toMatchObject({ everyoneEnabled: false, access: { users: [bob] } });
    await isRepaired(opened);
  });

  test("reports that Peridio did not close it", async () => {
    await world.engine.up(declare(open));
    acknowledge(`${kind}_update`);
    await failsOnce(declare(closed), "`everyoneEnabled` is true instead of false.");
    expect(output("object")).toMatchObject({ everyoneEnabled: true });
    await isRepaired(declare(closed));
  });

  test("reports that Peridio did not revoke the access of a person", async () => {
    await world.engine.up(declare(closed, () => ({ users: [bob, carl] })));
    acknowledge(`${kind}_revoke_user_access`);
    await failsOnce(user(carl), '`access.users` contains "bob@acme.example" although the program does not declare it.');
    expect(output("object")).toMatchObject({ access: { users: [bob, carl] } });
    await isRepaired(user(carl));
  });

  test("reports that Peridio did not revoke the access of a group", async () => {
    await world.engine.up(group);
    acknowledge(`${kind}_revoke_group_access`);
    const none = declare(closed, () => ({}));
    await failsOnce(none, "`access.groups` contains ");
    expect(output("object")).toMatchObject({ access: { groups: [expect.any(String)] } });
    await isRepaired(none);
  });

  describe("from which a person moves into a group with access", () => {
    const direct = declare(closed, (id) => ({ users: [bob], groups: [id("field")] }));
    const moved = declare(closed, (id) => ({ users: [], groups: [id("field")] }), [bob, carl]);
    const lost =
      "the program declares bob@acme.example in a group with access, but Peridio does not list this person in the group. " +
      "The provider revoked no access, because this person would have no access left. Run `pulumi up --refresh` to repair the group.";

    test("keeps the person if Peridio did not apply the join", async () => {
      await world.engine.up(direct);
      acknowledge("Group_add_member");
      await failsOnce(moved, '`members` lacks "bob@acme.example".');
      expect(output("object")).toMatchObject({ access: { users: [bob] } });
      await isRepaired(moved);
    });

    test("keeps the person if the person is missing from the group, although the state contains the join", async () => {
      await world.engine.up(declare(closed, (id) => ({ users: [bob], groups: [id("field")] }), [bob, carl]));
      const [found] = world.emulator.state.organizations[0]?.groups ?? [];
      found?.user_ids.splice(0);
      operations(world);
      expect(await refusal(world.engine.up(moved))).toContain(lost);
      expect(writes()).toEqual([]);
      expect(output("object")).toMatchObject({ access: { users: [bob] } });
      await world.engine.refresh();
      await isRepaired(moved);
    });

    test.each<[string, typeof group]>([
      ["declares", group],
      ["does not declare", declare(closed)],
    ])("does not close for a person who is missing from the group, if the program %s access", async (_, program) => {
      await world.engine.up(declare(open, (id) => ({ groups: [id("field")] })));
      const [found] = world.emulator.state.organizations[0]?.groups ?? [];
      found?.user_ids.splice(0);
      operations(world);
      expect(await refusal(world.engine.up(program))).toContain(lost.replaceAll(bob, carl));
      expect(writes()).toEqual([]);
      expect(output("object")).toMatchObject({ everyoneEnabled: true });
      await world.engine.refresh();
      await isRepaired(program);
    });

    test("reads the group once more before it refuses", async () => {
      await world.engine.up(declare(closed, (id) => ({ users: [bob], groups: [id("field")] }), [bob, carl]));
      world.emulator.control.fault({ operation: "Group_show", effect: { set: { "data.members": [] } } });
      await world.engine.up(moved);
      expect(output("object")).toMatchObject({ access: { users: [] } });
    });

    test("reads no group if nobody has access to lose", async () => {
      await world.engine.up(direct);
      operations(world);
      await world.engine.up(declare(open, (id) => ({ users: [], groups: [id("field")] })));
      expect(operations(world)).not.toContain("Group_show");
    });
  });
});

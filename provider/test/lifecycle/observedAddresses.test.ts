import { beginConnect, operations } from "../support/connect";
import { dialects } from "../support/dialect";
import type { Declared, Program, Wire } from "../support/engine";
import { dev, part, roster } from "../support/programs";
import { World } from "../support/world";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];
/** Addresses that no program can declare, and that Peridio may know. */
const odd = ["dev@localhost", "jürgen@müller.example"];

let world: World;
afterEach(() => world.end());

const outputs = (name: string) => world.engine.state.get(name)?.outputs ?? {};
/** The addresses in the state of a roster. */
const listMembers = () => Object.keys(outputs("all").members ?? {});

describe("an address that no program can declare", () => {
  beforeEach(async () => {
    world = await beginConnect();
    for (const email of [bob, carl, ...odd]) world.emulator.control.addMember(email, "acme-dev", "viewer");
  });

  const settings = { name: "field", everyoneEnabled: false, access: { users: [bob] } };
  const firmware: Declared = part("Project", { ...settings, name: "firmware" });
  const objects: readonly (readonly [string, Program, Wire])[] = [
    ["Group", { ...dev, field: part("Group", { name: "field", members: [bob] }) }, { members: [...odd, bob].sort() }],
    ["Project", { ...dev, field: part("Project", settings) }, { access: { users: [bob, ...odd].sort(), groups: [] } }],
    [
      "Cohort",
      {
        ...dev,
        firmware,
        field: { type: "Cohort", inputs: (id) => ({ projectId: id("firmware"), ...settings }) },
      },
      { access: { users: [bob, ...odd].sort(), groups: [] } },
    ],
  ];

  /** Returns the groups, projects and cohorts of the organization. */
  function findObjects() {
    const [organization] = world.emulator.state.organizations;
    const projects = organization?.projects ?? [];
    return [...(organization?.groups ?? []), ...projects, ...projects.flatMap(({ cohorts }) => cohorts)];
  }

  const readField = (): readonly string[] => {
    const found = findObjects().find(({ name }) => name === "field");
    return (found?.user_ids ?? []).map((id) => world.emulator.state.users[id]?.email ?? id);
  };

  /** Gives these people the access of `field` outside Pulumi. */
  function addToField(emails: readonly string[]): void {
    const found = findObjects().find(({ name }) => name === "field");
    for (const email of emails) found?.user_ids.push(world.emulator.state.user_ids[email] ?? email);
  }

  describe.each(objects)("in a %s", (_, program, observed) => {
    beforeEach(async () => {
      await world.engine.up(program);
      addToField(odd);
    });

    test("is drift in each refresh, and the next update removes it", async () => {
      const [property = ""] = Object.keys(observed);
      const drift = { op: "refresh", name: "field", diff: { [property]: "update" } };
      expect(await world.engine.refresh()).toEqual([drift]);
      expect(outputs("field")).toMatchObject(observed);
      expect(await world.engine.refresh()).toEqual([]);
      await world.engine.up(program);
      expect(readField()).toEqual([bob]);
      expect(await world.engine.refresh()).toEqual([]);
    });

    test("does not stop a deletion", async () => {
      await world.engine.refresh();
      expect(await world.engine.up(dev)).toContainEqual({ op: "delete", name: "field" });
      expect(readField()).toEqual([]);
    });

    test("stays if the program ignores the list, and other properties can change", async () => {
      await world.engine.refresh();
      const [property = ""] = Object.keys(observed);
      // The engine replaces the ignored property by the one in the state before it calls Check.
      const changed = (settings: Wire): Program => {
        const field = program.field;
        if (field === undefined) throw new Error("The program declares no field.");
        const inputs = (id: (name: string) => string) => ({
          ...field.inputs(id),
          [property]: observed[property] ?? null,
          ...settings,
        });
        return { ...program, field: { ...field, inputs, ignoreChanges: [property] } };
      };
      await world.engine.up(changed({ description: "At customers" }));
      expect(outputs("field")).toMatchObject({ description: "At customers", ...observed });
      expect([...readField()].sort()).toEqual([bob, ...odd].sort());
    });
  });

  test("is still refused in a program that declares it first", async () => {
    const program = { ...dev, field: part("Group", { name: "field", members: odd }) };
    await expect(world.engine.up(program)).rejects.toThrow("members[0]: must be an e-mail address");
  });

  test("can be in a response twice, and is listed once", async () => {
    const program = { ...dev, field: part("Group", { name: "field", members: [bob] }) };
    await world.engine.up(program);
    addToField([ada, carl]);
    const effect = {
      set: { "data.members.2.user_id": world.emulator.state.user_ids[ada], "data.members.2.email": ada },
    };
    world.emulator.control.fault({ operation: "Group_show", effect });
    await world.engine.refresh();
    expect(outputs("field")).toMatchObject({ members: [ada, bob] });
  });

  test("can belong to two users of a response, and the user in the state stays", async () => {
    const program = { ...dev, field: part("Group", { name: "field", members: [bob] }) };
    await world.engine.up(program);
    addToField([ada]);
    const effect = { set: { "data.members.1.email": "BOB@acme.example" } };
    world.emulator.control.fault({ operation: "Group_show", times: "always", effect });
    await world.engine.refresh();
    await world.engine.refresh();
    expect(outputs("field")).toMatchObject({ members: ["BOB@acme.example", bob] });
    await world.engine.up(program);
    expect(readField()).toEqual([bob]);
  });
});

describe.each(dialects)("with $backend, a roster", ({ backend, roles: { low }, stored, sends }) => {
  beforeEach(async () => (world = await World.on(backend)));

  test("shows members and invitations with such addresses as drift, removes them, and can be deleted", async () => {
    const program = { ...dev, all: roster({ [ada]: "admin", [bob]: low }, { maxRemovals: "100%" }) };
    await world.engine.up(program);
    const [member = "", invited = ""] = odd;
    world.emulator.control.addMember(member, "acme-dev", stored.low);
    await world.emulator.control.invite("jan@acme.example", "acme-dev", stored.low, { as: ada });
    const invitation = world.emulator.state.organizations[0]?.invitations.at(-1);
    if (invitation !== undefined) invitation.email = invited;
    expect(await world.engine.refresh()).toMatchObject([{ op: "refresh", name: "all" }]);
    expect(listMembers()).toEqual([ada, bob, ...odd]);
    world.requests();
    await world.engine.up(program);
    expect(world.writes().sort()).toEqual([sends.revoke, sends.remove].sort());
    expect(listMembers()).toEqual([ada, bob]);
    world.emulator.control.addMember(invited, "acme-dev", stored.low);
    await world.engine.refresh();
    await world.engine.up(dev);
    expect(outputs("all")).toEqual({});
  });
});

test("a roster shows the group of an invitation whose id no program can declare, and can be deleted", async () => {
  world = await beginConnect();
  const members = { [ada]: "admin", [bob]: "member" };
  const program: Program = {
    ...dev,
    field: part("Group", { name: "field" }),
    all: {
      type: "OrganizationMembers",
      inputs: (id) => ({ organizationId: id("dev"), members, groups: { [bob]: id("field") }, maxRemovals: "100%" }),
    },
  };
  await world.engine.up(program);
  const effect = { set: { "data.*.group.id": "legacy-7" } };
  world.emulator.control.fault({ operation: "OrgInvitation_index", times: "always", effect });
  await world.engine.refresh();
  expect(outputs("all")).toMatchObject({ groups: { [bob]: "legacy-7" } });
  await world.engine.refresh();
  operations(world);
  await world.engine.up({ ...dev, field: part("Group", { name: "field" }) });
  expect(operations(world)).toContain("OrgInvitation_delete");
});

import { beginConnect, operations } from "../support/connect";
import { type Declared, type Program, unknown, type Wire } from "../support/engine";
import { dev, part } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
  for (const person of [bob, carl]) world.emulator.control.addMember(person, "acme-dev", "viewer");
  operations(world);
});
afterEach(() => world.end());

const [bob, carl] = ["bob@acme.example", "carl@acme.example"];

const group: Program = { ...dev, field: part("Group", { name: "field", members: [carl] }) };

/** A project with the access that `grants` returns. `id` returns the id of another resource. */
function project(settings: Wire, access?: (id: (name: string) => unknown) => Wire): Declared {
  return {
    type: "Project",
    inputs: (id) => ({
      organizationId: id("dev"),
      name: "firmware",
      everyoneEnabled: false,
      ...settings,
      ...(access && { access: access(id) }),
    }),
  };
}

/** Returns the project in Peridio, with addresses and names instead of ids. */
function readProject(name = "firmware") {
  const { organizations, users } = world.emulator.snapshot();
  const [organization] = organizations;
  const found = organization?.projects.find((one) => one.name === name);
  return (
    found && {
      everyoneEnabled: found.everyone_enabled,
      users: found.user_ids.map((id) => users[id]?.email),
      groups: found.group_ids.map((id) => organization?.groups.find((one) => one.id === id)?.name),
    }
  );
}

/** The operations since the last call, without bodies. */
const sent = () => operations(world).map((line) => line.split(" ")[0]);

test("is created closed, with people and groups, and an unchanged run reads only the project", async () => {
  const program = {
    ...group,
    firmware: project({}, (id) => ({ users: [bob], groups: [id("field")] })),
  };
  expect(await world.engine.preview({ ...dev, firmware: project({}) })).toContainEqual({
    op: "create",
    name: "firmware",
  });
  operations(world);
  await world.engine.up(program);
  expect(operations(world)).toContain('Project_create {"project":{"name":"firmware","everyone_enabled":false}}');
  expect(readProject()).toEqual({ everyoneEnabled: false, users: [bob], groups: ["field"] });
  expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "firmware" });
  expect(await world.engine.refresh()).toEqual([]);
  expect(sent()).toEqual(["Me_show", "Me_show", "Group_show", "Project_show"]);
});

test("closes only after it has granted the declared access, and revokes last", async () => {
  await world.engine.up({ ...group, firmware: project({ everyoneEnabled: true }, () => ({ users: [bob] })) });
  operations(world);
  await world.engine.up({
    ...group,
    firmware: project({ everyoneEnabled: false }, (id) => ({ groups: [id("field")] })),
  });
  expect(sent().slice(-7)).toEqual([
    "Project_grant_group_access",
    "Project_show",
    "Organization_members",
    "Group_show",
    "Project_update",
    "Project_revoke_user_access",
    "Project_show",
  ]);
  expect(readProject()).toEqual({ everyoneEnabled: false, users: [], groups: ["field"] });
});

test("with an unknown group is rejected at preview, and in an update before any write", async () => {
  const unknownGroup = "00000000-0000-4000-8000-000000000001";
  const program = { ...dev, firmware: project({}, () => ({ groups: [unknownGroup] })) };
  operations(world);
  for (const run of ["preview", "up"] as const)
    await expect(world.engine[run](program)).rejects.toThrow(
      `the organization has no group ${unknownGroup}. If a Group of this stack was deleted outside Pulumi, run \`pulumi up --refresh\`, which creates the group again. Otherwise, correct \`access.groups\`: pass the \`id\` of a Group`,
    );
  expect(sent()).not.toContain("Project_create");
});

test("accepts a group that another process creates during the run", async () => {
  const known = world.emulator.control.addGroup("known", "acme-dev");
  let late: string | undefined;
  const program = (): Program => ({
    ...dev,
    gateways: project({ name: "gateways" }, () => ({ groups: [known] })),
    firmware: {
      type: "Project",
      inputs: (id) => {
        if (id("gateways") !== unknown) late ??= world.emulator.control.addGroup("late", "acme-dev");
        const groups = late === undefined ? unknown : [late];
        return { organizationId: id("dev"), name: "firmware", everyoneEnabled: false, access: { groups } };
      },
    },
  });
  await world.engine.up(program());
  expect(late).toBeDefined();
  expect(readProject()).toMatchObject({ groups: ["late"] });
});

test("is not renamed to the name of another project", async () => {
  const other = { other: project({ name: "gateways" }) };
  await world.engine.up({ ...dev, firmware: project({}), ...other });
  await expect(world.engine.preview({ ...dev, firmware: project({ name: "gateways" }), ...other })).rejects.toThrow(
    'has the name "gateways"',
  );
});

test("opens before it revokes access", async () => {
  await world.engine.up({ ...dev, firmware: project({}, () => ({ users: [bob] })) });
  operations(world);
  await world.engine.up({ ...dev, firmware: project({ everyoneEnabled: true }, () => ({ users: [] })) });
  expect(sent().slice(-4)).toEqual(["Project_update", "Project_show", "Project_revoke_user_access", "Project_show"]);
});

test("without `access` manages no access, and removing `access` changes none", async () => {
  await world.engine.up({ ...dev, firmware: project({}, () => ({ users: [bob] })) });
  await world.engine.up({ ...dev, firmware: project({}) });
  expect(readProject()).toMatchObject({ users: [bob] });
  expect(await world.engine.refresh()).toEqual([]);
});

test("is renamed in place, and a removed description is removed", async () => {
  await world.engine.up({ ...dev, firmware: project({ description: "Gateways" }) });
  operations(world);
  await world.engine.up({ ...dev, firmware: project({ name: "gateways" }) });
  expect(operations(world)).toContain('Project_update {"project":{"name":"gateways","description":""}}');
});

test("that the API key cannot see stays in the state, and the error names the reason", async () => {
  const program = { ...dev, firmware: project({}), canary: cohort() };
  await world.engine.up(program);
  const other = world.with({ apiKey: world.emulator.control.addApiKey(bob), backend: "connect" });
  for (const [name, kind] of [
    ["firmware", "projects"],
    ["canary", "cohorts"],
  ] as const) {
    const reason =
      "it was deleted, or this API key cannot see it: bob@acme.example is neither an admin nor an owner of organization acme-dev. " +
      `Only admins and owners see all ${kind}. Use the API key of an admin or an owner. (GET `;
    const kept = world.engine.state.get(name);
    if (kept !== undefined) other.state.set(name, kept);
    await expect(other.refresh()).rejects.toThrow(reason);
    expect(other.state.size).toBe(1);
    other.state.clear();
  }
});

test("that exists is not adopted, but imported by name with its access", async () => {
  await world.engine.up({ ...group, firmware: project({}, (id) => ({ users: [bob], groups: [id("field")] })) });
  const other = world.with({ apiKey: world.emulator.apiKey, backend: "connect" });
  await expect(other.preview({ ...dev, firmware: project({}) })).rejects.toThrow(
    /Project .*already exists with the id prn:1:.*pulumi import/s,
  );
  await other.import("firmware", "Project", "acme-dev/firmware");
  expect(other.state.get("firmware")?.inputs).toMatchObject({
    name: "firmware",
    everyoneEnabled: false,
    access: { users: [bob], groups: [expect.stringMatching(/^[0-9a-f-]{36}$/)] },
  });
});

test("with runtimes or devices is not deleted", async () => {
  await world.engine.up({ ...dev, firmware: project({}), canary: cohort() });
  world.emulator.control.access.setRuntimes("firmware", "acme-dev", 2);
  world.emulator.control.access.setDevices("canary", "firmware", "acme-dev", 1);
  await expect(world.engine.up({ ...dev, firmware: project({}) })).rejects.toThrow(
    "it contains 1 device, which would be lost",
  );
  world.emulator.control.access.setDevices("canary", "firmware", "acme-dev", 0);
  await expect(world.engine.up(dev)).rejects.toThrow("it contains 2 runtimes, which would be lost");
  expect(readProject()).toBeDefined();
  world.emulator.control.access.setRuntimes("firmware", "acme-dev", 0);
  await world.engine.up(dev);
  expect(readProject()).toBeUndefined();
});

test("stays in the state with the reached access if a later request fails", async () => {
  const program = { ...dev, firmware: project({}, () => ({ users: [bob, carl] })) };
  world.emulator.control.fault({ operation: "Project_grant_user_access", effect: { status: 422 } });
  await expect(world.engine.up(program)).rejects.toThrow("Project");
  expect(world.engine.state.get("firmware")?.outputs).toMatchObject({ access: { users: [], groups: [] } });
  await world.engine.up(program);
  expect(readProject()).toMatchObject({ users: [bob, carl] });
});

test.each([403, 422, 503])("a description that a response %i kept is removed by the next update", async (status) => {
  await world.engine.up({ ...dev, firmware: project({ description: "Gateways" }, () => ({ users: [bob] })) });
  world.emulator.control.fault({ operation: "Project_update", effect: { status }, times: 4 });
  const program = { ...dev, firmware: project({}, () => ({ users: [bob] })) };
  await expect(world.engine.up(program)).rejects.toThrow("Project");
  world.emulator.control.clearFaults();
  operations(world);
  await world.engine.up(program);
  expect(operations(world)).toContain('Project_update {"project":{"description":""}}');
});

test("a grant whose response is lost is looked up, not lost", async () => {
  const program = { ...dev, firmware: project({}, () => ({ users: [bob] })) };
  world.emulator.control.fault({ operation: "Project_grant_user_access", when: "after", effect: "drop" });
  await world.engine.up(program);
  expect(sent().filter((operation) => operation === "Project_grant_user_access")).toHaveLength(1);
  expect(readProject()).toMatchObject({ users: [bob] });
});

/** A cohort of the project. */
function cohort(settings: Wire = {}): Declared {
  return {
    type: "Cohort",
    inputs: (id) => ({ projectId: id("firmware"), name: "canary", everyoneEnabled: true, ...settings }),
  };
}

describe("a cohort", () => {
  test("has its own access, and is imported by the names of organization, project and cohort", async () => {
    const program = { ...dev, firmware: project({}), canary: cohort({ access: { users: [bob] } }) };
    await world.engine.up(program);
    operations(world);
    expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "canary" });
    expect(await world.engine.refresh()).toEqual([]);
    expect(sent()).toEqual(["Me_show", "Me_show", "Project_show", "Cohort_show"]);
    const other = world.with({ apiKey: world.emulator.apiKey, backend: "connect" });
    await other.import("canary", "Cohort", "acme-dev/firmware/canary");
    expect(other.state.get("canary")).toMatchObject({
      id: world.engine.state.get("canary")?.id,
      inputs: { projectId: world.engine.state.get("firmware")?.id, access: { users: [bob] } },
    });
    const projectId = String(world.engine.state.get("firmware")?.id);
    await other.import("canary", "Cohort", `${projectId.toUpperCase().replace("PRN", "prn")}/canary`);
    await expect(other.import("none", "Cohort", "acme-dev/firmware/none")).rejects.toThrow(
      'the organization has no cohort "firmware/none" that this API key can see',
    );
    operations(world);
    await expect(other.import("none", "Cohort", "acme-dev/firmware")).rejects.toThrow(
      '"acme-dev/firmware" is not the id of a cohort. Pass the names or ids of the organization, the project and the cohort, such as acme/firmware/canary.',
    );
    expect(sent()).not.toContain("Project_index");
  });

  test("is not imported by names that two cohorts have, because a name can contain a slash", async () => {
    await world.engine.up(dev);
    const { access } = world.emulator.control;
    access.addProject("firmware", "acme-dev");
    access.addProject("firmware/canary", "acme-dev");
    access.addCohort("canary/east", "firmware", "acme-dev");
    access.addCohort("east", "firmware/canary", "acme-dev");
    const other = world.with({ apiKey: world.emulator.apiKey, backend: "connect" });
    await expect(other.import("east", "Cohort", "acme-dev/firmware/canary/east")).rejects.toThrow(
      'the organization has 2 cohorts with the name "firmware/canary/east". Pass one of these ids: prn:1:',
    );
  });

  test("is deleted before its project", async () => {
    await world.engine.up({ ...dev, firmware: project({}), canary: cohort() });
    operations(world);
    await world.engine.up(dev);
    expect(sent().filter((operation) => operation?.endsWith("_delete"))).toEqual(["Cohort_delete", "Project_delete"]);
  });
});

test("that exists is found by a preview, even if the id of a group is unknown", async () => {
  await world.engine.up({ ...dev, firmware: project({}) });
  const other = world.with({ apiKey: world.emulator.apiKey, backend: "connect" });
  const program: Program = { ...group, firmware: project({}, (id) => ({ groups: [id("field")] })) };
  await expect(other.preview(program)).rejects.toThrow(/Project .*already exists with the id prn:1:.*pulumi import/s);
});

test("getProjects, getCohorts and getEffectiveAccess show who has access, and why", async () => {
  await world.engine.up({
    ...group,
    firmware: project({}, (id) => ({ users: [bob], groups: [id("field")] })),
    canary: cohort(),
  });
  world.emulator.control.access.setDevices("canary", "firmware", "acme-dev", 3);
  const [firmware, canary] = ["firmware", "canary"].map((name) => world.engine.state.get(name)?.id);
  const call = async (name: string, more: Wire = {}) =>
    (await world.engine.invoke([name, { organizationId: "acme-dev", ...more }]))[0];
  expect(await call("getProjects")).toEqual({
    projects: [{ id: firmware, name: "firmware", everyoneEnabled: false, users: [bob], groups: ["field"] }],
  });
  expect(await call("getCohorts")).toEqual({
    cohorts: [{ id: canary, projectId: firmware, name: "canary", everyoneEnabled: true, deviceCount: 3 }],
  });
  const access = { projectId: firmware, project: "firmware" };
  expect(await call("getEffectiveAccess")).toEqual({
    access: [
      { email: "ada@acme.example", ...access, reasons: ["role owner"] },
      { email: bob, ...access, reasons: ["user"] },
      { email: carl, ...access, reasons: ["group field"] },
    ],
  });
  expect(await call("getEffectiveAccess", { email: "CARL@acme.example", project: "firmware" })).toEqual({
    access: [{ email: carl, ...access, reasons: ["group field"] }],
  });
  operations(world);
  await expect(call("getEffectiveAccess", { project: "other" })).rejects.toThrow(
    'organization acme-dev has no project "other" that this API key can see. Pass the name or id of a project.',
  );
  // Only the named project is read.
  expect(operations(world)).not.toContain("Project_show");
});

test("is rejected by the Admin API at preview", async () => {
  const admin = await World.begin();
  await expect(admin.engine.preview({ ...dev, firmware: project({}) })).rejects.toThrow(
    "The provider manages no projects or cohorts with Peridio's Admin API: remove them from the program, or use Avocado Connect",
  );
  expect(admin.writes()).toEqual([]);
  await admin.end();
});

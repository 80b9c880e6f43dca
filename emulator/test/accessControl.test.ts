import { Emulator } from "../src/emulator";
import { readOverview } from "../src/control/overview";
import { RemoteControl } from "../src/control/remoteControl";
import { serve } from "../src/server";
import { Client, createAcme, readValue } from "./client";

const organization = "acme-dev";

/** Creates acme-dev with the project `thermostat` and its cohort `berlin`. */
async function createProjects() {
  const { emulator, ada } = await createAcme();
  const { access } = emulator.control;
  const project = access.addProject("thermostat", organization, { description: "At home" });
  const cohort = access.addCohort("berlin", "thermostat", organization, { everyone_enabled: false });
  const path = `/api/orgs/${emulator.control.getOrganization(organization).id}/projects/${project}`;
  return { emulator, ada, access, project, cohort, path };
}

test("adds projects and cohorts", async () => {
  const { ada, project, cohort, path } = await createProjects();
  expect((await ada.get(path)).body).toMatchObject({
    data: { id: project, name: "thermostat", description: "At home", everyone_enabled: true },
  });
  expect((await ada.get(`${path}/cohorts/${cohort}`)).body).toMatchObject({
    data: { id: cohort, name: "berlin", description: null, everyone_enabled: false, project_id: project },
  });
});

test("changes the number of runtimes", async () => {
  const { ada, access, path } = await createProjects();
  const readVersions = async () => (await ada.get(`${path}/runtimes`)).body;
  access.setRuntimes("thermostat", organization, 2);
  expect(await readVersions()).toMatchObject({ data: [{ version: "1.0.0" }, { version: "1.1.0" }] });
  access.setRuntimes("thermostat", organization, 1);
  expect(await readVersions()).toMatchObject({ data: [{ version: "1.0.0" }] });
  access.setRuntimes("thermostat", organization, 0);
  expect(await readVersions()).toEqual({ data: [] });
});

test("finds projects and cohorts by id", async () => {
  const { ada, access, project, cohort, path } = await createProjects();
  access.setDevices(cohort, project, organization, 4);
  expect(readValue((await ada.get(`${path}/cohorts`)).body, "data.0.device_count")).toBe(4);
});

test("rejects taken and unknown names", async () => {
  const { access } = await createProjects();
  expect(() => access.addProject("thermostat", organization)).toThrow("A project thermostat already exists.");
  expect(() => access.addCohort("berlin", "thermostat", organization)).toThrow("A cohort berlin already exists.");
  expect(() => access.addProject("gateway", "nowhere")).toThrow("There is no organization nowhere.");
  expect(() => access.addCohort("munich", "gateway", organization)).toThrow("acme-dev has no project gateway.");
  expect(() => {
    access.setDevices("munich", "thermostat", organization, 1);
  }).toThrow("thermostat has no cohort munich.");
});

const bob = "bob@acme.example";

/** Creates the projects, the member Bob and the group `field`. */
async function createGroup() {
  const created = await createProjects();
  created.emulator.control.addMember(bob, organization, "developer");
  const group = created.emulator.control.addGroup("field", organization, "Technicians");
  const read = () => {
    const [overview] = readOverview(created.emulator).organizations;
    if (overview === undefined) throw new Error("There is no organization.");
    return overview;
  };
  return { ...created, group, read };
}

test("changes a group and its members", async () => {
  const { access, group, read } = await createGroup();
  await access.addGroupMember(bob, "field", organization);
  expect(read().groups).toEqual([{ id: group, name: "field", description: "Technicians", members: [bob] }]);
  await access.updateGroup("field", organization, { name: "lab", description: "" });
  expect(read().groups).toMatchObject([{ name: "lab", description: null, members: [bob] }]);
  await access.removeGroupMember(bob, group, organization);
  expect(read().groups).toMatchObject([{ members: [] }]);
  await access.deleteGroup("lab", organization);
  expect(read().groups).toEqual([]);
});

test("changes projects, cohorts and access to them", async () => {
  const { access, read } = await createGroup();
  const [inProject, inCohort] = [{ project: "thermostat" }, { project: "thermostat", cohort: "berlin" }];
  await access.grantAccess({ ...inProject, email: bob }, organization);
  await access.grantAccess({ ...inCohort, group: "field" }, organization);
  await access.updateProject("thermostat", organization, { everyone_enabled: false, description: "In the lab" });
  await access.updateCohort("berlin", "thermostat", organization, { everyone_enabled: true });
  expect(read()).toMatchObject({
    projects: [{ description: "In the lab", everyone_enabled: false, users: [bob], groups: [] }],
    cohorts: [{ name: "berlin", project: "thermostat", everyone_enabled: true, users: [], groups: ["field"] }],
  });
  await access.revokeAccess({ ...inProject, email: bob }, organization);
  await access.revokeAccess({ ...inCohort, group: "field" }, organization);
  expect(read()).toMatchObject({ projects: [{ users: [] }], cohorts: [{ groups: [] }] });
  await access.deleteCohort("berlin", "thermostat", organization);
  expect(read().cohorts).toEqual([]);
  await access.deleteProject("thermostat", organization);
  expect(read().projects).toEqual([]);
});

test("rejects a change that a rule of Avocado Connect forbids", async () => {
  const { emulator, access } = await createGroup();
  emulator.control.addGroup("lab", organization);
  await expect(access.updateGroup("field", organization, { name: "lab" })).rejects.toThrow(
    'was refused: {"errors":{"name":["has already been taken"]}}',
  );
  await expect(access.deleteGroup("field", organization, { as: bob })).rejects.toThrow(
    "Only admins and owners of the organization may do this.",
  );
  await expect(access.revokeAccess({ project: "thermostat", email: bob }, organization)).rejects.toMatchObject({
    status: 404,
  });
  await expect(access.updateGroup("x", organization, {})).rejects.toThrow("acme-dev has no group x.");
});

test("data without projects and tunnel policies gets the defaults", async () => {
  const { emulator, ada, path } = await createProjects();
  const { organizations, ...rest } = emulator.snapshot();
  const old = organizations.map((one) => ({ ...one, projects: undefined, tunnel_policy: undefined }));
  emulator.restore({ ...rest, organizations: old });
  const org = path.slice(0, path.indexOf("/projects"));
  expect((await ada.get(`${org}/projects`)).body).toEqual({ data: [] });
  expect(readValue((await ada.get(`${org}/tunnel-policy`)).body, "data.cidr_allowlist")).toBeNull();
});

test("works over HTTP", async () => {
  const emulator = new Emulator();
  const server = await serve(emulator, { port: 0 });
  try {
    await emulator.control.createOrganization(organization);
    const remote = new RemoteControl(server.url);
    const [project, cohort] = ["thermostat", "berlin"];
    const created = await remote.send("add-project", { name: project, organization, everyone_enabled: false });
    await remote.send("add-cohort", { name: cohort, project, organization, description: "In Berlin" });
    await remote.send("set-runtimes", { project, organization, runtimes: 2 });
    await remote.send("set-devices", { cohort, project, organization, devices: 5 });
    await remote.send("set-tunnel-policy", { organization, policy: { max_ttl_seconds: 60, max_concurrent: 2 } });
    await remote.send("set-cohort-tunnel-policy", { cohort, project, organization, policy: { max_concurrent: 1 } });

    const client = new Client(emulator);
    const org = `/api/orgs/${emulator.control.getOrganization(organization).id}`;
    const { id, ...shown } = emulator.control.getOrganization(organization).projects[0] ?? {};
    expect([created, shown]).toMatchObject([{ id }, { name: project, everyone_enabled: false }]);
    expect(readValue((await client.get(`${org}/projects/${id}/runtimes`)).body, "data.length")).toBe(2);
    const listed = readValue((await client.get(`${org}/cohorts`)).body, "data.0");
    expect(listed).toMatchObject({ name: cohort, description: "In Berlin", device_count: 5 });
    const berlin = `${org}/projects/${id}/cohorts/${String(readValue(listed, "id"))}`;
    expect(readValue((await client.get(`${berlin}/tunnel-policy`)).body, "data.resolved")).toMatchObject({
      max_ttl_seconds: 60,
      max_concurrent: 1,
      require_reason: null,
    });
    const body = JSON.stringify({ project, organization });
    const response = await fetch(`${server.url}/_emulator/grant-access`, { method: "POST", body });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: "✖ Set organization, project and either email or group. Optional: cohort, as." },
    ]);
    await expect(remote.send("set-runtimes", { project, organization, runtimes: -1 })).rejects.toThrow("runtimes");
    await expect(remote.send("set-runtimes", { project: "x", organization, runtimes: 1 })).rejects.toThrow(
      "acme-dev has no project x.",
    );
  } finally {
    await server.close();
  }
});

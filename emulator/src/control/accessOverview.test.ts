import { Emulator } from "../emulator";
import { readAccess } from "./accessOverview";

test("shows the names of a list that the console does not describe, and nothing else of it", async () => {
  const { control, state } = new Emulator();
  await control.createOrganization("acme-dev");
  const devices = [{ id: "1", name: "gateway", token: "a secret" }, { id: "2", name: null }, { id: "3" }];
  const organization = { ...control.getOrganization("acme-dev"), fleet_devices: devices };
  const { others } = readAccess(state, organization, "2027-01-01T00:00:00Z");
  expect(others).toContainEqual({
    list: "fleet_devices",
    objects: [{ name: "gateway" }, { name: null }, { name: null }],
  });
});

test("shows such a list of a project with the name of the project", async () => {
  const { control, state } = new Emulator();
  await control.createOrganization("acme-dev");
  control.access.addProject("gateway", "acme-dev");
  const { projects, ...rest } = control.getOrganization("acme-dev");
  const organization = { ...rest, projects: projects.map((project) => ({ ...project, releases: [{ name: "1.0" }] })) };
  const { others } = readAccess(state, organization, "2027-01-01T00:00:00Z");
  expect(others).toContainEqual({ list: "releases of gateway", objects: [{ name: "1.0" }] });
});

import { readText, readValue } from "../client";
import { createFixture } from "./fixture";

async function stage() {
  const staged = await createFixture();
  const { access } = staged.emulator.control;
  const cohort = { project: "thermostat", cohort: "berlin" };
  access.addDevice("acme-dev", "SN-1", { name: "Door", status: "online", tags: ["lab", "b"], cohort });
  access.addDevice("acme-dev", "SN-2", { tags: ["lab"] });
  return staged;
}

test("lists a device with its cohort, oldest first", async () => {
  const { ada, org, organization } = await stage();
  const { body } = await ada.get(`${org}/devices`);
  const [project] = organization.projects;
  const [device] = organization.devices;
  expect(readValue(body, "data.0")).toMatchObject({
    id: device?.id,
    identifier: "SN-1",
    status: "online",
    cohort_id: project?.cohorts[0]?.id,
    cohort: { id: project?.cohorts[0]?.id, name: "berlin", project_id: project?.id },
  });
  expect(readText(body, "data.1.identifier")).toBe("SN-2");
});

test.each([
  ["status=online", 1],
  ["status=offline", 0],
  ["tags=lab", 2],
  ["tags=lab,b", 1],
  ["search=sn-", 2],
  ["search=door", 1],
  ["limit=1", 1],
])("%s selects %i devices", async (query, count) => {
  const { ada, org } = await stage();
  expect(readValue((await ada.get(`${org}/devices?${query}`)).body, "data.length")).toBe(count);
});

test("selects the devices in a cohort, and refuses to sort", async () => {
  const { ada, org, organization } = await stage();
  const cohort = organization.projects[0]?.cohorts[0]?.id ?? "";
  for (const query of [`cohort_id=${cohort}`, `cohort_ids=${cohort},other`])
    expect(readValue((await ada.get(`${org}/devices?${query}`)).body, "data.length")).toBe(1);
  expect((await ada.get(`${org}/devices?sort_by=name`)).status).toBe(422);
});

test("a member without access to a cohort does not see its devices, and only admins see those without a cohort", async () => {
  const { as, org, organization } = await stage();
  const count = async (email: string) => readValue((await as(email).get(`${org}/devices`)).body, "data.length");
  expect([await count("bob@acme.example"), await count("eve@acme.example")]).toEqual([2, 1]);
  for (const cohort of organization.projects[0]?.cohorts ?? []) cohort.everyone_enabled = false;
  expect(await count("eve@acme.example")).toBe(0);
});

test("devices count against the limit of devices and in their cohort", async () => {
  const { emulator, organization } = await stage();
  expect(organization.projects[0]?.cohorts[0]?.device_count).toBe(1);
  emulator.control.setLimits("acme-dev", { devices: 2 });
  expect(() => emulator.control.access.addDevice("acme-dev", "SN-3")).toThrow("limit_reached");
});

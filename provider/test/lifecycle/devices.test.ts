import { z } from "zod";
import { beginConnect, operations } from "../support/connect";
import type { Wire } from "../support/engine";
import type { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
  const { access } = world.emulator.control;
  access.addProject("firmware", "acme-dev");
  access.addCohort("berlin", "firmware", "acme-dev");
  const cohort = { project: "firmware", cohort: "berlin" };
  access.addDevice("acme-dev", "SN-2", { name: "Gateway", status: "online", tags: ["lab", "b"], cohort });
  access.addDevice("acme-dev", "SN-1", { tags: ["lab"], last_seen_at: "2026-01-01T00:00:00Z" });
  access.addDevice("acme-dev", "SN-3", { status: "offline", tags: ["b"] });
  operations(world);
});
afterEach(() => world.end());

const answer = z.object({ devices: z.array(z.looseObject({ identifier: z.string(), status: z.string() })) });

async function find(filter: Wire = {}) {
  const [result] = await world.engine.invoke(["getDevices", { organizationId: "acme-dev", ...filter }]);
  return answer.parse(result).devices;
}

const identifiers = async (filter: Wire) => (await find(filter)).map(({ identifier }) => identifier);
const cohortUuid = () => world.emulator.state.organizations[0]?.projects[0]?.cohorts[0]?.id ?? "";

test("getDevices returns all devices with one request for each page, and no values that Peridio does not report", async () => {
  const [organization] = world.emulator.state.organizations;
  const [second, first, third] = organization?.devices ?? [];
  const prn = `prn:1:${organization?.id ?? ""}`;
  expect(await find()).toEqual([
    {
      id: `${prn}/${first?.id ?? ""}`,
      identifier: "SN-1",
      status: "registered",
      tags: ["lab"],
      lastSeenAt: "2026-01-01T00:00:00Z",
      createdAt: first?.inserted_at,
    },
    {
      id: `${prn}/${second?.id ?? ""}`,
      identifier: "SN-2",
      name: "Gateway",
      status: "online",
      tags: ["lab", "b"],
      cohortId: cohortUuid(),
      createdAt: second?.inserted_at,
    },
    {
      id: `${prn}/${third?.id ?? ""}`,
      identifier: "SN-3",
      status: "offline",
      tags: ["b"],
      createdAt: third?.inserted_at,
    },
  ]);
  expect(operations(world)).toEqual(["Me_show", "Device_index"]);
});

test.each<[string, () => Wire, string[]]>([
  ["a status", () => ({ status: "offline" }), ["SN-3"]],
  ["a cohort", () => ({ cohortId: cohortUuid() }), ["SN-2"]],
  ["all tags", () => ({ tags: "lab, b" }), ["SN-2"]],
  ["status and tag", () => ({ status: "online", tags: "b" }), ["SN-2"]],
  ["nothing that matches", () => ({ status: "unregistered" }), []],
])("getDevices filters by %s", async (_, filter, expected) => {
  expect(await identifiers(filter())).toEqual(expected);
});

// The published document does not say if `tags` requires all tags.
test("the result has all requested tags, even if Peridio ignores the filter", async () => {
  world.emulator.control.fault({ operation: "Device_index", effect: { set: { "data.0.tags": ["other"] } } });
  expect(await identifiers({ tags: "lab" })).toEqual(["SN-1"]);
});

test("an unknown status passes through, and a filter with one is refused", async () => {
  world.emulator.control.fault({ operation: "Device_index", effect: { set: { "data.0.status": "asleep" } } });
  expect((await find()).map(({ status }) => status)).toContain("asleep");
  await expect(find({ status: "asleep" })).rejects.toThrow(/status: must be .*unregistered/);
});

test("getDevices reads all pages, and sends the filters with each", async () => {
  const { access } = world.emulator.control;
  for (let index = 0; index < 150; index += 1) access.addDevice("acme-dev", `bulk-${index}`, { tags: ["bulk"] });
  operations(world);
  expect(await find({ tags: "bulk" })).toHaveLength(150);
  expect(operations(world)).toEqual(["Me_show", "Device_index", "Device_index"]);
});

test("a member sees only the devices of cohorts to which the member has access", async () => {
  world.emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  const apiKey = world.emulator.control.addApiKey("bob@acme.example");
  const other = world.with({ apiKey, backend: "connect" });
  const [result] = await other.invoke(["getDevices", { organizationId: "acme-dev" }]);
  expect(result?.devices).toMatchObject([{ identifier: "SN-2" }]);
});

test("the Admin API has no getDevices", async () => {
  const admin = world.with({ apiKey: world.emulator.control.addApiKey("ada@acme.example"), backend: "admin-v2" });
  await expect(admin.invoke(["getDevices", { organizationId: "acme-dev" }])).rejects.toThrow(
    "The provider lists no devices with Peridio's Admin API",
  );
});

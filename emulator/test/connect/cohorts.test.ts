import { listInvalidProperties, readText, readValue } from "../client";
import { createFixture } from "./fixture";

/** Creates a fixture with `munich` in a second project, and then `hamburg` beside `berlin`. */
async function createCohorts() {
  const fixture = await createFixture();
  const { access } = fixture.emulator.control;
  access.addProject("gateway", "acme-dev");
  access.addCohort("munich", "gateway", "acme-dev");
  access.addCohort("hamburg", "thermostat", "acme-dev");
  const [thermostat, gateway] = fixture.organization.projects;
  if (thermostat === undefined || gateway === undefined) throw new Error("A project is missing.");
  return { ...fixture, access, thermostat, gateway, all: `${fixture.org}/cohorts` };
}

test("lists the cohorts of all projects, oldest first, with their devices", async () => {
  const { ada, access, all, thermostat, gateway } = await createCohorts();
  access.setDevices("munich", "gateway", "acme-dev", 12);
  const { body } = await ada.get(all);
  expect(readValue(body, "data")).toMatchObject([
    { name: "berlin", project_id: thermostat.id, device_count: 0 },
    { name: "munich", project_id: gateway.id, device_count: 12 },
    { name: "hamburg", project_id: thermostat.id, device_count: 0 },
  ]);
  const listed = await ada.get(`${all.replace("/cohorts", "")}/projects/${gateway.id}/cohorts`);
  expect(readValue(listed.body, "data.0")).toEqual(readValue(body, "data.1"));
});

test("lists the cohorts of all projects in pages", async () => {
  const { ada, all } = await createCohorts();
  const first = await ada.get(`${all}?limit=2`);
  expect(readValue(first.body, "data")).toMatchObject([{ name: "berlin" }, { name: "munich" }]);
  expect(readValue(first.body, "meta")).toMatchObject({ has_next: true, total: 3 });
  const second = await ada.get(`${all}?limit=2&cursor=${readText(first.body, "meta.after")}`);
  expect(readValue(second.body, "data")).toMatchObject([{ name: "hamburg" }]);
});

test("shows the number of devices only in lists", async () => {
  const { ada, access, path } = await createCohorts();
  access.setDevices("berlin", "thermostat", "acme-dev", 3);
  for (const { body } of [
    await ada.get(path("{cohort}")),
    await ada.put(path("{cohort}"), { cohort: { description: "New" } }),
    await ada.post(path("{project}/cohorts"), { cohort: { name: "bremen" } }),
  ]) {
    expect(readValue(body, "data")).not.toHaveProperty("device_count");
  }
});

test("a member without access to a project has no access to its cohorts", async () => {
  const { as, all, gateway, thermostat, org, userId } = await createCohorts();
  thermostat.everyone_enabled = false;
  for (const cohort of thermostat.cohorts) cohort.user_ids.push(userId("eve@acme.example"));
  const eve = as("eve@acme.example");
  expect(readValue((await eve.get(all)).body, "data")).toMatchObject([{ project_id: gateway.id }]);
  for (const { id } of thermostat.cohorts) {
    expect((await eve.get(`${org}/projects/${thermostat.id}/cohorts/${id}`)).status).toBe(404);
  }
  thermostat.user_ids.push(userId("eve@acme.example"));
  expect(readValue((await eve.get(all)).body, "data.length")).toBe(3);
});

test("a list of all cohorts omits those to which the caller has no access", async () => {
  const { as, all, gateway } = await createCohorts();
  for (const cohort of gateway.cohorts) cohort.everyone_enabled = false;
  const { body } = await as("eve@acme.example").get(`${all}?limit=5`);
  expect(readValue(body, "data")).toMatchObject([{ name: "berlin" }, { name: "hamburg" }]);
  expect(readValue(body, "meta.total")).toBe(2);
});

describe("a tunnel policy", () => {
  const empty = {
    max_ttl_seconds: null,
    backoff_seconds: null,
    max_concurrent: null,
    cidr_allowlist: null,
    require_reason: null,
    allowed_windows: null,
  };
  const policy = {
    max_ttl_seconds: 3600,
    backoff_seconds: 60,
    max_concurrent: 3,
    cidr_allowlist: ["203.0.113.0/24"],
    require_reason: true,
    allowed_windows: [{ from: "08:00" }],
  };

  test("has no rules by default", async () => {
    const { ada, org, path } = await createCohorts();
    expect((await ada.get(`${org}/tunnel-policy`)).body).toEqual({ data: empty });
    const { body } = await ada.get(path("{cohort}/tunnel-policy"));
    expect(body).toEqual({ data: { resolved: empty, overrides: empty } });
  });

  test("of the organization applies to a cohort without rules", async () => {
    const { ada, access, org, path } = await createCohorts();
    access.setTunnelPolicy("acme-dev", policy);
    expect((await ada.get(`${org}/tunnel-policy`)).body).toEqual({ data: policy });
    const { body } = await ada.get(path("{cohort}/tunnel-policy"));
    expect(body).toEqual({ data: { resolved: policy, overrides: empty } });
  });

  // N5: a cohort only tightens the rules of the organization, except that its allowlist replaces that of the organization.
  test.each([
    [{ max_ttl_seconds: 60 }, { max_ttl_seconds: 60 }],
    [{ max_ttl_seconds: 7200 }, {}],
    [{ backoff_seconds: 90 }, { backoff_seconds: 90 }],
    [{ backoff_seconds: 0 }, {}],
    [{ max_concurrent: 1 }, { max_concurrent: 1 }],
    [{ max_concurrent: 9 }, {}],
    [{ cidr_allowlist: [] }, { cidr_allowlist: [] }],
    [{ cidr_allowlist: ["0.0.0.0/0"] }, { cidr_allowlist: ["0.0.0.0/0"] }],
    [{ require_reason: false }, {}],
    [{ allowed_windows: [{ from: "09:00" }] }, { allowed_windows: [{ from: "09:00" }] }],
    [{ allowed_windows: [] }, {}],
  ])("of a cohort with %j changes the rules in force by %j", async (rules, changed) => {
    const { ada, access, path } = await createCohorts();
    access.setTunnelPolicy("acme-dev", policy);
    access.setCohortTunnelPolicy("berlin", "thermostat", "acme-dev", rules);
    const { body } = await ada.get(path("{cohort}/tunnel-policy"));
    expect(body).toEqual({ data: { resolved: { ...policy, ...changed }, overrides: { ...empty, ...rules } } });
    access.setCohortTunnelPolicy("berlin", "thermostat", "acme-dev", {});
    const reset = await ada.get(path("{cohort}/tunnel-policy"));
    expect(reset.body).toEqual({ data: { resolved: policy, overrides: empty } });
  });

  // A decision: Peridio's user guide names the requests, and not their effect on omitted rules.
  test("changes only in the rules that a request contains, of which null removes one", async () => {
    const { ada, org, path } = await createCohorts();
    for (const address of [`${org}/tunnel-policy`, path("{cohort}/tunnel-policy")]) {
      const change = async (tunnel_policy: object) => (await ada.call("PUT", address, { tunnel_policy })).status;
      expect(await change({ max_ttl_seconds: 60, max_concurrent: 1, cidr_allowlist: [], colour: "red" })).toBe(200);
      expect(await change({ max_ttl_seconds: null, backoff_seconds: 0 })).toBe(200);
      const { body } = await ada.get(address);
      const rules = { ...empty, backoff_seconds: 0, max_concurrent: 1, cidr_allowlist: [] };
      expect(readValue(body, address.includes("cohorts") ? "data.overrides" : "data")).toEqual(rules);
    }
    expect((await ada.call("DELETE", path("{cohort}/tunnel-policy"))).body).toEqual({ ok: true });
    expect(readValue((await ada.get(path("{cohort}/tunnel-policy"))).body, "data.overrides")).toEqual(empty);
  });

  // N5: the limits of the numbers.
  test.each([
    { max_ttl_seconds: 86_401 },
    { max_ttl_seconds: 0 },
    { backoff_seconds: 86_401 },
    { backoff_seconds: -1 },
    { max_concurrent: 0 },
    { max_concurrent: 11 },
  ])("rejects %j", async (tunnel_policy) => {
    const { ada, org } = await createCohorts();
    const { status, body } = await ada.call("PUT", `${org}/tunnel-policy`, { tunnel_policy });
    expect([status, listInvalidProperties(body)]).toEqual([422, Object.keys(tunnel_policy)]);
  });

  test("of a cohort applies where the organization has no rule", async () => {
    const { ada, access, path } = await createCohorts();
    access.setCohortTunnelPolicy("berlin", "thermostat", "acme-dev", { ...policy, require_reason: false });
    const { body } = await ada.get(path("{cohort}/tunnel-policy"));
    const rules = { ...policy, require_reason: false };
    expect(body).toEqual({ data: { resolved: rules, overrides: rules } });
  });
});

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { connect } from "../src/connection";
import { listOrganizations } from "../src/model/live";
import { exportReport } from "../src/export/report";
import { liveTypes } from "../src/objects/rows";
import { Acme, apiKey } from "./support/acme";
import { fakeTerminal } from "./support/terminal";

const [bob, carl] = ["bob@acme.example", "carl@acme.example"];

let folder: string;
let acme: Acme;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "peridio-export-access-"));
  acme = await Acme.begin();
  for (const email of [bob, carl]) acme.join(email, "developer");
});
afterEach(async () => {
  await acme.end();
  await rm(folder, { recursive: true });
});

/** Exports with Avocado Connect. */
async function runExport(...args: readonly string[]) {
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url };
  return acme.run(["export", "--backend", "connect", "--force", ...args], { folder, environment });
}

async function report() {
  const { code, output } = await runExport("--json");
  return { ...exportReport.parse(JSON.parse(output)), code };
}

function read(file: string): Promise<string> {
  return readFile(join(folder, file), "utf8");
}

/** Returns the resources of import.json as `TYPE NAME ID`. */
async function listImports(): Promise<readonly string[]> {
  const resource = z.object({ type: z.string(), logicalName: z.string().optional(), id: z.string().optional() });
  const { resources } = z.object({ resources: z.array(resource) }).parse(JSON.parse(await read("import.json")));
  return resources
    .slice(1)
    .map(({ type, logicalName = "", id = "" }) => `${type.replace("peridio:index:", "")} ${logicalName} ${id}`);
}

test("writes groups, projects and cohorts with their access, and imports them under the names of the layout", async () => {
  acme.addGroup("field", [carl, bob]);
  acme.addGroup("empty", []);
  acme.addProject("firmware", { isOpen: false, users: [bob], groups: ["field", "empty"] });
  acme.addProject("app");
  acme.addCohort("canary", "firmware", { isOpen: false, groups: ["field"] });
  acme.addCohort("beta", "firmware");
  const [field, empty] = acme.control.getOrganization("acme").groups;
  if (field !== undefined) field.description = "Updates: devices";
  acme.emulator.traffic.log.clear();

  const { code, output } = await runExport();
  expect(code).toBe(0);
  expect(output).toContain("1 organization, 4 members, 0 pending invitations, 2 groups, 2 projects, 2 cohorts\n");
  expect(output).not.toContain("not exported");
  expect((await read("layout.yaml")).replace(/^#.*\n/gm, "")).toBe(`organizations:
  acme:
    groups:
      empty:
        members: []
      field:
        description: "Updates: devices"
        members: [ bob@acme.example, carl@acme.example ]
    projects:
      app:
        everyoneEnabled: true
        access:
          users: []
      firmware:
        everyoneEnabled: false
        access:
          users: [ bob@acme.example ]
          groups: [ empty, field ]
        cohorts:
          beta:
            everyoneEnabled: true
            access:
              users: []
          canary:
            everyoneEnabled: false
            access:
              groups: [ field ]
people:
  ada@acme.example: { acme: owner }
  bob@acme.example: { acme: member }
  carl@acme.example: { acme: member }
  grace@acme.example: { acme: admin }
`);

  const { id, projects } = acme.control.getOrganization("acme");
  const root = `prn:1:${id}`;
  const [firmware, app] = projects;
  const [canary, beta] = firmware?.cohorts ?? [];
  expect(await listImports()).toEqual([
    `Organization acme ${root}`,
    `OrganizationMembers acme ${root}`,
    `Group acme/empty ${root}/${empty?.id ?? ""}`,
    `Group acme/field ${root}/${field?.id ?? ""}`,
    `Project acme/app ${root}/${app?.id ?? ""}`,
    `Project acme/firmware ${root}/${firmware?.id ?? ""}`,
    `Cohort acme/firmware/beta ${root}/${firmware?.id ?? ""}/${beta?.id ?? ""}`,
    `Cohort acme/firmware/canary ${root}/${firmware?.id ?? ""}/${canary?.id ?? ""}`,
  ]);
  expect(new Set(acme.emulator.requests().map(({ method }) => method))).toEqual(new Set(["GET"]));
});

test("with --teams, names the teams, and the layout plans to no difference", async () => {
  const dora = "dora@acme.example";
  acme.join(dora, "developer");
  acme.addGroup("field", [bob, carl, dora]);
  expect((await runExport("--out", "plain")).code).toBe(0);
  const { code, output } = await runExport("--out", "teams", "--teams");
  expect([code, output]).toEqual([0, expect.stringContaining("\n1 team with 3 people\n")]);
  expect(await read("teams/layout.yaml")).toMatch(
    /^teams:\n {2}(team-\w+): .*\npeople:\n(?: {2}.*\n)* {2}\1: \{ acme: member \}\n/m,
  );
  for (const file of ["import.json", "left-out.json", "Pulumi.yaml"])
    expect(await read(`teams/${file}`)).toBe(await read(`plain/${file}`));
  const plan = [
    "plan",
    "teams/layout.yaml",
    "--base",
    "plain/layout.yaml",
    "--backend",
    "connect",
    "--expect-no-changes",
  ];
  expect(await acme.run(plan, { folder })).toMatchObject({ code: 0 });
  const { teams } = exportReport.parse(JSON.parse((await runExport("--teams", "--json")).output));
  expect(teams?.map(({ people }) => people)).toEqual([[bob, carl, dora]]);
  await acme.control.access.removeGroupMember(dora, "field", "acme");
  expect((await runExport("--teams")).output).toContain(
    "\nno teams: a team needs three people with the same roles and groups\n",
  );
});

test("writes the tunnel policies with rules, and imports them under the names of the layout", async () => {
  acme.addProject("firmware");
  for (const name of ["canary", "beta"]) acme.addCohort(name, "firmware");
  const { access } = acme.control;
  access.setTunnelPolicy("acme", { max_ttl_seconds: 600, cidr_allowlist: [], allowed_windows: [{ days: ["mon"] }] });
  access.setCohortTunnelPolicy("canary", "firmware", "acme", {
    cidr_allowlist: ["203.0.113.7/24"],
    require_reason: false,
  });
  expect((await runExport()).output).not.toContain("not exported");
  const layout = await read("layout.yaml");
  expect(layout).toContain(`  acme:
    tunnels:
      maxTtlSeconds: 600
      cidrAllowlist: []
      allowedWindows:
        - '{"days":["mon"]}'
    projects:
`);
  expect(layout).toContain(`          canary:
            everyoneEnabled: true
            access:
              users: []
            tunnels:
              requireReason: false
              cidrAllowlist: [ 203.0.113.0/24 ]
`);
  const { id, projects } = acme.control.getOrganization("acme");
  const [firmware] = projects;
  const canary = firmware?.cohorts.find(({ name }) => name === "canary")?.id ?? "";
  expect((await listImports()).filter((line) => line.startsWith("TunnelPolicy"))).toEqual([
    `TunnelPolicy acme prn:1:${id}`,
    `TunnelPolicy acme/firmware/canary prn:1:${id}/${firmware?.id ?? ""}/${canary}`,
  ]);
});

test("leaves out only a tunnel policy that a layout rejects", async () => {
  acme.addProject("firmware");
  acme.addCohort("canary", "firmware");
  acme.control.access.setTunnelPolicy("acme", { cidr_allowlist: ["any"] });
  acme.control.access.setCohortTunnelPolicy("canary", "firmware", "acme", { max_concurrent: 99 });
  expect((await runExport()).output).toContain(
    'acme: tunnels is not exported, because a layout cannot declare it: organizations.acme.tunnels.cidrAllowlist[0] "any" is not a CIDR block',
  );
  const leftOut = z.array(z.object({ part: z.string(), name: z.string().optional() }));
  expect(leftOut.parse(JSON.parse(await read("left-out.json")))).toEqual([
    { part: "tunnels" },
    { part: "tunnels", name: "firmware/canary" },
  ]);
  expect(await read("layout.yaml")).toContain("canary");
});

test("breaks a long list of people into lines", async () => {
  const people = Array.from({ length: 9 }, (_, index) => `engineer${index}@acme.example`);
  for (const email of people) acme.join(email, "developer");
  acme.addGroup("field", people);
  expect((await runExport()).code).toBe(0);
  expect(await read("layout.yaml")).toContain(
    "        members:\n          - engineer0@acme.example\n          - engineer1@acme.example\n",
  );
});

test("counts the objects with secrets and does not export them", async () => {
  const { id } = acme.control.getOrganization("acme");
  const create = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(body) };
    expect((await fetch(`${acme.url}/api/orgs/${id}/${path}`, request)).status).toBe(201);
  };
  expect((await runExport()).output).not.toContain("not exported");
  for (const name of ["ci", "deploy"]) await acme.createToken(name);
  expect((await runExport()).output).toContain(
    "acme: 2 API tokens are not exported, because Peridio returned their secrets only at the creation\n",
  );
  await create("webhooks", { webhook_endpoint: { url: "https://alerts.acme.example/" } });
  await create("claim_tokens", { claim_token: { name: "factory" } });
  const { code, output } = await runExport();
  expect(code).toBe(0);
  expect(output).toContain(
    "acme: 2 API tokens, 1 webhook and 1 claim token are not exported, because Peridio returned their secrets only at the creation\n",
  );
  const { organizations } = await report();
  expect(organizations[0]?.access).toMatchObject({ groups: 0, projects: 0, apiTokens: 2, webhooks: 1, claimTokens: 1 });
  expect(await read("left-out.json")).toBe("[]\n");
});

test("leaves out objects that a layout cannot declare, and everything that depends on them", async () => {
  acme.join("eve@acme.example", "developer");
  acme.addGroup("twin", [bob]);
  acme.addGroup("other", [carl]);
  acme.addProject("app/web");
  acme.addProject("guests", { isOpen: false, users: ["eve@acme.example"] });
  acme.addProject("firmware", { isOpen: false, users: [bob] });
  acme.addCohort("canary", "firmware", { isOpen: false, groups: ["twin"] });
  acme.addCohort("beta", "firmware");
  const { groups } = acme.control.getOrganization("acme");
  for (const group of groups) group.name = "twin";
  await acme.control.removeMember("eve@acme.example", "acme");
  acme.control
    .getOrganization("acme")
    .projects[1]?.user_ids.push(acme.emulator.state.user_ids["eve@acme.example"] ?? "");

  const { code, organizations } = await report();
  expect(code).toBe(3);
  const left = organizations[0]?.leftOut ?? [];
  expect(left.map(({ part, name }) => `${part} ${name ?? ""}`)).toEqual([
    "group twin",
    "group twin",
    "project app/web",
    "project guests",
    "cohort firmware/canary",
  ]);
  const reasons = left.flatMap(({ reasons }) => reasons);
  expect(reasons).toEqual([
    "2 groups have this name: rename all but one of them",
    "2 groups have this name: rename all but one of them",
    expect.stringContaining('projects["app/web"] must not contain /'),
    expect.stringContaining("access.users[0] is eve@acme.example, who has no role in acme"),
    expect.stringMatching(/access.groups\[0\] is "[^"]+", which is not a group of acme in the layout/),
  ]);
  expect(left.slice(0, 2).map(({ value }) => value)).toEqual([{ members: [bob] }, { members: [carl] }]);
  expect(JSON.parse(await read("left-out.json"))).toMatchObject(left);
  expect((await listImports()).map((line) => line.replace(/ prn:.*/, ""))).toEqual([
    "Organization acme",
    "OrganizationMembers acme",
    "Project acme/firmware",
    "Cohort acme/firmware/beta",
  ]);
  expect(await read("layout.yaml")).toContain(
    '(see left-out.json): group "twin", group "twin", project "app/web", project "guests", cohort "firmware/canary".\n',
  );
  const { output } = await runExport();
  expect(output).toContain(
    'acme: group "twin" is not exported, because a layout cannot declare it: 2 groups have this name: rename all but one of them\n',
  );
});

test("leaves out projects and cohorts that share a name", async () => {
  acme.addProject("firmware", { isOpen: false });
  acme.addProject("app");
  acme.addCohort("canary", "firmware");
  acme.addProject("tools");
  acme.addCohort("one", "tools");
  acme.addCohort("two", "tools");
  const { projects } = acme.control.getOrganization("acme");
  for (const [index, name] of [
    [1, "firmware"],
    [0, "firmware"],
  ] as const) {
    const project = projects[index];
    if (project !== undefined) project.name = name;
  }
  for (const cohort of projects[2]?.cohorts ?? []) cohort.name = "one";
  const { organizations } = await report();
  const open = { everyoneEnabled: true, access: { users: [] } };
  expect(organizations[0]?.leftOut.map(({ part, name, value }) => [part, name, value])).toEqual([
    ["project", "firmware", { ...open, everyoneEnabled: false, cohorts: { canary: open } }],
    ["project", "firmware", open],
    ["cohort", "tools/one", open],
    ["cohort", "tools/one", open],
  ]);
  expect((await listImports()).map((line) => line.replace(/ prn:.*/, ""))).toEqual([
    "Organization acme",
    "OrganizationMembers acme",
    "Project acme/tools",
  ]);
});

test("leaves out tunnel policies with rules that this version does not know", async () => {
  acme.control.access.setTunnelPolicy("acme", { max_concurrent: 2 });
  const body = { data: { max_concurrent: 2, allow_file_transfer: false, label: null } };
  acme.emulator.traffic.faults.add({ operation: "TunnelPolicy_show_org", effect: { status: 200, body } });
  const { code, organizations } = await report();
  expect(code).toBe(3);
  expect(organizations[0]?.leftOut).toEqual([
    {
      part: "tunnels",
      reasons: ["this version does not know these rules: allow_file_transfer"],
      value: { maxConcurrent: 2 },
    },
  ]);
  expect(await read("layout.yaml")).toContain("  acme: {}\n");
  expect((await listImports()).filter((line) => line.startsWith("TunnelPolicy"))).toEqual([]);
});

test("reports the groups of pending invitations, which a layout cannot declare", async () => {
  acme.addGroup("field", []);
  await acme.control.invite("eve@acme.example", "acme", "viewer", { group: "field" });
  const { code, organizations } = await report();
  expect(code).toBe(3);
  expect(organizations[0]?.leftOut).toEqual([
    {
      part: "invitationGroups",
      reasons: ["after acceptance, add these people to the `members` of their groups"],
      value: { "eve@acme.example": "field" },
    },
  ]);
});

test("the program stays valid if the user renames the project", async () => {
  expect((await runExport()).code).toBe(0);
  const program = await read("Pulumi.yaml");
  // Pulumi accepts a type only for keys of the project's own namespace, and there requires it.
  expect(program).toContain("\nname: peridio-organizations\n");
  expect(program).toContain("\nconfig:\n  peridio:backend:\n    value: connect\n");
});

test("reads each list and each object once", async () => {
  acme.addGroup("field", [bob]);
  acme.addProject("firmware", { isOpen: false, groups: ["field"] });
  acme.addCohort("canary", "firmware");
  acme.emulator.traffic.log.clear();
  expect((await runExport()).code).toBe(0);
  const operations = acme.operations();
  expect(operations).toEqual(
    expect.arrayContaining(["Cohort_index_all", "Cohort_show", "Group_show", "Project_index"]),
  );
  expect(operations).toEqual([...new Set(operations)]);
});

test("a list that several parts need is read once, even if the request fails", async () => {
  acme.control.fault({ operation: "Project_index", effect: { status: 403 }, times: "always" });
  acme.emulator.traffic.log.clear();
  const { code, errors } = await runExport();
  expect(code).toBe(1);
  expect(errors).toContain("The command cannot read acme: ");
  expect(acme.operations().filter((operation) => operation === "Project_index")).toEqual(["Project_index"]);
});

test("counts the objects of an organization, and those in all its projects", async () => {
  for (const project of ["firmware", "tools", "empty"]) acme.addProject(project);
  acme.addCohort("canary", "firmware");
  acme.addCohort("beta", "firmware");
  acme.addCohort("one", "tools");
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url };
  const api = connect({ backend: "connect" }, fakeTerminal({ environment }));
  const [live] = await listOrganizations(api);
  expect(liveTypes.cohort.parent).toBe("project");
  expect(await live?.count("project")).toBe(3);
  expect(await live?.count("cohort")).toBe(3);
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { Site } from "./support/program";

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];

const layout = `
organizations:
  acme-dev:
    groups:
      field: { members: [${bob}] }
      lab: {}
    projects:
      firmware:
        everyoneEnabled: false
        access: { groups: [field, lab] }
        cohorts:
          canary: { everyoneEnabled: false, access: { users: [${bob}] } }
people:
  ${ada}: { acme-dev: admin }
  ${bob}: { acme-dev: member }
`;

let site: Site;
beforeEach(async () => {
  const emulator = new Emulator();
  const { control } = emulator;
  await control.createOrganization("acme-dev");
  control.addMember(bob, "acme-dev", "viewer");
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: control.addApiKey(ada) };
  const program = { acme: { type: "peridio:Layout", properties: { path: "layout.yaml" } } };
  site = await Site.begin(program, { emulator, environment });
  await write(layout);
  await site.up();
  site.requests();
});
afterEach(() => site.end());

function write(text: string): Promise<void> {
  return writeFile(join(site.stack.folder, "layout.yaml"), text);
}

function urn(type: string, name: string): string {
  return `urn:pulumi:test::people::peridio:index:Layout$peridio:index:${type}::acme-dev/${name}`;
}

test("renames a group, a project and a cohort after their resources are renamed", async () => {
  const renames = [
    ["Group", "field", "engineers"],
    ["Project", "firmware", "devices"],
    ["Cohort", "firmware/canary", "devices/early"],
  ] as const;
  for (const [type, from, to] of renames)
    await site.stack.succeed("state", "rename", urn(type, from), `acme-dev/${to}`, "--yes");
  await write(layout.replaceAll("field", "engineers").replace("firmware:", "devices:").replace("canary:", "early:"));
  await site.up();
  expect(site.writes().sort()).toEqual([
    'PUT Cohort_update {"cohort":{"name":"early"}}',
    'PUT Group_update {"name":"engineers"}',
    'PUT Project_update {"project":{"name":"devices"}}',
  ]);
  await site.up("--expect-no-changes");
});

test("protects groups, projects and cohorts that leave the layout until they are unprotected", async () => {
  await write(layout.replace(/ {4}groups:(.|\n)*people:/, "people:"));
  expect(await site.fail("preview")).toContain("because it is protected");
  await site.failUp();
  expect(site.writes()).toEqual([]);
  const urns = [
    urn("Group", "field"),
    urn("Group", "lab"),
    urn("Project", "firmware"),
    urn("Cohort", "firmware/canary"),
  ];
  await site.stack.succeed("state", "unprotect", "--yes", ...urns);
  await site.up();
  expect(site.writes()).toEqual([
    "DELETE Cohort_delete",
    "DELETE Project_delete",
    "DELETE Group_delete",
    "DELETE Group_delete",
  ]);
  await site.up("--expect-no-changes");
});

test("stops managing a group in two steps: its references, then the group", async () => {
  await write(layout.replace("[field, lab]", "[lab]"));
  await site.up();
  expect(site.writes()).toEqual(["DELETE Project_revoke_group_access"]);
  await write(layout.replace("[field, lab]", "[lab]").replace(/ +field: .*\n/, ""));
  await site.stack.succeed("state", "delete", "--force", "--yes", urn("Group", "field"));
  await site.up();
  expect(site.writes()).toEqual([]);
  expect(site.emulator.state.organizations[0]?.groups.map(({ name }) => name).sort()).toEqual(["field", "lab"]);
});

test("continues to manage a group, a project and a cohort that were imported under their names in the layout", async () => {
  const { stack } = site;
  const names = { Group: "field", Project: "firmware", Cohort: "firmware/canary" };
  // The project and its cohort depend on the group.
  await stack.succeed("state", "delete", "--force", "--target-dependents", "--yes", urn("Group", "field"));
  expect(await stack.succeed("stack", "--show-urns")).not.toContain("firmware");
  for (const [type, name] of Object.entries(names))
    await stack.succeed("import", `peridio:index:${type}`, `acme-dev/${name}`, `acme-dev/${name}`, "--yes");
  site.requests();
  await site.up();
  expect(site.writes()).toEqual([]);
  await site.up("--refresh", "--expect-no-changes");
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { newStack } from "./support/cli";
import { notApplied, Outside, rawJson, readRemovals } from "./support/outside";
import { Packed } from "./support/packed";
import { Site } from "./support/program";

const program = `
const pulumi = require("@pulumi/pulumi");
const peridio = require("pulumi-resource-peridio/dynamic");
const role = new pulumi.Config().require("role");
const dev = new peridio.Organization("dev", { name: "acme-dev", deletionPolicy: "retain" }, { protect: true });
new peridio.Membership("bob", { organizationId: dev.id, email: "bob@acme.example", role });
`;
const secretPeople = `
const pulumi = require("@pulumi/pulumi");
const peridio = require("pulumi-resource-peridio/dynamic");
const dev = new peridio.Organization("dev", { name: "acme-dev", deletionPolicy: "retain" });
const organizationId = dev.id;
const people = ["yan@acme.example", "zoe@acme.example"];
new peridio.Group("field", { organizationId, name: "field", members: people.map((email) => pulumi.secret(email)) });
const firmware = new peridio.Project("firmware", {
  organizationId, name: "firmware", everyoneEnabled: false, access: { users: pulumi.secret(people) },
});
new peridio.Cohort("canary", { projectId: firmware.id, name: "canary", everyoneEnabled: false, access: pulumi.secret({ users: people }) });
`;
/** A program with a group, and a project with access for this group. */
function writeAccess(members: readonly string[], users: readonly string[], more = ""): Promise<void> {
  const program = `
const peridio = require("pulumi-resource-peridio/dynamic");
const organizationId = new peridio.Organization("dev", { name: "acme-dev", deletionPolicy: "retain" }).id;
const field = new peridio.Group("field", { organizationId, name: "field", members: ${JSON.stringify(members)} });
new peridio.Project("firmware", {
  organizationId, name: "firmware", everyoneEnabled: false,
  access: { users: ${JSON.stringify(users)}, groups: [field.id] },
});
${more}`;
  return writeFile(join(site.stack.folder, "index.js"), program);
}
const manifest = { name: "connect", private: true, main: "index.js", dependencies: { "@pulumi/pulumi": "3.245.0" } };

let packed: Packed;
let site: Site;
let outside: Outside;
beforeAll(async () => {
  packed = await Packed.make();
});
afterAll(async () => {
  await Promise.all([packed.end(), site.end()]);
});

test("a program without the plugin chooses Avocado Connect in its stack's configuration", async () => {
  const emulator = new Emulator();
  await emulator.control.createOrganization("acme-dev");
  const prepare = async (folder: string) => {
    await writeFile(join(folder, "index.js"), program);
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    // JSON is YAML.
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "connect", runtime: "nodejs" }));
    await packed.install(folder);
  };
  site = new Site(emulator, await newStack({ emulator, prepare }));
  outside = new Outside(emulator, String(site.stack.variable("PERIDIO_BASE_URL")), emulator.apiKey);
  await site.stack.succeed("config", "set", "peridio:backend", "connect");
  await site.stack.succeed("config", "set", "role", "viewer");
  site.requests();
  expect((await site.fail("preview")).replaceAll(/\s+/g, " ")).toContain(
    "Avocado Connect has no role viewer: use `member`.",
  );
  expect(new Set(site.requests())).toEqual(new Set(["GET Me_show"]));

  await site.stack.succeed("config", "set", "role", "member");
  await site.up();
  expect(site.writes()).toEqual(['POST OrgInvitation_create {"email":"bob@acme.example","role":"member"}']);
  expect(await site.stack.plan("preview")).toEqual({});
  await site.stack.succeed("state", "unprotect", "--all", "--yes");
  await site.stack.succeed("destroy", "--yes", "--skip-preview");
  expect(site.writes()).toEqual(["DELETE OrgInvitation_delete"]);
});

test("the state of a program without the plugin contains no address of a secret list in clear", async () => {
  site.emulator.control.addMember("zoe@acme.example", "acme-dev", "viewer");
  await writeFile(join(site.stack.folder, "index.js"), secretPeople);
  await site.up();
  await site.stack.succeed("refresh", "--yes", "--skip-preview");
  expect(await site.stack.succeed("stack", "export", "--show-secrets")).toContain("zoe@acme.example");
  expect(await site.stack.succeed("stack", "export")).not.toMatch(/(yan|zoe)@acme\.example/);
});

const [bob, carl] = ["bob@acme.example", "carl@acme.example"];

test("without the plugin, an update removes addresses that no program can declare, and a deletion succeeds", async () => {
  const odd = ["dev@localhost", "jürgen@müller.example"];
  for (const email of [bob, carl, ...odd]) site.emulator.control.addMember(email, "acme-dev", "viewer");
  await writeAccess([carl], [bob]);
  const said = [await site.up()];
  outside.addEverywhere(odd);
  said.push(await site.stack.succeed("refresh", "--yes", "--diff"));
  for (const email of odd) expect(said.join("\n")).toContain(`"${email}"`);
  said.push(await site.stack.succeed("up", "--yes", "--diff"));
  expect(outside.readPeople()).toEqual({ field: [carl], firmware: [bob] });
  said.push(await site.stack.succeed("preview", "--refresh", "--expect-no-changes"));

  outside.addEverywhere(odd);
  said.push(await site.stack.succeed("destroy", "--yes", "--refresh"));
  expect(outside.readPeople()).toEqual({});
  expect(said.join("\n")).not.toMatch(rawJson);
});

test("without the plugin, a person who moves into a group keeps access until Peridio applies the join", async () => {
  await writeAccess([carl], [bob]);
  await site.up();
  outside.acknowledge("Group_add_member");
  await writeAccess([bob], []);
  expect(await site.failUp("--continue-on-error")).toContain(
    `${notApplied}: \`members\` lacks "${bob}". The provider removed no one.`,
  );
  expect(outside.readPeople()).toEqual({ field: [carl], firmware: [bob] });
  await writeAccess([bob, carl], []);
  outside.acknowledge("Project_revoke_user_access");
  expect(await site.failUp()).toContain(
    `${notApplied}: \`access.users\` contains "${bob}" although the program does not declare it.`,
  );
  await site.up();
  expect(outside.readPeople()).toEqual({ field: [bob, carl], firmware: [] });
});

test("without the plugin, the error about a group that was deleted outside Pulumi names the command that repairs it", async () => {
  await outside.delete(`groups/${String(outside.organization.groups[0]?.id)}`);
  await writeAccess([bob, carl], [bob]);
  expect(await site.fail("preview")).toContain("run `pulumi up --refresh`, which creates the group again");
  await site.stack.succeed("up", "--yes", "--refresh");
  expect(outside.readPeople()).toEqual({ field: [bob, carl], firmware: [bob] });
});

test("without the plugin, a lost response to the creation of a token fails with a command that removes it", async () => {
  outside.lose("OrgApiToken_create");
  await writeAccess([carl], [bob], 'new peridio.OrganizationApiToken("ci", { organizationId, name: "ci" });');
  site.requests();
  const said = await site.failUp();
  const [lost] = outside.organization.api_tokens;
  expect(site.writes().filter((line) => line.includes("OrgApiToken"))).toEqual([
    'POST OrgApiToken_create {"name":"ci"}',
  ]);
  expect(readRemovals(said)).toEqual([outside.toRemoval(`api-tokens/${String(lost?.id)}`)]);
  expect(said).not.toContain(lost?.token);
  for (const command of readRemovals(said)) await outside.runCommand(command);
  expect(outside.organization.api_tokens).toEqual([]);
  await site.up();
  expect(outside.organization.api_tokens).toHaveLength(1);
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { newStack } from "./support/cli";
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
const manifest = { name: "connect", private: true, main: "index.js", dependencies: { "@pulumi/pulumi": "3.245.0" } };

let packed: Packed;
let site: Site;
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

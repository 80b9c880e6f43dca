import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { version } from "#provider";
import { bin, newStack, Site } from "#provider/testing";
import { Acme, apiKey } from "./support/acme";

const pulumi = join(__dirname, "../../.pulumi/bin");
const [bob, carl, dora] = ["bob@acme.example", "carl@acme.example", "Dora@acme.example"];

let folder: string;
let acme: Acme;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "peridio-export-access-"));
  acme = await Acme.begin();
  for (const email of [bob, carl, dora]) acme.join(email, "developer");
});
afterEach(async () => {
  await acme.end();
  await rm(folder, { recursive: true });
});

test("imports groups, projects and cohorts with an empty preview, and then changes access", async () => {
  acme.addGroup("field engineers", [bob, dora]);
  acme.addGroup("a/b", []);
  acme.addProject("firmware", { isOpen: false, users: [carl], groups: ["field engineers", "a/b"] });
  acme.addProject("${app}");
  acme.addCohort("canary", "firmware", { isOpen: false, groups: ["a/b"] });
  acme.addCohort("beta/1", "firmware");
  acme.addCohort("canary", "${app}", { isOpen: false, users: [bob] });
  await acme.createToken("ci");
  await acme.control.invite("eve@acme.example", "acme", "viewer", { group: "a/b" });
  acme.emulator.traffic.log.clear();
  const environment = {
    ...process.env,
    PATH: [pulumi, process.env.PATH].join(delimiter),
    PERIDIO_API_KEY: apiKey,
    PERIDIO_BASE_URL: acme.url,
  };
  const exported = await acme.run(
    ["export", "--backend", "connect", "--out", "acme", "--verify", "--plugin", bin, "--split"],
    { folder, environment },
  );
  expect([exported.code, exported.errors]).toEqual([3, ""]);
  expect(exported.output).toContain(
    "1 organization, 5 members, 1 pending invitation, 2 groups, 2 projects, 3 cohorts\n",
  );
  expect(exported.output).toContain("acme: invitationGroups is not exported, because a layout cannot declare it: ");
  expect(exported.output).toContain("acme: 1 API token is not exported, because Peridio returned its secret only");
  expect(exported.output).toContain("the preview after the import is empty");

  const program = join(folder, "acme");
  const site = new Site(
    acme.emulator,
    await newStack({ emulator: acme.emulator, program, environment: { PERIDIO_API_KEY: apiKey } }),
  );
  try {
    const { stack } = site;
    await stack.succeed("plugin", "install", "resource", "peridio", version, "--file", bin);
    await stack.succeed("import", "--file", "import.json", "--generate-code=false", "--yes");
    await site.up("--refresh", "--expect-no-changes");
    expect(site.writes()).toEqual([]);
    acme.addGroup("lab", [carl]);
    const { groups, projects } = acme.control.getOrganization("acme");
    projects[0]?.group_ids.pop();
    groups[0]?.user_ids.pop();
    const drift = await stack.succeed("preview", "--refresh", "--diff");
    expect(drift).toMatch(/\+ \[\d\]: "Dora@acme\.example"/);
    await site.up("--refresh");
    expect(site.writes().map((write) => write.split(" ")[1])).toEqual([
      "Group_add_member",
      "Project_grant_group_access",
    ]);
  } finally {
    await site.end();
  }
});

import { applySeed, Emulator } from "#emulator";
import { type Declaration, type Declarations, Site } from "#provider/testing";
import { nightly } from "#testing";
import { run } from "../src/program";
import { review as schema, type Review } from "../src/review/review";
import { fakeTerminal } from "./support/terminal";

/** Changes outside Pulumi that a program keeps by `ignoreChanges`, in previews of the real CLI. */
let site: Site;
afterEach(() => site.end());

async function review(...options: readonly string[]): Promise<Review> {
  const { stdout } = await site.stack.pulumi("preview", "--json", "--show-sames", "--refresh");
  const terminal = fakeTerminal({ input: () => Promise.resolve(stdout) });
  const code = await run(["review", "--json", ...options], terminal);
  if (code === 1 || code === 2) throw new Error(terminal.said());
  return schema.parse(JSON.parse(terminal.printed()));
}

/** Returns the accepted changes, each in a line with its risks. */
function listAccepted({ people, settings }: Review): readonly string[] {
  const rows = [
    ...people.map(({ email, risks }) => ({ words: email, risks })),
    ...settings.map(({ words, risks }) => ({ words, risks })),
  ];
  return rows
    .filter(({ risks }) => risks.includes("acceptsDrift"))
    .map(({ words, risks }) => `${words} (${risks.join(", ")})`);
}

const organizationId = "${dev.id}";

/** Declares a resource of `dev`, with `ignoreChanges` if the program ignores anything. */
function declare(type: string, properties: Declaration["properties"], ignored: readonly string[] = []): Declaration {
  const options = ignored.length === 0 ? {} : { ignoreChanges: ignored };
  return { type: `peridio:${type}`, properties: { organizationId, ...properties }, options };
}

const dev: Declaration = { type: "peridio:Organization", properties: { name: "acme-dev", deletionPolicy: "retain" } };

test("kept people and settings are accepted with names, risks and claims, until an update keeps them", async () => {
  const members = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };
  const program = (people: readonly string[], settings: readonly string[]): Declarations => ({
    dev,
    people: declare("OrganizationMembers", { members }, people),
    policy: declare("SecurityPolicy", { requireTwoFactor: true }, settings),
  });
  site = await Site.begin(program([], []));
  await site.up();
  const { control } = site.emulator;
  control.accept("bob@acme.example", "acme-dev");
  await site.up("--refresh");
  await control.setRole("bob@acme.example", "acme-dev", "admin");
  control.addMember("eve@acme.example", "acme-dev", "admin");
  await control.updateSecuritySettings("acme-dev", { two_factor_required: false });

  await site.declare(program(['members["bob@acme.example"]'], []));
  expect(listAccepted(await review())).toEqual(["bob@acme.example (grantsAdmin, acceptsDrift)"]);

  await site.declare(program(["members"], ["requireTwoFactor"]));
  const found = await review("--claim", "grants: none");
  expect(listAccepted(found)).toEqual([
    "bob@acme.example (grantsAdmin, acceptsDrift)",
    "eve@acme.example (grantsAdmin, acceptsDrift)",
    "Two-factor authentication: required → not required, which accepts a change made outside Pulumi. (weakensTwoFactor, acceptsDrift)",
  ]);
  expect(found.verdict).toBe("refused");
  expect(found.violations.flatMap(({ people }) => people).sort()).toEqual(["bob@acme.example", "eve@acme.example"]);

  await site.up("--refresh");
  expect(listAccepted(await review())).toEqual([]);
});

nightly("kept roles, members of groups, grants and opened projects are accepted", async () => {
  const emulator = new Emulator();
  const [bob, carl, dora] = ["bob@acme.example", "carl@partner.example", "dora@acme.example"];
  await applySeed({ organizations: { "acme-dev": { members: { [bob]: "viewer", [carl]: "viewer" } } } }, emulator);
  const program = (isKept: boolean): Declarations => {
    const ignore = (...names: readonly string[]) => (isKept ? names : []);
    const access = { users: [bob] };
    return {
      dev,
      dora: declare("Membership", { email: dora, role: "member" }, ignore("role")),
      field: declare("Group", { name: "field", members: [bob] }, ignore("members", "name")),
      firmware: declare(
        "Project",
        { name: "firmware", everyoneEnabled: false, access },
        ignore("access.users", "everyoneEnabled"),
      ),
    };
  };
  site = await Site.begin(program(false), { emulator, environment: { PERIDIO_BACKEND: "connect" } });
  await site.up();
  const { control } = emulator;
  control.accept(dora, "acme-dev");
  await site.up("--refresh");
  await control.setRole(dora, "acme-dev", "admin");
  await control.access.addGroupMember(carl, "field", "acme-dev");
  await control.access.updateGroup("field", "acme-dev", { name: "operators" });
  await control.access.grantAccess({ project: "firmware", email: carl }, "acme-dev");
  await control.access.updateProject("firmware", "acme-dev", { everyone_enabled: true });

  expect(listAccepted(await review())).toEqual([]);
  await site.declare(program(true));
  expect(listAccepted(await review())).toEqual([
    `${dora} (grantsAdmin, acceptsDrift)`,
    `The program accepts that the name of group operators changed outside Pulumi: "field" → "operators". (acceptsDrift)`,
    `The program accepts that the outsider ${carl} joined group operators outside Pulumi. (grantsAccess, acceptsDrift)`,
    `The program accepts that project firmware was opened to everyone outside Pulumi. (opensProject, acceptsDrift)`,
    `The program accepts a grant for project firmware made outside Pulumi: the outsider ${carl}. (grantsAccess, acceptsDrift)`,
  ]);
});

nightly(
  "secret members of a group that the program keeps are a doubt, only if the group changed outside Pulumi",
  async () => {
    const emulator = new Emulator();
    const [bob, carl] = ["bob@acme.example", "carl@partner.example"];
    await applySeed({ organizations: { "acme-dev": { members: { [bob]: "viewer", [carl]: "viewer" } } } }, emulator);
    const program = (...ignored: readonly string[]): Declarations => ({
      dev,
      field: declare("Group", { name: "field", members: { "fn::secret": [bob] } }, ignored),
    });
    const list = ({ settings }: Review) => settings.map(({ words, risks }) => `${words} (${risks.join(", ")})`);
    site = await Site.begin(program(), { emulator, environment: { PERIDIO_BACKEND: "connect" } });
    await site.up();
    await site.declare(program("members"));
    await site.up("--refresh");
    expect(list(await review())).toEqual([]);
    await emulator.control.access.addGroupMember(carl, "field", "acme-dev");
    const found = await review();
    expect(list(found)).toEqual([
      "The preview hides `members` of Group field, so a change outside Pulumi may remain. (hidden)",
    ]);
    expect(found.verdict).toBe("needs approval");
  },
);

nightly(
  "people and objects that are gone, and that the program no longer declares, are accepted removals",
  async () => {
    const emulator = new Emulator();
    const [bob, dora] = ["bob@acme.example", "dora@acme.example"];
    await applySeed({ organizations: { "acme-dev": { members: { [bob]: "viewer" } } } }, emulator);
    const program: Declarations = {
      dev,
      dora: declare("Membership", { email: dora, role: "admin" }),
      field: declare("Group", { name: "field", members: [bob] }),
    };
    site = await Site.begin(program, { emulator, environment: { PERIDIO_BACKEND: "connect" } });
    await site.up();
    emulator.control.accept(dora, "acme-dev");
    await site.up("--refresh");
    await emulator.control.removeMember(dora, "acme-dev");
    await emulator.control.access.deleteGroup("field", "acme-dev");
    await site.declare({ dev });
    expect(listAccepted(await review())).toEqual([
      `${dora} (removesAdmin, acceptsDrift, removesPerson)`,
      "Group field was deleted outside Pulumi, and the program accepts it. (revokesAccess, acceptsDrift)",
    ]);
  },
);

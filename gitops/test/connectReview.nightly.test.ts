import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator, applySeed } from "#emulator";
import { type Declarations, Site } from "#provider/testing";
import { run } from "../src/program";
import { review as schema } from "../src/review/review";
import { describeChanges } from "./support/document";
import { expectGolden } from "./support/golden";
import { fakeTerminal, type FakeTerminal } from "./support/terminal";

/** Previews that Pulumi makes with Avocado Connect, as reviews show them. */
let site: Site;
afterEach(() => site.end());

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@partner.example"];

function layout(people: Readonly<Record<string, string>>): Declarations {
  const places = Object.fromEntries(Object.entries(people).map(([email, role]) => [email, { "acme-dev": role }]));
  return {
    acme: { type: "peridio:Layout", properties: { organizations: { "acme-dev": {} }, people: places }, options: {} },
  };
}

async function begin(people: Readonly<Record<string, string>>): Promise<void> {
  const emulator = new Emulator();
  const members = { [bob]: "viewer", [carl]: "developer", "grace@acme.example": "admin" } as const;
  await applySeed({ organizations: { "acme-dev": { members } } }, emulator);
  site = await Site.begin(layout(people), { emulator, environment: { PERIDIO_BACKEND: "connect" } });
}

/** Returns the review of a Pulumi command's output, with these options. */
async function review(command: readonly string[], ...options: readonly string[]): Promise<FakeTerminal> {
  const { stdout } = await site.stack.pulumi(...command);
  const terminal = fakeTerminal({ folder: site.stack.folder, input: () => Promise.resolve(stdout) });
  const code = await run(["review", ...options], terminal);
  if (code === 1 || code === 2) throw new Error(terminal.said());
  return terminal;
}

const preview = ["preview", "--json", "--show-sames", "--refresh"];
const everybody = { [ada]: "admin", [bob]: "member", [carl]: "member", "grace@acme.example": "admin" };

test("adopts an organization, then changes roles and removes people", async () => {
  await begin(everybody);
  expectGolden("reviews/connectAdoption.md", (await review(preview)).printed());
  await site.up();
  const unchanged = schema.parse(JSON.parse((await review(preview, "--json")).printed()));
  expect(describeChanges(unchanged.people)).toEqual([]);
  expect([unchanged.settings, unchanged.unknowns]).toEqual([[], []]);

  await site.declare(
    layout({ [ada]: "admin", [bob]: "admin", "dora@acme.example": "member", "grace@acme.example": "admin" }),
  );
  await writeFile(
    join(site.stack.folder, "rules.yaml"),
    'rules: { "Nobody but admins does more than look": { people: { except: [ada@acme.example, grace@acme.example] }, role: { atMost: viewer } } }',
  );
  const change = await review(preview, "--rules", "rules.yaml", "--html-file", "review.html");
  expectGolden("reviews/connect.md", change.printed());
  await site.up("--refresh");
  expect(site.people()).toEqual([
    `${ada} admin`,
    `${bob} admin`,
    "dora@acme.example viewer invited",
    "grace@acme.example admin",
  ]);

  await site.emulator.control.setRole(bob, "acme-dev", "viewer");
  const drift = await review(["refresh", "--preview-only", "--json"], "--drift", "--json");
  expect(describeChanges(schema.parse(JSON.parse(drift.printed())).people)).toEqual([
    `${bob}: admin → member (removesAdmin)`,
  ]);
});

test("adopts an organization of admins if the configuration names the API", async () => {
  await begin({});
  await site.declare({ dev: { type: "peridio:Organization", properties: { name: "acme-dev" }, options: {} } });
  await site.stack.succeed("config", "set", "peridio:backend", "connect");
  const { organizations, unknowns } = schema.parse(JSON.parse((await review(preview, "--json")).printed()));
  expect(organizations).toMatchObject([{ name: "acme-dev", change: "adopted" }]);
  expect(unknowns).toEqual([
    "acme-dev exists, but no preview shows its people. Its members may appear as people to be invited.",
  ]);
});

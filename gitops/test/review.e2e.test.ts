import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Declaration, type Declarations, member, organization, roster, Site } from "#provider/testing";
import { Emulator } from "#emulator";
import { nightly } from "#testing";
import { readPreview } from "../src/preview/preview";
import { run } from "../src/program";
import { review as schema, type Review } from "../src/review/review";
import { createReview, describeChanges } from "./support/document";
import { fakeTerminal } from "./support/terminal";

let site: Site;
afterEach(() => site.end());

/** A layout in a program. */
function layout(
  organizations: Readonly<Record<string, object>>,
  people: Readonly<Record<string, object>>,
): Declarations {
  return { acme: { type: "peridio:Layout", properties: { organizations, people }, options: {} } };
}

const preview = ["preview", "--json", "--show-sames"];
const refresh = ["refresh", "--preview-only", "--json"];

/** Returns the review of a Pulumi command's output. */
async function review(command: readonly string[], ...options: readonly string[]): Promise<Review> {
  const { stdout } = await site.stack.pulumi(...command);
  const terminal = fakeTerminal({ input: () => Promise.resolve(stdout) });
  const code = await run(["review", "--json", ...options], terminal);
  if (code === 1 || code === 2) throw new Error(terminal.said());
  return schema.parse(JSON.parse(terminal.printed()));
}

const names = ({ organizations }: Review) => organizations.map(({ name, change }) => `${name} ${change}`);
const words = ({ settings }: Review) => settings.map((one) => [one.words, ...one.risks].join(" "));

test("reviews a layout from its first preview to its last, and changes outside Pulumi", async () => {
  const people = {
    "ada@acme.example": { "acme-dev": "admin", "acme-production": "admin" },
    "bob@acme.example": { "acme-dev": "developer", "acme-production": "viewer" },
    "carl@acme.example": { "acme-dev": "viewer" },
  };
  const security = { requireTwoFactor: true, ipAllowlist: ["127.0.0.0/8"], allowLockout: true };
  site = await Site.begin(layout({ "acme-dev": {}, "acme-production": { security } }, people));

  const first = await review(preview);
  expect(names(first)).toEqual(["acme-dev created", "acme-production created"]);
  expect(describeChanges(first.people)).toEqual([
    "ada@acme.example: - → admin planned (grantsAdmin, addsPerson)",
    "bob@acme.example: - → developer planned (addsPerson)",
    "carl@acme.example: - → viewer planned (addsPerson)",
    "ada@acme.example: - → admin planned (grantsAdmin, addsPerson)",
    "bob@acme.example: - → viewer planned (addsPerson)",
  ]);
  expect(words(first)).toEqual([
    "Two-factor authentication: required.",
    "IP allowlist: 127.0.0.0/8.",
    "Allow lockout: on.",
  ]);
  expect(first.remarks.map(({ about }) => about)).toContain("SecurityPolicy acme-production");
  expect(first.stacks).toEqual(["people/test"]);

  await site.up();
  site.emulator.control.accept("bob@acme.example", "acme-production");
  const unchanged = await review([...preview, "--refresh"]);
  expect(describeChanges(unchanged.people)).toEqual([]);
  expect(unchanged.settings).toEqual([]);
  expect(unchanged.people.map(({ after }) => after?.status).sort()).toEqual([
    "active",
    "active",
    "active",
    "pending",
    "pending",
  ]);

  await site.declare(
    layout(
      {
        "acme-dev": {},
        "acme-production": { security: { ...security, ipAllowlist: ["127.0.0.0/8", "203.0.113.0/24"] } },
      },
      {
        "ada@acme.example": people["ada@acme.example"],
        "bob@acme.example": { "acme-dev": "developer", "acme-production": "admin" },
      },
    ),
  );
  const change = await review([...preview, "--refresh"]);
  expect(names(change)).toEqual(["acme-dev kept", "acme-production kept"]);
  expect(describeChanges(change.people)).toEqual([
    "carl@acme.example: viewer pending → - (removesPerson)",
    "bob@acme.example: viewer → admin (grantsAdmin)",
  ]);
  expect(words(change)).toEqual(["IP allowlist: adds 203.0.113.0/24. widensAllowlist"]);
  // The list in force loses no address, so it locks no one out.
  expect(change.remarks).toEqual([]);

  await site.up();
  await site.emulator.control.setRole("bob@acme.example", "acme-production", "developer");
  await site.emulator.control.invite("eve@acme.example", "acme-dev", "admin");
  await site.emulator.control.updateSecuritySettings("acme-production", { two_factor_required: false });
  const drift = await review(refresh, "--drift");
  expect(describeChanges(drift.people)).toEqual([
    "eve@acme.example: - → admin pending (grantsAdmin, addsPerson)",
    "bob@acme.example: admin → developer (removesAdmin)",
  ]);
  expect(words(drift)).toEqual(["Two-factor authentication: required → not required. weakensTwoFactor"]);
  const repair = await review([...preview, "--refresh"]);
  expect(describeChanges(repair.people)).toEqual([
    "eve@acme.example: admin pending → - (removesAdmin, removesPerson)",
    "bob@acme.example: developer → admin (grantsAdmin)",
  ]);

  await site.up("--refresh");
  await site.stack.succeed("state", "unprotect", "--all", "--yes");
  const end = await review(["destroy", "--preview-only", "--json"]);
  expect(names(end)).toEqual(["acme-dev deleted", "acme-production deleted"]);
  expect(end.organizations.every(({ risks }) => risks.includes("deletesOrganization"))).toBe(true);
  expect(end.people.every(({ after }) => after === null)).toBe(true);
});

nightly("reviews resources that are replaced, released or read", async () => {
  const member = (email: string, options: object = {}) => ({
    type: "peridio:Membership",
    properties: { organizationId: "${dev.id}", email, role: "viewer" },
    options: { ...options },
  });
  const dev = { dev: organization("acme-dev") };
  site = await Site.begin({
    ...dev,
    bob: member("bob@acme.example"),
    carl: member("carl@acme.example", { retainOnDelete: true }),
  });
  await site.up();

  const looked = { seen: { type: "peridio:Organization", properties: {}, options: {}, get: { id: "${dev.id}" } } };
  await site.declare({ ...dev, ...looked, bob: member("bobby@acme.example") });
  const change = await review(preview);
  expect(names(change)).toEqual(["acme-dev kept"]);
  expect(describeChanges(change.people)).toEqual([
    "bob@acme.example: viewer pending → - (removesPerson)",
    "bobby@acme.example: - → viewer planned (addsPerson)",
  ]);
  expect(change.people.find(({ email }) => email.startsWith("carl"))).toMatchObject({
    changed: false,
    notes: ["No stack declares this person after the change, but the person keeps the access."],
  });

  await site.declare({ dev: organization("acme-next"), bob: member("bob@acme.example") });
  const replaced = await review([...preview, "--replace", "urn:pulumi:test::people::peridio:index:Organization::dev"]);
  expect(names(replaced)).toEqual(["acme-dev replaced", "acme-next created"]);
  expect(describeChanges(replaced.people).filter((line) => line.startsWith("bob"))).toEqual([
    "bob@acme.example: viewer pending → - (removesPerson)",
    "bob@acme.example: - → viewer planned (addsPerson)",
  ]);
});

test("a preview that the provider rejects is incomplete, and the reason appears", async () => {
  site = await Site.begin(layout({ "acme-dev": {} }, { "ada@acme.example": { "acme-dev": "admin" } }));
  await site.up();
  await site.declare(layout({ "acme-dev": {} }, { "bob@acme.example": { "acme-dev": "viewer" } }));
  const { stdout } = await site.stack.pulumi(...preview);
  await writeFile(join(site.stack.folder, "preview.json"), stdout);
  const terminal = fakeTerminal({ folder: site.stack.folder });
  expect(await run(["review", "preview.json"], terminal)).toBe(1);
  expect(terminal.said()).toContain("preview.json is incomplete, because the preview stopped with errors.");
  expect(terminal.said()).toContain("has no admin");
  expect(terminal.printed()).toBe("");
});

nightly("asks for the parts that a preview leaves out", async () => {
  site = await Site.begin({ dev: organization("acme-dev") });
  await site.up();
  await expect(review(["preview", "--json"])).rejects.toThrow("Run the preview with --show-sames");
  await expect(review(preview, "--drift")).rejects.toThrow("Remove --drift");
});

nightly("says when a person that a roster removes was last active, and plain previews say it too", async () => {
  const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];
  const declare = (members: Readonly<Record<string, string>>) => ({
    dev: organization("acme-dev"),
    people: roster(members, { maxRemovals: 1 }),
  });
  site = await Site.begin(declare({ [ada]: "admin", [bob]: "viewer", [carl]: "viewer" }));
  await site.up();
  for (const email of [bob, carl]) site.emulator.control.accept(email, "acme-dev");
  site.emulator.control.setLastActive(bob, "acme-dev", "2026-01-31T12:00:00Z");
  await site.declare(declare({ [ada]: "admin", [carl]: "viewer" }));
  const told = `${bob} is removed, and was last active on 2026-01-31.`;
  const found = await review([...preview, "--refresh"]);
  expect(found.people.filter(({ notes }) => notes.length > 0)).toMatchObject([
    { email: bob, after: null, notes: [told] },
  ]);
  const { stdout } = await site.stack.pulumi("preview", "--refresh");
  expect(stdout).toContain(told);
});

nightly("a person that two stacks declare", async () => {
  const emulator = new Emulator();
  const bob = (role: string, options: Declaration["options"] = {}) => member("bob@acme.example", role, options);
  site = await Site.begin({ dev: organization("acme-dev"), bob: bob("viewer") }, { emulator });
  await site.up();
  emulator.control.accept("bob@acme.example", "acme-dev");
  const dev = emulator.control.getOrganization("acme-dev").id;
  const team = await Site.begin({}, { emulator });
  try {
    await team.stack.init("team");
    const there = { type: "peridio:Organization", properties: {}, options: {}, get: { id: dev } };
    const both = async (): Promise<Review> => {
      const texts = [];
      for (const { stack } of [site, team]) texts.push((await stack.pulumi(...preview, "--refresh")).stdout);
      const [one, other] = texts.map((text, index) => readPreview(text, `${index}.json`, "change"));
      if (one === undefined || other === undefined) throw new Error("There are two stacks.");
      const found = createReview([one, other], "change");
      expect(createReview([other, one], "change")).toEqual(found);
      return found;
    };
    const bobsReview = ({ people }: Review) => people.find(({ email }) => email.startsWith("bob"));

    await team.declare({ dev: there, bob: bob("viewer", { import: `${dev}/bob@acme.example` }) });
    const viewer = { role: "viewer", status: "active", owner: false };
    expect(bobsReview(await both())).toMatchObject({ before: viewer, after: viewer, changed: false });

    await site.declare({ dev: organization("acme-dev") });
    const removal = bobsReview(await both());
    expect(removal).toMatchObject({ before: viewer, after: null, risks: ["removesPerson"] });
    expect(removal?.notes).toEqual([
      expect.stringMatching(
        /^This person is removed by people\/test and imported by people\/team\. If the update of people\/test runs first, the import fails\./,
      ),
    ]);

    await site.declare({ dev: organization("acme-dev"), bob: bob("viewer") });
    await team.up();
    await team.declare({ dev: there, bob: bob("developer") });
    const conflict = await both();
    expect(conflict.verdict).toBe("refused");
    expect(conflict.conflicts?.map(({ message }) => message)).toEqual([
      "bob@acme.example is declared differently: developer in people/team, viewer in people/test. Declare each person in one stack.",
    ]);

    await team.up();
    const drift = (await Promise.all([site, team].map(({ stack }) => stack.pulumi(...refresh)))).map(
      ({ stdout }, index) => readPreview(stdout, `${index}.json`, "drift"),
    );
    expect(describeChanges(createReview(drift, "drift").people)).toEqual([]);
    expect(describeChanges(createReview(drift.toReversed(), "drift").people)).toEqual([]);
  } finally {
    await team.end();
  }
});

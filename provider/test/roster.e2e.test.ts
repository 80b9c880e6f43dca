import { nightly } from "#testing";
import { dev, member, roster, Site } from "./support/program";

let site: Site;
afterEach(() => site.end());

const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "dora@acme.example"];

/** An organization in which all people of the roster have accepted. */
async function begin(members: Readonly<Record<string, string>>): Promise<void> {
  site = await Site.begin({ ...dev, all: roster(members) });
  await site.up();
  for (const email of Object.keys(members)) if (email !== ada) site.emulator.control.accept(email, "acme-dev");
  await site.up();
  site.requests();
}

test("a preview names each person, and one update gives before it takes", async () => {
  await begin({ [bob]: "developer", [carl]: "viewer" });
  await site.declare({ ...dev, all: roster({ [bob]: "admin", [dora]: "viewer" }) });
  const preview = await site.stack.succeed("preview", "--diff");
  expect(preview).toMatch(/~ bob@acme\.example *: "developer" => "admin"/);
  expect(preview).toMatch(/- carl@acme\.example *: "viewer"/);
  expect(preview).toMatch(/\+ dora@acme\.example *: "viewer"/);
  expect(site.writes()).toEqual([]);
  await site.up();
  const writes = site.writes();
  expect(writes.slice(0, 2).sort()).toEqual([
    expect.stringMatching(/^PATCH update-a-member \{"role":"admin"\}$/),
    `POST create-an-invitation {"email":"${dora}","role":"viewer"}`,
  ]);
  expect(writes.slice(2)).toEqual(["DELETE remove-a-member"]);
});

nightly("a failure in the middle takes nothing from anybody, and the next run completes", async () => {
  await begin({ [bob]: "developer", [carl]: "viewer" });
  await site.declare({ ...dev, all: roster({ [bob]: "admin", [dora]: "viewer" }) });
  site.emulator.control.fault({ operation: "update-a-member", times: 1, effect: { status: 500 } });
  const said = await site.failUp();
  expect(said).toMatch(
    /OrganizationMembers acme-dev could not be updated: bob@acme\.example: Peridio or a proxy failed\./,
  );
  expect(site.people()).toEqual([`${ada} admin`, `${bob} developer`, `${carl} viewer`, `${dora} viewer invited`]);
  site.requests();
  await site.up();
  expect(site.writes()).toEqual(['PATCH update-a-member {"role":"admin"}', "DELETE remove-a-member"]);
  expect(site.people()).toEqual([`${ada} admin`, `${bob} admin`, `${dora} viewer invited`]);
  await site.up("--expect-no-changes");
});

nightly("a change that goes too far is refused by the preview, and nothing is sent", async () => {
  await begin({ [bob]: "developer", [carl]: "viewer", [dora]: "viewer" });
  await site.declare({ ...dev, all: roster({ [bob]: "developer" }) });
  expect(await site.fail("preview")).toContain(
    "The change removes or demotes 2 of 4 people (removes carl@acme.example, dora@acme.example), but maxRemovals (25%) allows 1.",
  );
  await site.declare({ ...dev, all: roster({ [bob]: "developer" }), carl: member(carl, "viewer") });
  expect(await site.fail("preview")).toContain(
    "the roster declares all people of the organization, so declare the person only in the roster",
  );
  expect(site.writes()).toEqual([]);
});

test("a preview names each person with drift, and up repairs it", async () => {
  await begin({ [bob]: "developer", [carl]: "viewer" });
  site.emulator.control.addMember("mallory@acme.example", "acme-dev", "admin");
  site.emulator.control.leave(carl, "acme-dev");
  const refreshed = await site.stack.succeed("refresh", "--preview-only", "--diff");
  expect(refreshed).toMatch(/mallory@acme\.example/);
  expect(refreshed).toMatch(/carl@acme\.example/);
  site.requests();
  await site.up("--refresh");
  expect(site.writes()).toEqual([
    `POST create-an-invitation {"email":"${carl}","role":"viewer"}`,
    "DELETE remove-a-member",
  ]);
  await site.up("--expect-no-changes");
});

nightly("Memberships become a roster without anybody noticing", async () => {
  const apart = { ...dev, bob: member(bob, "developer"), carl: member(carl, "viewer") };
  site = await Site.begin(apart);
  await site.up();
  site.emulator.control.accept(bob, "acme-dev");
  await site.up();
  site.requests();
  await site.declare({ ...dev, all: roster({ [bob]: "developer", [carl]: "viewer" }) });
  await site.up();
  expect(site.writes()).toEqual([]);
  expect(site.people()).toEqual([`${ada} admin`, `${bob} developer`, `${carl} viewer invited`]);
  await site.up("--expect-no-changes");
});

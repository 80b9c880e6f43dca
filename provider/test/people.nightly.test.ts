import { join } from "node:path";
import { version } from "../src/version";
import { dev, member, organization, Site } from "./support/program";

let site: Site;
afterEach(() => site.end());

const bin = join(__dirname, "../../bin");
const bob = "bob@acme.example";
const invite = (role: string) => `POST create-an-invitation {"email":"${bob}","role":"${role}"}`;
const week = 7 * 24 * 60 * 60;

test("an invitation that has expired is seen without a refresh, and sent again", async () => {
  site = await Site.begin({ ...dev, bob: member(bob, "viewer") });
  await site.up();
  site.emulator.control.advance(week + 1);
  expect(await site.stack.plan("preview")).toMatchObject({ bob: "update" });
  site.requests();
  await site.up();
  expect(site.writes()).toEqual([expect.stringContaining("DELETE"), invite("viewer")]);
  await site.up("--expect-no-changes");
});

test("a new role of an invited person sends a new e-mail, and the preview says so", async () => {
  site = await Site.begin({ ...dev, bob: member(bob, "viewer") });
  await site.up();
  site.requests();
  await site.declare({ ...dev, bob: member(bob, "developer") });
  expect(await site.stack.succeed("preview")).toContain(`Peridio sends a new e-mail to ${bob}`);
  expect(site.writes()).toEqual([]);
  await site.up();
  expect(site.writes()).toEqual([expect.stringContaining("DELETE"), invite("developer")]);
});

test("who has left is missed by a refresh, and invited again", async () => {
  site = await Site.begin({ ...dev, bob: member(bob, "viewer") });
  await site.up();
  site.emulator.control.accept(bob, "acme-dev");
  await site.up();
  site.emulator.control.leave(bob, "acme-dev");
  site.requests();
  await site.up("--refresh");
  expect(site.writes()).toEqual([invite("viewer")]);
});

test("who moves to another organization is invited there before being removed here", async () => {
  const both = { ...dev, lab: organization("acme-lab") };
  site = await Site.begin({ ...both, bob: member(bob, "viewer") });
  await site.up();
  site.emulator.control.accept(bob, "acme-dev");
  await site.up();
  site.requests();
  const there = { organizationId: "${lab.id}", email: bob, role: "viewer" };
  await site.declare({ ...both, bob: { type: "peridio:Membership", properties: there } });
  await site.up();
  expect(site.writes()).toEqual([invite("viewer"), "DELETE remove-a-member"]);
  expect(site.people("acme-lab")).toContain(`${bob} viewer invited`);
});

test("a person declared twice is refused, and nobody is invited", async () => {
  site = await Site.begin({ ...dev, bob: member(bob, "viewer") });
  await site.up();
  site.requests();
  await site.declare({ ...dev, bob: member(bob, "viewer"), robert: member("BOB@acme.example", "admin") });
  expect(await site.fail("preview")).toMatch(/is declared twice, here and by urn:\S+::(bob|robert)/);
  expect(site.writes()).toEqual([]);
});

test("a reviewed plan still holds when people accept before it is carried out", async () => {
  const carl = "carl@acme.example";
  site = await Site.begin({ ...dev, bob: member(bob, "viewer"), carl: member(carl, "viewer") });
  await site.up();
  await site.declare({ ...dev, bob: member(bob, "developer"), carl: member(carl, "viewer") });
  await site.stack.succeed("preview", "--save-plan", "plan.json");
  for (const email of [bob, carl]) site.emulator.control.accept(email, "acme-dev");
  site.requests();
  await site.up("--plan", "plan.json");
  expect(site.writes()).toEqual(['PATCH update-a-member {"role":"developer"}']);
});

test("the command line asks for people by role and status with flags", async () => {
  site = await Site.begin({ ...dev, bob: member(bob, "viewer") });
  await site.up();
  await site.stack.succeed("plugin", "install", "resource", "peridio", version, "--file", bin);
  const ask = (...more: string[]) =>
    site.stack.succeed("do", "peridio:index:getMembers", "--organization-id", "acme-dev", ...more);
  expect(await ask("--role", "viewer", "--status", "pending")).toContain(bob);
  expect(await ask("--role", "admin")).not.toContain(bob);
});

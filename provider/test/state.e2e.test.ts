import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { nightly } from "#testing";
import { dev, member, policy, Site, type Declarations } from "./support/program";

let site: Site;
afterEach(() => site.end());

test("a wrong declaration is refused with the path of each mistake, and nothing is sent", async () => {
  site = await Site.begin({
    ...dev,
    security: policy({
      ipAllowlist: [{ cidr: "203.0.113.0/24" }, { cidr: "300.1.1.1/8" }],
      sessionTimeout: "forever",
      apiKeyRotation: { maxAgeDays: 0, gracePeriodDays: 91 },
    }),
  });
  const said = await site.fail("up", "--yes");
  for (const path of [
    "ipAllowlist[1].cidr",
    "sessionTimeout",
    "apiKeyRotation.maxAgeDays",
    "apiKeyRotation.gracePeriodDays",
  ]) {
    expect(said).toContain(path);
  }
  expect(site.requests().filter((line) => line !== "GET get-current-user")).toEqual([]);
});

const exported = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(z.looseObject({ type: z.string(), outputs: z.record(z.string(), z.unknown()).optional() })),
  }),
});

test("a state that another version of the provider wrote is understood", async () => {
  const resources = { ...dev, bob: member("bob@acme.example", "viewer"), security: policy({ sessionTimeout: "1h" }) };
  site = await Site.begin(resources);
  await site.up();
  const file = join(site.stack.folder, "state.json");
  await site.stack.succeed("stack", "export", "--file", file);
  const state = exported.parse(JSON.parse(await readFile(file, "utf8")));
  for (const { type, outputs } of state.deployment.resources) {
    if (outputs === undefined || !type.startsWith("peridio:")) continue;
    for (const since of ["createdAt", "status", "ipAllowlist"]) Reflect.deleteProperty(outputs, since);
    outputs.legacy = { from: "another version" };
  }
  await writeFile(file, JSON.stringify(state));
  await site.stack.succeed("stack", "import", "--file", file);
  site.requests();
  await site.up("--expect-no-changes");
  await site.up("--refresh", "--expect-no-changes");
  expect(site.writes()).toEqual([]);
});

nightly("a refresh of 250 people reads three pages of members, whatever else is declared", async () => {
  const emails = Array.from({ length: 249 }, (_, index) => `person${index}@acme.example`);
  const people: Declarations = Object.fromEntries(
    emails.map((email) => [email.replace("@", "-"), member(email, "viewer")]),
  );
  site = await Site.begin(dev);
  await site.up();
  site.emulator.control.setLimits("acme-dev", { users: 500 });
  await site.declare({ ...dev, ...people });
  await site.up();
  for (const email of emails) site.emulator.control.accept(email, "acme-dev");
  site.requests();
  await site.stack.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  const requests = site.requests();
  expect(requests.filter((line) => line === "GET list-members")).toHaveLength(3);
  expect(requests.filter((line) => line === "GET list-invitations")).toHaveLength(1);
  expect(site.people()).toHaveLength(250);
});

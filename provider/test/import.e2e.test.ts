import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Emulator, applySeed } from "#emulator";
import { Site } from "./support/program";

const values = z.record(z.string(), z.unknown());
const program = z.object({
  resources: z.record(z.string(), z.object({ type: z.string(), properties: values, options: values })),
});
const bob = "bob@acme.example";

let site: Site;
beforeEach(async () => {
  const emulator = new Emulator();
  await applySeed(
    {
      organizations: {
        "acme-dev": {
          description: "Where things are tried",
          members: { [bob]: "developer" },
          invitations: { "carl@acme.example": "viewer" },
          security_settings: { two_factor_required: true, session_timeout: 3600 },
        },
      },
    },
    emulator,
  );
  site = await Site.begin({}, { emulator });
});
afterEach(() => site.end());

/** Imports an object, and declares exactly what Pulumi prints for it. */
async function manage(type: string, id: string): Promise<unknown> {
  const file = join(site.stack.folder, "printed.yaml");
  await site.stack.succeed("import", `peridio:index:${type}`, "it", id, "--yes", "--out", file);
  const { resources } = program.parse(parse(await readFile(file, "utf8")));
  await site.declare(resources);
  return resources.it?.properties;
}

test.each([
  ["Organization", "its name", "acme-dev", { name: "acme-dev", description: "Where things are tried" }],
  [
    "Membership",
    "organization and address, in any case",
    "acme-dev/BOB@acme.example",
    { email: bob, role: "developer" },
  ],
  ["Membership", "an invitation's organization and address", "acme-dev/carl@acme.example", { role: "viewer" }],
  ["SecurityPolicy", "its organization's name", "acme-dev", { requireTwoFactor: true, sessionTimeout: "1h" }],
])("%s is imported by %s, and the printed program changes nothing", async (type, _what, id, properties) => {
  expect(await manage(type, id)).toMatchObject(properties);
  site.requests();
  await site.stack.succeed("preview", "--expect-no-changes");
  expect(site.writes()).toEqual([]);
});

test("an Organization is imported by its PRN", async () => {
  const prn = `prn:1:${site.emulator.control.getOrganization("acme-dev").id}`;
  expect(await manage("Organization", prn)).toMatchObject({ name: "acme-dev" });
  await site.stack.succeed("preview", "--expect-no-changes");
});

test("who is not there cannot be imported", async () => {
  const said = await site.fail("import", "peridio:index:Membership", "it", "acme-dev/eve@acme.example", "--yes");
  expect(said).toMatch(/acme-dev\/eve@acme\.example.*does not exist/);
});

test("a Layout cannot be imported, and the error names commands that import its resources", async () => {
  const said = await site.fail("import", "peridio:index:Layout", "acme", "acme-dev", "--yes");
  expect(said).toContain("peridio:index:Layout cannot be imported or read: it is a component");
  const line = said.split("\n").find((one) => one.includes("Import the resources of each organization")) ?? "";
  const commands = [...line.matchAll(/`pulumi (import [^`]+)`/g)].map(([, words = ""]) =>
    words.replaceAll("acme-production", "acme-dev").split(" "),
  );
  expect(commands).toHaveLength(2);
  for (const command of commands) await site.stack.succeed(...command, "--yes");
  const people = { "ada@acme.example": { "acme-dev": "admin" }, [bob]: { "acme-dev": "developer" } };
  const properties = {
    organizations: { "acme-dev": { description: "Where things are tried" } },
    people: { ...people, "carl@acme.example": { "acme-dev": "viewer" } },
  };
  await site.declare({ acme: { type: "peridio:Layout", properties } });
  expect(await site.stack.plan("preview")).toEqual({ acme: "create", "acme-dev": "refresh" });
  site.requests();
  await site.up();
  expect(site.writes()).toEqual([]);
});

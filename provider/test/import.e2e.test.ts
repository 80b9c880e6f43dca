import { readFile, writeFile } from "node:fs/promises";
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

/** Imports: the type, the id, and some of the printed properties. */
const imported: Readonly<Record<string, readonly [string, string, object]>> = {
  "an Organization by its name": ["Organization", "acme-dev", { description: "Where things are tried" }],
  "a member by organization and address, in any case": [
    "Membership",
    "acme-dev/BOB@acme.example",
    { email: bob, role: "developer" },
  ],
  "an invitation by organization and address": ["Membership", "acme-dev/carl@acme.example", { role: "viewer" }],
  "a SecurityPolicy by its organization's name": [
    "SecurityPolicy",
    "acme-dev",
    { requireTwoFactor: true, sessionTimeout: "1h" },
  ],
};

test("what is imported from one list is printed, and the printed program changes nothing", async () => {
  const entries = Object.entries(imported).map(([what, [type, id, properties]], index) => ({
    ...{ what, type: `peridio:index:${type}`, id, properties },
    name: `it${index}`,
  }));
  const [list, file] = [join(site.stack.folder, "list.json"), join(site.stack.folder, "printed.yaml")];
  const listed = entries.map(({ type, name, id }) => ({ type, name, id }));
  await writeFile(list, JSON.stringify({ resources: listed }));
  await site.stack.succeed("import", "--file", list, "--yes", "--out", file);
  const { resources } = program.parse(parse(await readFile(file, "utf8")));
  for (const { what, name, properties } of entries) {
    expect([what, resources[name]?.properties]).toMatchObject([what, properties]);
  }
  await site.declare(resources);
  site.requests();
  await site.stack.succeed("preview", "--expect-no-changes");
  expect(site.writes()).toEqual([]);
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

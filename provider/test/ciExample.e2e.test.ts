import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { newStack } from "./support/cli";
import { relinkPlugin, Site } from "./support/program";

const root = join(__dirname, "../..");
const production = "acme-production";

let site: Site;
afterEach(() => site.end());

/** Replaces texts in a file of the program, each at least once. */
async function edit(name: string, edits: Readonly<Record<string, string>>): Promise<void> {
  const file = join(site.stack.folder, name);
  let text = await readFile(file, "utf8");
  for (const [before, after] of Object.entries(edits)) {
    expect(text).toContain(before);
    text = text.replaceAll(before, after);
  }
  await writeFile(file, text);
}

/** Starts a copy of examples/ci with the stack of production. */
async function begin(): Promise<void> {
  const emulator = new Emulator();
  const program = join(root, "examples/ci");
  site = new Site(emulator, await newStack({ program, prepare: relinkPlugin, emulator }));
  await site.stack.init("production");
}

test("the first update invites everyone and writes the allowlist last, and later previews can read", async () => {
  await begin();
  // The emulator applies the list to this machine.
  for (const file of ["Pulumi.yaml", "layout.yaml"]) await edit(file, { "203.0.113.0/24": "127.0.0.0/8" });
  await site.up();
  const writes = site.writes().map((line) => line.split(" ").slice(0, 2).join(" "));
  expect(writes).toEqual([
    "POST create-an-organization",
    ...Array<string>(5).fill("POST create-an-invitation"),
    "PATCH update-security-settings",
  ]);
  expect(site.people(production)).toHaveLength(6);
  expect(site.emulator.control.getOrganization(production).security.ip_allowlist).toHaveLength(1);
  await site.stack.succeed("preview", "--refresh", "--expect-no-changes");
});

test("an update that accepts a lockout invites everyone before the emulator refuses this machine", async () => {
  await begin();
  await edit("layout.yaml", { "sessionTimeout: 1h": "sessionTimeout: 1h\n      allowLockout: true" });
  await edit("Pulumi.yaml", { "203.0.113.0/24": "127.0.0.0/8" });
  expect(await site.stack.succeed("preview")).toContain(
    "`allowLockout` accepts this risk: the allowlist excludes 127.0.0.0/8",
  );
  await site.up();
  expect(site.people(production)).toHaveLength(6);
  expect(await site.fail("preview", "--refresh")).toContain("the probable cause is the IP allowlist");
});

test("a preview refuses an allowlist without the addresses of the pipeline", async () => {
  await begin();
  await edit("layout.yaml", { "203.0.113.0/24": "198.51.100.0/24" });
  expect(await site.fail("preview")).toContain(
    "the allowlist excludes 203.0.113.0/24, from which this provider connects (`peridio:runnerCidrs`).",
  );
  await edit("Pulumi.yaml", { "value: [203.0.113.0/24]": "value: []" });
  expect(await site.fail("preview")).toContain("because `peridio:runnerCidrs` is not set");
  expect(site.writes()).toEqual([]);
});

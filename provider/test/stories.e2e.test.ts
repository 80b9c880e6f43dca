import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Emulator, readSeed, applySeed } from "#emulator";
import { nightly, nightlyCases } from "#testing";
import { newStack, type StackOptions } from "./support/cli";
import { relinkPlugin, Site } from "./support/program";

const root = join(__dirname, "../..");
const [ada, bob, carl, grace] = ["ada@acme.example", "bob@acme.example", "carl@partner.example", "grace@acme.example"];

let site: Site;
afterEach(() => site.end());

/** Begins with a copy of an example. */
async function begin(name: string, options: Partial<StackOptions> = {}): Promise<void> {
  const emulator = options.emulator ?? new Emulator();
  const program = join(root, "examples", name);
  site = new Site(emulator, await newStack({ program, prepare: relinkPlugin, ...options, emulator }));
}

const printed = z.object({
  resources: z.record(z.string(), z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()) })),
});

test("adopt: what exists is imported from a list, and neither the import nor the update after it changes anything", async () => {
  const emulator = new Emulator();
  await applySeed(readSeed(join(root, "examples/adopt/seed.yaml")), emulator);
  await begin("adopt", { emulator });
  const people = site.people("acme-field");
  expect(people).toHaveLength(4);
  expect(await site.fail("preview")).toContain("pulumi import peridio:index:Organization field acme-field");

  await site.stack.succeed("import", "--file", "existing.json", "--out", "imported.yaml", "--yes");
  await site.up("--expect-no-changes");
  expect(site.writes()).toEqual([]);
  expect(site.people("acme-field")).toEqual(people);

  const read = async (file: string) => printed.parse(parse(await readFile(join(site.stack.folder, file), "utf8")));
  const id = `prn:1:${emulator.control.getOrganization("acme-field").id}`;
  const imported = JSON.stringify(await read("imported.yaml")).replaceAll(id, "${field.id}");
  expect(JSON.parse(imported)).toEqual(await read("Pulumi.yaml"));

  expect(await site.fail("destroy", "--yes")).toContain("because it is protected");
  await emulator.control.setRole(bob, "acme-field", "admin");
  site.requests();
  await site.up("--refresh");
  expect(site.writes()).toEqual(['PATCH update-a-member {"role":"developer"}']);
});

describe("contractor", () => {
  let clock: string;
  beforeEach(async () => {
    clock = await mkdtemp(join(tmpdir(), "peridio-clock-"));
  });
  afterEach(() => rm(clock, { recursive: true }));

  /** Lets the next plugins believe that it is another moment. */
  function setClock(moment: string): Promise<void> {
    const change = `const Real = Date; globalThis.Date = class extends Real {
      constructor(...given) { super(...(given.length === 0 ? ["${moment}"] : given)); }
    };`;
    return writeFile(join(clock, "clock.cjs"), change);
  }

  test.each<[string, boolean]>([["a member", true], ...nightlyCases<[string, boolean]>(["an invited person", false])])(
    "%s is there up to the end of the last day, and gone after it, while the program stays as it is",
    async (_, accepts) => {
      await setClock("2027-06-01T08:00:00Z");
      await begin("contractor", { environment: { BUN_OPTIONS: `--preload=${join(clock, "clock.cjs")}` } });
      await site.up();
      expect(site.people("acme-line")).toContain(`${carl} developer invited`);
      if (accepts) site.emulator.control.accept(carl, "acme-line");
      await setClock("2027-06-30T23:59:59Z");
      site.requests();
      await site.up("--expect-no-changes");

      await setClock("2027-07-01T00:00:00Z");
      expect(await site.fail("preview", "--diff", "--expect-no-changes")).toMatch(
        /- carl@partner\.example *: "developer"/,
      );
      expect(site.writes()).toEqual([]);
      await site.up();
      expect(site.writes()).toEqual([accepts ? "DELETE remove-a-member" : "DELETE revoke-an-invitation"]);
      expect(site.people("acme-line")).toEqual([`${ada} admin`, `${bob} developer invited`, `${grace} admin invited`]);

      const layout = join(site.stack.folder, "layout.yaml");
      await writeFile(layout, (await readFile(layout, "utf8")).replace(/^.*carl@.*\n/m, ""));
      await site.up("--expect-no-changes");
    },
  );
});

nightly("ownership: an admin who has accepted gets it, and alone can give it back", async () => {
  await begin("ownership");
  const { stack, emulator } = site;
  const owner = () => emulator.control.getOrganization("acme-plant").owner_id;
  await site.up();
  const first = owner();
  await stack.succeed("config", "set", "owner", grace);
  expect(await site.fail("preview")).toContain(`${grace} has not accepted the invitation`);
  emulator.control.accept(grace, "acme-plant");
  site.requests();

  expect(await stack.succeed("up", "--yes")).toContain(`Only ${grace} can transfer the ownership back.`);
  expect(site.writes()).toHaveLength(1);
  expect(owner()).not.toBe(first);
  await site.up("--expect-no-changes");

  await stack.succeed("config", "set", "owner", ada);
  expect(await site.fail("preview")).toContain(
    `${ada} is an admin of organization acme-plant, but this operation requires the API key of the organization's owner, ${grace}`,
  );
  await stack.succeed("config", "set", "--secret", "peridio:apiKey", emulator.control.addApiKey(grace));
  await site.up();
  expect(owner()).toBe(first);
});

nightly("ownership: the new owner deletes the organization with another key, when no one else is in it", async () => {
  await begin("ownership");
  const { stack, emulator } = site;
  await site.up();
  emulator.control.accept(grace, "acme-plant");
  await stack.succeed("config", "set", "owner", grace);
  await site.up();
  await stack.succeed("config", "set", "--secret", "peridio:apiKey", emulator.control.addApiKey(grace));
  await site.up();
  await stack.succeed("state", "unprotect", "--all", "--yes");
  expect(await site.fail("destroy", "--yes", "--skip-preview")).toContain("other_users: 1");
  await emulator.control.removeMember(ada, "acme-plant");
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(emulator.state.organizations).toEqual([]);
});

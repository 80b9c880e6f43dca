import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { Emulator } from "../../emulator/src";
import { pages } from "./guides/markdown";
import { newStack } from "./support/cli";
import { bin, Site } from "./support/program";

/** The only block of a language in a guide. */
function block(file: string, language: string): string {
  const found = pages()
    .filter((page) => page.file === file)
    .flatMap((page) => page.blocks)
    .filter((one) => one.language === language);
  expect(found).toHaveLength(1);
  return found[0]?.code ?? "";
}

let site: Site | undefined;
afterEach(() => site?.end());

/** Writes a program as a guide prints it, with the plugin of this repository. */
async function writeProgram(folder: string, text: string): Promise<void> {
  const program = z.record(z.string(), z.unknown()).parse(parse(text));
  const plugins = { providers: [{ name: "peridio", path: bin }] };
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ ...program, plugins }));
}

async function begin(text: string): Promise<Site> {
  const prepare = (folder: string) => writeProgram(folder, text);
  const emulator = new Emulator();
  return new Site(emulator, await newStack({ emulator, prepare }));
}

test("getting started comes up, is repaired after a change by hand, and is protected", async () => {
  site = await begin(block("docs/getting-started.md", "yaml"));
  const { stack, emulator } = site;
  await site.up();
  emulator.control.accept("bob@acme.example", "acme-dev");
  await stack.succeed("preview", "--expect-no-changes");
  await emulator.control.setRole("bob@acme.example", "acme-dev", "admin");
  expect(await stack.succeed("refresh", "--preview-only")).toContain("[diff: ~role]");
  site.requests();
  await site.up("--refresh");
  expect(site.writes()).toEqual(['PATCH update-a-member {"role":"developer"}']);
  expect(await site.fail("destroy", "--yes")).toContain("protect");
  await stack.succeed("state", "unprotect", "--all", "--yes");
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(emulator.state.organizations).toEqual([]);
});

test("what the guide imports in one go is declared by what Pulumi prints for it", async () => {
  site = await begin("name: acme\nruntime: yaml");
  const { stack, emulator } = site;
  await emulator.control.createOrganization("acme-dev");
  await emulator.control.invite("bob@acme.example", "acme-dev", "developer");
  await writeFile(join(stack.folder, "existing.json"), block("docs/importing.md", "json"));
  site.requests();
  await stack.succeed("import", "--file", "existing.json", "--out", "imported.yaml", "--yes");
  expect(site.writes()).toEqual([]);
  const printed = await readFile(join(stack.folder, "imported.yaml"), "utf8");
  await writeProgram(stack.folder, `name: acme\nruntime: yaml\n${printed}`);
  await stack.succeed("preview", "--expect-no-changes");
});

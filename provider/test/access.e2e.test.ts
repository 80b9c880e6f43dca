import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { Emulator } from "#emulator";
import { pages } from "./guides/markdown";
import { newStack, run } from "./support/cli";
import { bin, linkPlugin, Site } from "./support/program";

/** The programs of the guide to Avocado Connect that concern groups and projects, in order. */
const [readAccess = "", declareAccess = ""] = pages()
  .filter(({ file }) => file === "docs/avocado-connect.md")
  .flatMap(({ blocks }) => blocks)
  .filter(({ language, code }) => language === "yaml" && code.startsWith("name: access"))
  .map(({ code }) => code);

const [bob, carl] = ["bob@acme.example", "carl@acme.example"];

let site: Site;
afterEach(() => site.end());

async function writeProgram(folder: string, text: string): Promise<void> {
  const program = z.record(z.string(), z.unknown()).parse(parse(text));
  const plugins = { providers: [await linkPlugin(folder)] };
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ ...program, plugins }));
}

const accessSchema = z.array(z.object({ email: z.string(), project: z.string(), reasons: z.array(z.string()) }));

test("the guide's programs read access, declare a group and a project, and detect drift", async () => {
  const emulator = new Emulator();
  const { control } = emulator;
  await control.createOrganization("acme-production");
  for (const person of [bob, carl]) control.addMember(person, "acme-production", "viewer");
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: control.addApiKey("ada@acme.example") };
  site = new Site(
    emulator,
    await newStack({ emulator, environment, prepare: (folder) => writeProgram(folder, declareAccess) }),
  );
  const { stack } = site;
  await site.up();
  await stack.succeed("preview", "--refresh", "--expect-no-changes");

  await writeProgram(
    stack.folder,
    declareAccess.replace("[bob@acme.example, carl@acme.example]", "[bob@acme.example]"),
  );
  expect(await stack.succeed("preview", "--diff")).toContain('- [1]: "carl@acme.example"');
  await writeProgram(stack.folder, declareAccess.replace("everyoneEnabled: false", "everyoneEnabled: true"));
  const preview = join(stack.folder, "preview.json");
  await writeFile(preview, await stack.succeed("preview", "--json", "--show-sames"));
  const reviewed = await run(join(bin, "peridio-gitops"), ["review", preview], stack.folder);
  expect(reviewed.stdout).toContain("Everyone in the organization gets access to project firmware.");
  const planned = await run(join(bin, "peridio-gitops"), ["who", carl, "--preview", preview], stack.folder);
  expect(planned.stdout).toMatch(
    /acme-production +unknown \(not declared\) +firmware +through group field-engineers\n/,
  );

  const [organization] = emulator.state.organizations;
  organization?.groups[0]?.user_ids.pop();
  await writeProgram(stack.folder, declareAccess);
  expect(await stack.succeed("refresh", "--preview-only")).toContain("members");
  await site.up("--refresh");
  await stack.succeed("preview", "--refresh", "--expect-no-changes");

  await writeProgram(stack.folder, readAccess);
  await stack.succeed("state", "unprotect", "--all", "--yes");
  await site.up("--target-dependents", "--target", "urn:pulumi:test::access::pulumi:pulumi:Stack::access-test");
  const { access } = z
    .object({ access: accessSchema })
    .parse(JSON.parse(await stack.succeed("stack", "output", "--json")));
  expect(access.map(({ email, reasons }) => [email, ...reasons])).toEqual([
    ["ada@acme.example", "role owner"],
    [bob, "group field-engineers"],
    [carl, "group field-engineers"],
  ]);

  await writeProgram(stack.folder, declareAccess);
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(organization).toMatchObject({ groups: [], projects: [] });
});

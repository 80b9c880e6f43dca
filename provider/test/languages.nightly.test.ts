import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Emulator } from "#emulator";
import { pages, read } from "./guides/markdown";
import { newStack } from "./support/cli";
import { succeed } from "./support/packed";
import { bin, Site } from "./support/program";

const root = join(__dirname, "../..");
const python = join(root, ".pulumi/python/bin");

/** The preparations in the folder of the example before `pulumi up`. */
interface Language {
  /** The file of the program. */
  readonly main: string;
  readonly prepare?: (folder: string) => Promise<unknown>;
  readonly environment?: Readonly<Record<string, string>>;
}

const languages: Readonly<Record<string, Language>> = {
  yaml: { main: "Pulumi.yaml" },
  python: {
    main: "__main__.py",
    // Uses the installed build tools. An isolated build would download them again.
    prepare: (folder) =>
      succeed(join(python, "pip"), ["install", "--no-build-isolation", "-r", "requirements.txt"], folder),
    environment: { PATH: [python, join(root, ".pulumi/bin"), process.env.PATH].join(delimiter) },
  },
  // Compiled once by itself, so that no command waits for it without a word.
  go: { main: "main.go", prepare: (folder) => succeed("go", ["build", "-o", "/dev/null", "."], folder) },
};

/** The example of a language, in a folder at the depth of the original, so that its paths to the SDK and the plugin hold. */
async function example(name: string, language: Language): Promise<Site> {
  const parent = join(root, "dist");
  await mkdir(parent, { recursive: true });
  return begin(language, { program: join(root, "examples", name), parent });
}

async function begin(
  { prepare, environment }: Language,
  options: { readonly program?: string; readonly parent?: string } = {},
): Promise<Site> {
  const emulator = new Emulator();
  const more = { ...(prepare && { prepare }), ...(environment && { environment }) };
  return new Site(emulator, await newStack({ emulator, ...options, ...more }));
}

/** The plugin of this repository, as an entry of a project. */
const plugins = `plugins: { providers: [{ name: peridio, path: ${JSON.stringify(bin)} }] }\n`;

/** The languages of the reference. Two of its programs need more than the example of their language contains. */
const shown: Readonly<Record<string, Language & { readonly complete?: (program: string) => string }>> = {
  ...languages,
  yaml: { main: "Pulumi.yaml", complete: (program) => program + plugins },
  typescript: {
    main: "index.ts",
    prepare: async (folder) => {
      await writeFile(join(folder, "Pulumi.yaml"), `name: layout\nruntime: nodejs\n${plugins}`);
      await succeed("npm", ["install", "--install-links", "--no-progress", join(root, "sdk/nodejs")], folder);
    },
  },
};

test.each(Object.entries(shown))(
  "the layout that the reference shows in %s comes up, changes nothing the second time, and ends access after the last day",
  async (name, { complete = (program) => program, ...language }) => {
    const page = "docs/resources/Layout.md";
    const { blocks } = read(page, await readFile(join(root, page), "utf8"));
    const code = blocks.find((block) => block.language === (name === "typescript" ? "ts" : name))?.code ?? "";
    const write = (folder: string, program: string) => writeFile(join(folder, language.main), complete(program));
    const prepare = async (folder: string) => {
      await write(folder, code);
      await language.prepare?.(folder);
    };
    // npm would install into this repository, if the program were inside.
    const outside = !Object.hasOwn(languages, name);
    const site = await (outside ? begin({ ...language, prepare }) : example(name, { ...language, prepare }));
    try {
      await site.up();
      const people = ["ada@acme.example admin", "bob@acme.example developer invited"];
      expect(site.people("acme-production")).toEqual([...people, "carl@partner.example viewer invited"]);
      const { display_name, security } = site.emulator.control.getOrganization("acme-production");
      expect({ display_name, security }).toMatchObject({
        display_name: "Acme production",
        security: { two_factor_required: true, session_timeout: 8 * 3600 },
      });
      site.requests();
      await site.up("--expect-no-changes");
      expect(site.writes()).toEqual([]);
      await write(site.stack.folder, code.replace("2099-12-31", "2001-12-31"));
      await site.up();
      expect(site.people("acme-production")).toEqual(people);
      expect(await site.fail("destroy", "--yes")).toContain("because it is protected");
    } finally {
      await site.end();
    }
  },
);

test.each(Object.entries(languages))(
  "a program in %s creates, detects drift, repairs it, and destroys",
  async (name, language) => {
    const site = await example(name, language);
    const { stack, emulator } = site;
    const { control } = emulator;
    const people = ["ada@acme.example admin", "bob@acme.example developer", "carl@acme.example viewer invited"];
    try {
      await site.up();
      expect(site.people("acme-lab")).toEqual([people[0], `${people[1]} invited`, people[2]]);
      expect(await stack.json("stack", "output")).toEqual({ seats: 50 });
      control.accept("bob@acme.example", "acme-lab");
      await stack.succeed("preview", "--expect-no-changes");

      await control.setRole("bob@acme.example", "acme-lab", "admin");
      await control.updateSecuritySettings("acme-lab", { two_factor_required: false });
      const found = await stack.succeed("refresh", "--preview-only", "--diff");
      expect(found).toMatch(/bob@acme\.example"?: "developer" => "admin"/);
      expect(found).toMatch(/requireTwoFactor: true => false/);
      site.requests();
      await site.up("--refresh");
      expect(site.writes().sort()).toEqual([
        'PATCH update-a-member {"role":"developer"}',
        'PATCH update-security-settings {"two_factor_required":true}',
      ]);
      expect(site.people("acme-lab")).toEqual(people);

      expect(await site.fail("destroy", "--yes")).toContain("because it is protected");
      await stack.succeed("state", "unprotect", "--all", "--yes");
      expect(await site.fail("destroy", "--yes", "--skip-preview")).toContain("set `forceDestroy: true`");
      await emulator.control.removeMember("bob@acme.example", "acme-lab");
      await stack.succeed("destroy", "--yes", "--skip-preview");
      expect(emulator.state.organizations).toEqual([]);
    } finally {
      await site.end();
    }
  },
);

test("every program in Go that a page shows compiles", async () => {
  await mkdir(join(root, "dist"), { recursive: true });
  // At the depth of the example, so that the path to the SDK holds.
  const folder = await mkdtemp(join(root, "dist/go-"));
  try {
    for (const file of ["go.mod", "go.sum"]) await cp(join(root, "examples/go", file), join(folder, file));
    const isProgram = ({ language, code }: { language: string; code: string }) =>
      language === "go" && /^package /m.test(code);
    const blocks = pages().flatMap((page) => page.blocks.filter(isProgram));
    expect(blocks).not.toEqual([]);
    for (const { at, code } of blocks) {
      const program = join(folder, at.replace(/\W/g, "-"));
      await mkdir(program);
      await writeFile(join(program, "main.go"), code);
    }
    await succeed("go", ["vet", "./..."], folder);
  } finally {
    await rm(folder, { recursive: true });
  }
});

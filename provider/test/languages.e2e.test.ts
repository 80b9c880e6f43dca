import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Emulator } from "#emulator";
import { pages, read } from "./guides/markdown";
import { newStack, run } from "./support/cli";
import { Site } from "./support/program";

const root = join(__dirname, "../..");
const python = join(root, ".pulumi/python/bin");

/** The preparations in the folder of the example before `pulumi up`. */
interface Language {
  /** The file of the program. */
  readonly main: string;
  readonly prepare?: (folder: string) => Promise<void>;
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

async function succeed(command: string, args: string[], folder: string): Promise<void> {
  const { code, stdout, stderr } = await run(command, args, folder);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
}

/** The example, in a folder at the depth of the original, so that its paths to the SDK and the plugin hold. */
async function example(name: string, { prepare, environment }: Language): Promise<Site> {
  const parent = join(root, "dist");
  await mkdir(parent, { recursive: true });
  const emulator = new Emulator();
  const program = join(root, "examples", name);
  const options = { program, emulator, parent, ...(prepare && { prepare }), ...(environment && { environment }) };
  return new Site(emulator, await newStack(options));
}

test.each(["python", "go"])(
  "the layout that the reference shows in %s comes up, and changes nothing the second time",
  async (name) => {
    const language = languages[name];
    if (language === undefined) throw new Error(`${name} is no language here`);
    const page = "docs/resources/Layout.md";
    const shown = read(page, await readFile(join(root, page), "utf8")).blocks.find((block) => block.language === name);
    const prepare = async (folder: string) => {
      await writeFile(join(folder, language.main), shown?.code ?? "");
      await language.prepare?.(folder);
    };
    const site = await example(name, { ...language, prepare });
    try {
      await site.up();
      expect(site.people("acme-production")).toEqual(["ada@acme.example admin", "bob@acme.example developer invited"]);
      const { display_name, security } = site.emulator.control.getOrganization("acme-production");
      expect({ display_name, security }).toMatchObject({
        display_name: "Acme production",
        security: { two_factor_required: true, session_timeout: 8 * 3600 },
      });
      site.requests();
      await site.up("--expect-no-changes");
      expect(site.writes()).toEqual([]);
      expect(await site.fail("destroy", "--yes")).toContain("because it is protected");
    } finally {
      await site.end();
    }
  },
  300_000,
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
      await stack.succeed("destroy", "--yes", "--skip-preview");
      expect(emulator.state.organizations).toEqual([]);
    } finally {
      await site.end();
    }
  },
  300_000,
);

test("every program in Go that a page shows compiles", async () => {
  await mkdir(join(root, "dist"), { recursive: true });
  // At the depth of the example, so that the path to the SDK holds.
  const folder = await mkdtemp(join(root, "dist/go-"));
  try {
    for (const file of ["go.mod", "go.sum"]) await cp(join(root, "examples/go", file), join(folder, file));
    const blocks = pages().flatMap((page) => page.blocks.filter(({ language }) => language === "go"));
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

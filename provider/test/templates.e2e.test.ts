import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { version } from "../../package.json";
import { Emulator, serve } from "#emulator";
import { nightly } from "#testing";
import { newStack } from "./support/cli";
import { makeEmptyMachine } from "./support/machine";
import { succeed } from "./support/packed";
import { bin, Site } from "./support/program";

const root = join(__dirname, "../..");
const pulumi = join(root, ".pulumi/bin/pulumi");
const installPlugin = [
  ...["plugin", "install", "resource", "peridio", version],
  ...["--file", join(bin, "pulumi-resource-peridio")],
];
const people = ["ada@acme.example admin", "bob@acme.example developer invited", "carl@acme.example viewer invited"];

let home: string;
beforeEach(async () => (home = await mkdtemp(join(tmpdir(), "templates-"))));
afterEach(() => rm(home, { recursive: true }));

/** Installs the SDK of this repository into a project, as the guide says. */
const languages: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  typescript: (folder) => {
    const options = ["--install-links", "--prefer-offline", "--no-audit", "--no-fund"];
    return succeed("npm", ["install", ...options, join(root, "sdk/nodejs")], folder);
  },
  python: async (folder) => {
    const shared = join(root, ".pulumi/python/bin/python");
    await succeed(shared, ["-m", "venv", "venv"], folder);
    // The packages that `make python` installed, so that pip downloads nothing.
    const installed = join(await findPackages("venv/bin/python", folder), "shared.pth");
    await writeFile(installed, await findPackages(shared, folder));
    // pip builds in the folder of the sources, where other tests may build at the same time.
    const sdk = join(home, "sdk");
    await cp(join(root, "sdk/python"), sdk, { recursive: true });
    const options = ["--no-build-isolation", "--no-index"];
    await succeed("venv/bin/pip", ["install", ...options, sdk], folder);
  },
  go: async (folder) => {
    const replacement = `github.com/pulumi-peridio/pulumi-peridio/sdk/go=${join(root, "sdk/go")}`;
    await succeed("go", ["mod", "edit", "-replace", replacement], folder);
    await succeed("go", ["mod", "tidy"], folder);
  },
};

/** Returns the folder of the packages of a Python environment. */
async function findPackages(python: string, folder: string): Promise<string> {
  const script = "import sysconfig; print(sysconfig.get_path('purelib'))";
  return (await succeed(python, ["-c", script], folder)).trim();
}

nightly.each(Object.entries(languages))(
  "the template in %s creates an organization, changes nothing in a second run, and deletes the organization",
  async (language, install) => {
    const emulator = new Emulator();
    const prepare = async (folder: string) => {
      const template = join(root, "templates", language);
      await succeed(pulumi, ["new", template, "--name", "acme", "--generate-only", "--yes"], folder);
      await install(folder);
    };
    const made = await newStack({ emulator, prepare });
    // The pinned language host for Python does not read the option `virtualenv`.
    const path = [join(made.folder, "venv/bin"), join(root, ".pulumi/bin"), process.env.PATH].join(delimiter);
    const site = new Site(emulator, made.with({ PATH: path }));
    const { stack } = site;
    try {
      await stack.succeed(...installPlugin);
      await stack.succeed("config", "set", "organization", "acme-lab");
      await site.up();
      expect(site.people("acme-lab")).toEqual(people);
      expect(await stack.succeed("stack", "output", "organizationId")).toMatch(/^prn:1:/);
      site.requests();
      await site.up("--expect-no-changes");
      expect(site.writes()).toEqual([]);
      expect(await site.fail("destroy", "--yes")).toContain("because it is protected");
      await stack.succeed("state", "unprotect", "--all", "--yes");
      await stack.succeed("destroy", "--yes", "--skip-preview");
      expect(emulator.state.organizations).toEqual([]);
    } finally {
      await site.end();
    }
  },
);

test("pulumi new asks for the organization and the API key, and stores the API key as a secret", async () => {
  const apiKey = "key-of-the-template";
  const emulator = new Emulator({ apiKey });
  const server = await serve(emulator, { port: 0 });
  const folder = join(home, "acme");
  await mkdir(folder);
  const environment = {
    ...(await makeEmptyMachine(home)),
    PULUMI_BACKEND_URL: `file://${home}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Pulumi then also asks without a terminal.
    PULUMI_TEST_INTERACTIVE: "1",
    PERIDIO_BASE_URL: server.url,
  };
  const execute = (command: string, ...args: string[]) => succeed(command, args, folder, environment);
  try {
    await execute(pulumi, ...installPlugin);
    const script = 'printf "%s\\n" "$1" "$2" | pulumi new "$0" --name acme --description Acme --stack dev';
    const printed = await execute("sh", "-c", script, join(root, "templates/yaml"), "acme-lab", apiKey);
    expect(printed).toContain("The name of the organization");
    expect(printed).toContain("The API key");
    const settings = await readFile(join(folder, "Pulumi.dev.yaml"), "utf8");
    expect(settings).toContain("acme:organization: acme-lab");
    expect(settings).toMatch(/peridio:apiKey:\s+secure: /);
    expect(settings).not.toContain(apiKey);

    await execute(pulumi, "up", "--yes", "--skip-preview");
    const requests = () => emulator.requests().filter(({ method }) => method !== "GET").length;
    const created = requests();
    await execute(pulumi, "up", "--yes", "--skip-preview", "--expect-no-changes");
    expect({ created, again: requests() - created }).toEqual({ created: 4, again: 0 });
    await execute(pulumi, "state", "unprotect", "--all", "--yes");
    await execute(pulumi, "destroy", "--yes", "--skip-preview");
    expect(emulator.state.organizations).toEqual([]);
  } finally {
    await server.close();
  }
});

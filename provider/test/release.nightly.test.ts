import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { version } from "../../package.json";
import { Emulator } from "#emulator";
import { document, organization as organizationStep } from "#gitops/testing";
import { newStack, run } from "./support/cli";
import { makeEmptyMachine, platform } from "./support/machine";
import { succeed } from "./support/packed";
import { member, organization, Site } from "./support/program";

const root = join(__dirname, "../..");

/** A temporary folder, with the release in it. */
let scratch: string;
let release: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "peridio-release-"));
  release = join(scratch, "release");
  await succeed(join(root, "node_modules/.bin/ts-node"), ["scripts/release.ts", release], root);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Writes a program that does not say where its plugin is. */
async function writeProgram(folder: string): Promise<void> {
  const resources = { dev: organization("acme-lab"), bob: member("bob@acme.example", "developer") };
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "release", runtime: "yaml", resources }));
}

test("a release holds the plugin for each system, and packages for each language", async () => {
  const systems = ["darwin-", "linux-", "windows-"].flatMap((system) => [`${system}amd64`, `${system}arm64`]);
  systems.push("linux-amd64-musl", "linux-arm64-musl");
  expect((await readdir(release)).sort()).toEqual(
    [
      "INSTALL.md",
      "SHA256SUMS",
      `peridio-gitops-${version}.tgz`,
      `pulumi-peridio-${version}.tgz`,
      `pulumi-peridio-sdk-go-v${version}.tar.gz`,
      `pulumi-resource-peridio-${version}.tgz`,
      ...systems.flatMap((system) => [
        `pulumi-resource-peridio-v${version}-${system}.tar.gz`,
        `peridio-tools-v${version}-${system}.tar.gz`,
      ]),
      `pulumi_peridio-${version}-py3-none-any.whl`,
      `pulumi_peridio-${version}.tar.gz`,
    ].sort(),
  );
});

test("the same sources give the same archive with another umask", async () => {
  const again = join(scratch, "again");
  await succeed("sh", ["-c", 'umask 077; exec node_modules/.bin/ts-node scripts/release.ts "$0"', again], root);
  const sums = await readFile(join(release, "SHA256SUMS"), "utf8");
  expect(await readFile(join(again, "SHA256SUMS"), "utf8")).toBe(sums);
  expect(sums.trim().split("\n")).toHaveLength((await readdir(release)).length - 2);
  expect(await readFile(join(again, "INSTALL.md"))).toEqual(await readFile(join(release, "INSTALL.md")));
});

test("nothing in a package says where it was made", async () => {
  const archives = (await readdir(release)).filter((file) => file.endsWith("gz"));
  for (const archive of archives) {
    const search = 'tar -xzOf "$0" | grep --quiet --text --fixed-strings "$1"';
    expect({ archive, ...(await run("sh", ["-c", search, archive, root], release)) }).toMatchObject({
      archive,
      code: 1,
    });
  }
});

test.each([
  ["the plugin", `pulumi-resource-peridio-v${version}-${platform}.tar.gz`, "pulumi-resource-peridio"],
  ["the dynamic provider", `pulumi-resource-peridio-${version}.tgz`, "package/dist/dynamic/host"],
  ["peridio-gitops", `peridio-gitops-${version}.tgz`, "package/bin/peridio-gitops"],
])("the archive of %s holds the licenses and the SBOM of the packages in it", async (_, archive, program) => {
  const read = (ending: string) => succeed("tar", ["-xzOf", archive, program + ending], release);
  expect(await read(".notices.txt")).toMatch(/^undici \S+ \(MIT\)$/m);
  expect(await read(".cdx.json")).toMatch(/"purl": "pkg:npm\/undici@/);
});

const job = z.object({
  steps: z.array(
    z.object({
      name: z.string().optional(),
      run: z.string().optional(),
      with: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
const workflow = z.object({ jobs: z.object({ start: job, github: job }) });

test("the workflow attests each SBOM for the archives that contain it", async () => {
  const { steps } = workflow.parse(parse(await readFile(join(root, ".github/workflows/release.yml"), "utf8"))).jobs
    .github;
  const folder = join(scratch, "workflow");
  await mkdir(folder);
  await symlink(release, join(folder, "release"));
  const script = steps.find(({ name }) => name?.startsWith("Read the SBOMs"))?.run ?? "";
  await succeed("bash", ["-ec", `GITHUB_REF_NAME=v${version}; ${script}`], folder);
  const attested = steps.flatMap(({ with: inputs }) => (inputs?.["predicate-path"] === undefined ? [] : [inputs]));
  const pairs: string[] = [];
  for (const { "subject-path": subjects = "", "predicate-path": sbom = "" } of attested) {
    for (const archive of (await succeed("bash", ["-c", `ls ${subjects}`], folder)).trim().split("\n")) {
      pairs.push(`${basename(archive)} ${basename(sbom)}`);
      const contained = await succeed("tar", ["-xzOf", archive, sbom.replace("sbom/", "")], folder);
      expect(contained).toBe(await readFile(join(folder, sbom), "utf8"));
    }
  }
  const contained: string[] = [];
  for (const archive of (await readdir(release)).filter((file) => file.endsWith("gz"))) {
    const files = (await succeed("tar", ["-tzf", archive], release)).trim().split("\n");
    contained.push(...files.filter((file) => file.endsWith(".cdx.json")).map((file) => `${archive} ${basename(file)}`));
  }
  expect(pairs.sort()).toEqual(contained.sort());
});

test("files in an archive are readable for all and writable for their owner", async () => {
  for (const archive of (await readdir(release)).filter((file) => file.endsWith("gz"))) {
    const lines = (await succeed("tar", ["-tvzf", archive], release)).trim().split("\n");
    const modes = new Set(lines.map((line) => line.slice(0, 10)));
    expect({ archive, modes: [...modes].filter((mode) => !["-rw-r--r--", "-rwxr-xr-x"].includes(mode)) }).toEqual({
      archive,
      modes: [],
    });
  }
});

test("the SDK for Node.js is compiled, has its types, and knows its version", async () => {
  const folder = join(scratch, "node_modules/pulumi-peridio");
  await mkdir(folder, { recursive: true });
  await succeed("tar", ["-xzf", join(release, `pulumi-peridio-${version}.tgz`), "--strip-components=1"], folder);
  await symlink(join(root, "node_modules/@pulumi"), join(scratch, "node_modules/@pulumi"));
  const script = `
    const { Organization } = require("pulumi-peridio");
    console.log(Organization.name, require("pulumi-peridio/bin/utilities").getVersion());`;
  expect(await succeed("node", ["-e", script], scratch)).toBe(`Organization ${version}\n`);
  expect(await readdir(join(folder, "bin"))).toContain("index.d.ts");
});

test("peridio-gitops is installed from its package, and runs with Node.js alone", async () => {
  const home = join(scratch, "global");
  const archive = join(release, `peridio-gitops-${version}.tgz`);
  await succeed(
    "npm",
    ["install", "--global", "--prefix", home, "--offline", "--no-audit", "--no-fund", archive],
    scratch,
  );
  const installed = join(home, "lib/node_modules/peridio-gitops");
  expect((await readdir(installed, { recursive: true })).sort()).toEqual(
    [
      "LICENSE",
      "README.md",
      "SKILL.md",
      "access-rules.schema.json",
      "bin",
      "bin/peridio-gitops",
      "bin/peridio-gitops.cdx.json",
      "bin/peridio-gitops.notices.txt",
      "layout.schema.json",
      "package.json",
    ].sort(),
  );
  for (const file of ["layout.schema.json", "gitops/access-rules.schema.json", "SKILL.md"])
    expect(await readFile(join(installed, basename(file)), "utf8")).toBe(await readFile(join(root, file), "utf8"));
  const program = join(home, "bin/peridio-gitops");
  expect(await succeed(program, ["--version"], scratch)).toBe(`${version}\n`);
  expect(await succeed(program, ["--help"], scratch)).toContain("peridio-gitops [options] [command]");
  await writeFile(join(scratch, "preview.json"), document([organizationStep("acme-dev", 1)]));
  expect(await succeed(program, ["review", "preview.json", "--html-file", "review.html"], scratch)).toContain("<!--");
  expect(await readFile(join(scratch, "review.html"), "utf8")).toContain("acme-dev");
});

test("the workflow starts the programs of this system, and the pipelines install them with the lines of the release", async () => {
  const folder = join(scratch, "started");
  await mkdir(folder);
  await symlink(release, join(folder, "release"));
  const start = { ...process.env, GITHUB_REF_NAME: `v${version}`, SYSTEM: platform, IMAGE: "" };
  const steps = workflow.parse(parse(await readFile(join(root, ".github/workflows/release.yml"), "utf8"))).jobs.start
    .steps;
  await succeed(
    "bash",
    ["-ec", steps.find(({ name }) => name === "Start every program")?.run ?? "exit 1"],
    folder,
    start,
  );

  const [, lines = ""] = /^```yaml\n(.*?)```$/ms.exec(await readFile(join(release, "INSTALL.md"), "utf8")) ?? [];
  const page = await readFile(join(root, "docs/installation-configuration.md"), "utf8");
  const [, script = ""] = /^```bash\n(for archive .*?)```$/ms.exec(page) ?? [];
  const inputs = z.object({ "tools-version": z.string(), "tools-sha256sums": z.string() }).parse(parse(lines));
  const variables = { TOOLS_VERSION: inputs["tools-version"], TOOLS_SHA256SUMS: inputs["tools-sha256sums"] };
  // curl reads the releases from a folder.
  await mkdir(join(folder, "releases/download"), { recursive: true });
  await symlink(release, join(folder, `releases/download/v${version}`));
  const machine = await makeEmptyMachine(folder);
  const PATH = [machine.PATH, process.env.PATH].join(delimiter);
  const environment = { ...machine, ...variables, TOOLS_RELEASES: `file://${folder}/releases`, tools: folder, PATH };
  await succeed("bash", ["-ec", script], folder, environment);
  expect(await succeed(join(folder, "peridio-gitops"), ["--version"], folder)).toBe(`${version}\n`);
  expect(await succeed("pulumi", ["plugin", "ls"], folder, environment)).toMatch(
    new RegExp(`^peridio +resource +${version}`, "m"),
  );
});

test("the plugin is installed from its archive, and needs only Pulumi and coreutils", async () => {
  const environment = await makeEmptyMachine(scratch);
  const emulator = new Emulator();
  const archive = join(release, `pulumi-resource-peridio-v${version}-${platform}.tar.gz`);
  const stack = await newStack({ emulator, environment, prepare: writeProgram });
  const site = new Site(emulator, stack);
  try {
    await stack.succeed("plugin", "install", "resource", "peridio", version, "--file", archive);
    await site.up();
    expect(site.people("acme-lab")).toEqual(["ada@acme.example admin", "bob@acme.example developer invited"]);
    await stack.succeed("refresh", "--yes", "--expect-no-changes");
    await emulator.control.createOrganization("acme-found");
    const imported = ["import", "peridio:index:Organization", "found", "acme-found"];
    await stack.succeed(...imported, "--yes", "--protect=false", "--generate-code=false");
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(emulator.state.organizations).toEqual([]);
  } finally {
    await site.end();
  }
});

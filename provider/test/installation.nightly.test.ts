import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, statSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import manifest from "../../package.json";
import { Emulator } from "#emulator";
import { newStack } from "./support/cli";
import { makeEmptyMachine, platform } from "./support/machine";
import { succeed } from "./support/packed";
import { bin, dev, type Declarations, policy, roster, Site } from "./support/program";
import { copyRepository } from "./support/repository";

const { version } = manifest;
/** The project has no earlier release, so the previous version consists of the same sources with an older number. */
const previous = "0.0.1";

/** The folder of the archives. */
let archives: string;
const nameArchive = (number: string) => `pulumi-resource-peridio-v${number}-${platform}.tar.gz`;

beforeAll(async () => {
  archives = await mkdtemp(join(tmpdir(), "peridio-archives-"));
  await Promise.all([pack(version, bin), buildPrevious().then((folder) => pack(previous, folder))]);
});
afterAll(() => rm(archives, { recursive: true, force: true }));

/** Compiles the plugin as a release does, in a copy of the repository with the older number. */
async function buildPrevious(): Promise<string> {
  const copy = copyRepository();
  const folder = join(archives, previous);
  try {
    await writeFile(join(copy, "package.json"), JSON.stringify({ ...manifest, version: previous }));
    const command = ["scripts/compile.ts", "pulumi-resource-peridio", folder];
    await succeed(join(copy, "node_modules/.bin/ts-node"), command, copy);
    return folder;
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** Packs the plugin of a folder into an archive with the name and the layout that a release has. */
async function pack(number: string, folder: string): Promise<void> {
  const script = 'tar -cC "$0" pulumi-resource-peridio | gzip -1 > "$1"';
  await succeed("sh", ["-c", script, folder, join(archives, nameArchive(number))], archives);
}

const organization: Declarations = {
  ...dev,
  people: roster({ "bob@acme.example": "developer" }),
  security: policy({ sessionTimeout: "8h" }),
};

let site: Site;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

beforeEach(async () => {
  const machine = await mkdtemp(join(tmpdir(), "peridio-machine-"));
  closing.push(() => rm(machine, { recursive: true }));
  const emulator = new Emulator();
  const prepare = (folder: string) => writeProgram(folder, organization);
  site = new Site(emulator, await newStack({ emulator, environment: await makeEmptyMachine(machine), prepare }));
  closing.push(() => site.end());
});

/** Writes a program that does not say where its plugin is. */
async function writeProgram(folder: string, resources: Declarations): Promise<void> {
  // JSON is YAML.
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "installation", runtime: "yaml", resources }));
}

function install(number: string): Promise<string> {
  const archive = join(archives, nameArchive(number));
  return site.stack.succeed("plugin", "install", "resource", "peridio", number, "--file", archive);
}

const plugins = z.array(z.object({ name: z.string(), kind: z.string(), version: z.string() }));

/** Returns the installed plugins: `resource peridio 0.1.0`. */
async function listInstalled(): Promise<string[]> {
  const installed = plugins.parse(await site.stack.json("plugin", "ls"));
  return installed.map(({ name, kind, version }) => `${kind} ${name} ${version}`).sort();
}

/** Returns the versions of the provider that sent requests since the last call, and the writes of these requests. */
function observe(): { readonly versions: readonly string[]; readonly writes: readonly string[] } {
  const versions = site.emulator
    .requests()
    .map(({ user_agent }) => user_agent?.match(/\d+\.\d+\.\d+/)?.[0] ?? "unknown");
  return { versions: [...new Set(versions)], writes: site.writes() };
}

/** Serves the archives over HTTP until the end of the test. Returns the URL, and the names of the files that were downloaded. */
async function serveArchives(): Promise<{ readonly url: string; readonly downloads: string[] }> {
  const downloads: string[] = [];
  const server = createServer((request, response) => {
    const name = basename(request.url ?? "");
    downloads.push(name);
    const size = statSync(join(archives, name), { throwIfNoEntry: false })?.size;
    response.writeHead(size === undefined ? 404 : 200, size === undefined ? {} : { "content-length": size });
    if (size === undefined) response.end();
    else createReadStream(join(archives, name)).pipe(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  closing.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { url: `http://127.0.0.1:${address.port}`, downloads };
}

/** Declares the package as `pulumi package add` does, so that the program requires this version. */
async function declare(number: string, server?: string): Promise<void> {
  const folder = join(site.stack.folder, "sdks/peridio");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const declaration = { packageDeclarationVersion: 1, name: "peridio", version: number, downloadUrl: server };
  await writeFile(join(folder, `peridio-${number}.yaml`), JSON.stringify(declaration));
}

/**
 * Runs `pulumi package add`. Does not check its exit code: the pinned language host for YAML does not implement the last step, which
 * does nothing in later versions.
 */
async function addPackage(...args: string[]): Promise<void> {
  await site.stack.pulumi("package", "add", ...args);
}

test.each([
  ["uses the newest installed plugin", () => Promise.resolve()],
  ["declares the version of its plugin", declare],
])("a program that %s continues with a new version, and nothing changes", async (_, declareVersion) => {
  const { stack, emulator } = site;
  await install(previous);
  await declareVersion(previous);
  await site.up();
  expect(observe().versions).toEqual([previous]);

  await install(version);
  await declareVersion(version);
  expect(await listInstalled()).toEqual([`resource peridio ${previous}`, `resource peridio ${version}`]);
  await stack.succeed("preview", "--expect-no-changes");
  await site.up("--expect-no-changes");
  const seen = observe();
  expect(seen.versions).toContain(version);
  expect(seen.writes).toEqual([]);

  // Pulumi reads with the version in the state, so the previous version is needed until the first update.
  await stack.succeed("plugin", "rm", "resource", "peridio", previous, "--yes");
  expect(await listInstalled()).toEqual([`resource peridio ${version}`]);
  await site.up("--refresh", "--expect-no-changes");
  expect(observe()).toEqual({ versions: [version], writes: [] });
  await writeProgram(stack.folder, { ...organization, people: roster({ "bob@acme.example": "viewer" }) });
  await site.up();
  expect(site.people("acme-dev")).toContain("bob@acme.example viewer invited");
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(observe().versions).toEqual([version]);
  expect(emulator.state.organizations).toEqual([]);
});

test("without the plugin, a program fails before any request, and continues after a new installation", async () => {
  const { stack, emulator } = site;
  await install(version);
  await site.up();
  await stack.succeed("plugin", "rm", "resource", "peridio", "--yes");
  expect(await listInstalled()).toEqual([]);
  site.requests();
  const offline = stack.with({ PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" });
  for (const command of [["preview"], ["up", "--yes"], ["destroy", "--yes"]]) {
    const { code, stdout, stderr } = await offline.pulumi(...command);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("no resource plugin 'pulumi-resource-peridio' found");
  }
  expect(site.requests()).toEqual([]);

  await install(version);
  await stack.succeed("preview", "--expect-no-changes");
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(emulator.state.organizations).toEqual([]);
});

test("the plugin is installed from a server, and downloaded again if it is missing", async () => {
  const { stack } = site;
  const { url, downloads } = await serveArchives();
  await stack.succeed("plugin", "install", "resource", "peridio", version, "--server", url);
  expect(await listInstalled()).toEqual([`resource peridio ${version}`]);
  await stack.succeed("plugin", "rm", "resource", "peridio", "--yes");

  await addPackage(`peridio@${version}`, "--server", url);
  await stack.succeed("plugin", "rm", "resource", "peridio", "--yes");
  await site.up();
  expect(await listInstalled()).toEqual([`resource peridio ${version}`]);
  expect(downloads).toEqual(Array.from({ length: 3 }, () => nameArchive(version)));
});

describe("the checksum of the plugin's archive", () => {
  /** Returns the SHA-256 of the archive, and that of another one. */
  async function digests(): Promise<{ readonly right: Buffer; readonly wrong: Buffer }> {
    const digest = (content: Buffer) => createHash("sha256").update(content).digest();
    return { right: digest(await readFile(join(archives, nameArchive(version)))), wrong: digest(Buffer.from("other")) };
  }

  /** Replaces the project by one that declares the package with a checksum, in an encoding that JSON or YAML can contain. */
  async function declareChecksum(server: string, checksum: unknown, file: "Pulumi.json" | "Pulumi.yaml") {
    const checksums = { [platform]: checksum };
    const packages = { peridio: { source: "peridio", version, pluginDownloadURL: server, checksums } };
    await rm(join(site.stack.folder, "Pulumi.yaml"), { force: true });
    const project = { name: "installation", runtime: "yaml", packages };
    const text = file === "Pulumi.json" ? JSON.stringify(project) : stringify(project, { customTags: ["binary"] });
    await writeFile(join(site.stack.folder, file), text);
  }

  test("is compared by `pulumi plugin install --checksum`, which expects hexadecimal digits", async () => {
    const { url } = await serveArchives();
    const { right, wrong } = await digests();
    const install = ["plugin", "install", "resource", "peridio", version, "--server", url, "--checksum"];
    expect(await site.fail(...install, wrong.toString("hex"))).toContain(
      `invalid checksum, expected ${wrong.toString("hex")}, actual ${right.toString("hex")}`,
    );
    expect(await listInstalled()).toEqual([]);
    await site.stack.succeed(...install, right.toString("hex"));
    expect(await listInstalled()).toEqual([`resource peridio ${version}`]);
  });

  // The CLI decodes a text of Pulumi.yaml into bytes, which its YAML package cannot. Its schema of the file permits only a text.
  test.each([
    ["hexadecimal digits", ({ right }) => right.toString("hex"), "package must be either a string or"],
    ["base64", ({ right }) => right.toString("base64"), "package must be either a string or"],
    ["binary data of YAML", ({ right }) => right, "package must be either a string or"],
    ["a list of bytes", ({ right }) => [...right], "expected string, but got array"],
  ] satisfies [string, (all: Awaited<ReturnType<typeof digests>>) => unknown, string][])(
    "cannot be in `checksums` of Pulumi.yaml as %s",
    async (_, encode, message) => {
      const { url, downloads } = await serveArchives();
      await declareChecksum(url, encode(await digests()), "Pulumi.yaml");
      expect(await site.fail("install")).toContain(message);
      expect(downloads).toEqual([]);
    },
  );

  test("is compared by `pulumi install` if a Pulumi.json contains it in base64", async () => {
    const { url } = await serveArchives();
    const { right, wrong } = await digests();
    await declareChecksum(url, wrong.toString("base64"), "Pulumi.json");
    expect(await site.fail("install")).toContain(`invalid checksum, expected ${wrong.toString("hex")}`);
    expect(await listInstalled()).toEqual([]);
    await declareChecksum(url, right.toString("base64"), "Pulumi.json");
    // The pinned language host for YAML does not implement the step after the download.
    await site.stack.pulumi("install");
    expect(await listInstalled()).toEqual([`resource peridio ${version}`]);
  });
});

test("if the download of the plugin fails, the message contains the command that installs it", async () => {
  const { url } = await serveArchives();
  await declare("0.0.2", url);
  expect(await site.failUp()).toContain(`pulumi plugin install resource peridio v0.0.2 --server ${url}`);
});

test("a package is added from an executable in a local folder, and declares the version and the releases", async () => {
  const { stack } = site;
  await mkdir(join(stack.folder, "plugin"));
  await copyFile(join(bin, "pulumi-resource-peridio"), join(stack.folder, "plugin/pulumi-resource-peridio"));
  await addPackage("./plugin/pulumi-resource-peridio");
  const declaration = await readFile(join(stack.folder, `sdks/peridio/peridio-${version}.yaml`), "utf8");
  expect(declaration).toBe(await readFile(join(bin, `../templates/yaml/sdks/peridio/peridio-${version}.yaml`), "utf8"));
  await install(version);
  await site.up();
});

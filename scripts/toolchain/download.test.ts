import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { nightlyCases } from "#testing";
import { findPinnedTool } from "./go";
import { listCompanions } from "./installed";

const repository = join(__dirname, "../..");
const { version } = findPinnedTool(readFileSync(join(repository, "tools/pulumi/go.mod"), "utf8"));

/** A copy of the scripts, whose .pulumi is empty. */
let folder: string;
/** Stands for get.pulumi.com. */
let server: Server;
let origin: string;
let requests: string[];
/** True if the server does not answer, so that the script must not wait for long. */
let isHanging: boolean;
const at = (...path: string[]) => join(folder, ...path);

beforeEach(async () => {
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  folder = mkdtempSync(join(tmpdir(), "toolchain-"));
  requests = [];
  isHanging = false;
  for (const name of ["scripts", "tools", "package.json", "tsconfig.json"])
    cpSync(join(repository, name), at(name), { recursive: true });
  symlinkSync(join(repository, "node_modules"), at("node_modules"));
  mkdirSync(at("path"));
  symlinkSync(process.execPath, at("path/node"));
  for (const name of ["sh", "tar", "gzip", "mktemp", "mkdir", "mv", "chmod"]) {
    const program = ["/bin", "/usr/bin"].map((directory) => join(directory, name)).find(existsSync);
    if (program === undefined) throw new Error(`/bin and /usr/bin have no ${name}`);
    symlinkSync(program, at("path", name));
  }
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** The steps of Pulumi's installer, whose options here always have this order. */
const installer = `set -e
archive=$(mktemp -t pulumi.tar.gz.XXXXXXXXXX)
node -e 'fetch(process.argv[1]).then(async ({ body }) => { for await (const part of body) process.stdout.write(part); })' \
  "$TEST_SERVER/pulumi-v$5.tar.gz" > "$archive"
unpacked=$(mktemp -dt pulumi.XXXXXXXXXX)
tar zxf "$archive" -C "$unpacked"
mkdir -p "$3"
mv "$unpacked/pulumi" "$3/bin"
`;

/** Writes programs that print a text, and returns their archive. */
async function pack(printed: string, names: readonly string[]): Promise<Buffer> {
  for (const name of names) writeProgram(at("packed/pulumi"), name, `echo ${printed}`);
  await create({ file: at("packed.tar.gz"), cwd: at("packed"), gzip: true }, ["pulumi"]);
  return readFileSync(at("packed.tar.gz"));
}

function writeProgram(directory: string, name: string, script: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, name), 0o755);
}

/** Lets the server send the installer and this archive. */
function serve(archive: RequestListener, script: RequestListener = (_, response) => response.end(installer)): void {
  server.on("request", (request, response) => {
    requests.push(request.url ?? "");
    (request.url === "/install.sh" ? script : archive)(request, response);
  });
}

/** Adds a program `go` to PATH. It builds programs that print "built". */
function installGo(): void {
  const build = `while [ "$1" != -o ]; do shift; done; printf '#!/bin/sh\\necho built\\n' > "$2"; chmod +x "$2"`;
  writeProgram(at("path"), "go", `case $1 in env) echo go1.99.0 ;; build) ${build} ;; esac`);
}

/** Runs the script, which reaches this server instead of get.pulumi.com, and returns its exit code and its output. */
async function provide(...languages: readonly string[]): Promise<{ code: number; output: string }> {
  const redirect = `const real = fetch; fetch = (url) => real(url.replace("https://get.pulumi.com", "${origin}"));`;
  writeFileSync(at("redirect.cjs"), redirect);
  const env = {
    HOME: at("home"),
    PATH: at("path"),
    NODE_OPTIONS: `--require ${at("redirect.cjs")}`,
    TEST_SERVER: origin,
    DOWNLOAD_TIMEOUT: isHanging ? "2" : "600",
  };
  const command = [at("node_modules/.bin/ts-node"), at("scripts/toolchain.ts"), ...languages];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { cwd: folder, env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr });
    });
  });
}

const runPulumi = () => execFileSync(at(".pulumi/bin/pulumi"), { encoding: "utf8" }).trim();

test("a download provides the pinned CLI with all language hosts, once", async () => {
  const archive = await pack(version, ["pulumi", ...listCompanions()]);
  serve((_, response) => response.end(archive));
  const { code, output } = await provide("yaml");
  expect([code, output]).toEqual([0, expect.stringContaining(`Pulumi ${version} is ready: .pulumi/bin links to`)]);
  expect(output).toContain("no pulumi is on PATH");
  expect(runPulumi()).toBe(version);
  expect(readdirSync(at(".pulumi/bin")).sort()).toEqual(["pulumi", ...listCompanions()].sort());
  expect(readdirSync(at(".pulumi/versions"))).toEqual([version]);
  expect(requests).toEqual(["/install.sh", `/pulumi-${version}.tar.gz`]);
  expect((await provide("python")).code).toBe(0);
  expect(requests).toHaveLength(2);
  expect(existsSync(at("home/.pulumi"))).toBe(false);
});

const html = "<!doctype html><title>Sign in</title>";
const failures: readonly (readonly [name: string, reason: RegExp, start: () => void | Promise<void>])[] = [
  ["is refused", /fetch failed/, () => void server.close()],
  [
    "is missing",
    /HTTP 404/,
    () => {
      serve(
        () => undefined,
        (_, response) => response.writeHead(404).end(),
      );
    },
  ],
  [
    "hangs",
    /nothing arrived for 2 seconds/,
    () => {
      isHanging = true;
      serve(
        () => undefined,
        () => undefined,
      );
    },
  ],
  [
    "hangs after the installer",
    /nothing arrived for 2 seconds/,
    () => {
      isHanging = true;
      serve(() => undefined);
    },
  ],
  [
    "is cut off",
    /(?:curl|gzip|tar): |the installer failed/,
    async () => {
      const archive = await pack(version, ["pulumi", ...listCompanions()]);
      serve((request, response) => {
        response.writeHead(200, { "content-length": archive.length });
        response.write(archive.subarray(0, archive.length / 2), () => request.socket.destroy());
      });
    },
  ],
  [
    "is not an archive",
    /(gzip|tar): /,
    () => {
      serve((_, response) => response.end(html));
    },
  ],
  [
    "is not the installer",
    /the installer failed/,
    () => {
      serve(
        () => undefined,
        (_, response) => response.end(html),
      );
    },
  ],
  [
    "has another version",
    /the downloaded pulumi is v3.999.0, not v/,
    async () => {
      const archive = await pack("v3.999.0", ["pulumi", ...listCompanions()]);
      serve((_, response) => response.end(archive));
    },
  ],
  [
    "lacks a language host",
    /the downloaded pulumi has no pulumi-language-go$/m,
    async () => {
      const archive = await pack(
        version,
        ["pulumi", ...listCompanions()].filter((name) => name !== "pulumi-language-go"),
      );
      serve((_, response) => response.end(archive));
    },
  ],
];

test.each([...failures.slice(0, 3), ...nightlyCases(...failures.slice(3))])(
  "if the download %s, the CLI is built",
  async (_, reason, start) => {
    installGo();
    await start();
    const { code, output } = await provide("yaml");
    const [failed = ""] = /^The download from get.pulumi.com failed: .*$/m.exec(output) ?? [];
    expect(failed).toMatch(reason);
    expect([code, output]).toEqual([0, expect.stringContaining(`Pulumi ${version} is ready in .pulumi/bin`)]);
    expect(runPulumi()).toBe("built");
    expect(readdirSync(at(".pulumi/bin"))).toEqual(["pulumi", "pulumi-language-yaml"]);
    expect(readdirSync(at(".pulumi/versions"))).toEqual([]);
    expect(readdirSync(at(".pulumi/partial"))).toEqual([]);
    expect(existsSync(at("home/.pulumi"))).toBe(false);
  },
);

test("a built CLI is not downloaded later", async () => {
  installGo();
  serve((_, response) => response.end(html));
  expect((await provide("yaml")).code).toBe(0);
  requests = [];
  isHanging = false;
  expect((await provide("yaml")).code).toBe(0);
  expect(requests).toEqual([]);
});

test("without a CLI, a download and Go, the message says what to install", async () => {
  server.close();
  const { code, output } = await provide("yaml");
  expect(code).toBe(1);
  expect(output).toMatch(/^make pulumi failed: Go is not installed, or go env failed. Install Go [\d.]+ or newer./m);
  expect(output).toMatch(/or install Pulumi [\d.]+ or newer \(https:\/\/www.pulumi.com\/docs\/install\)/);
  expect(readdirSync(at(".pulumi/bin"))).toEqual([]);
});

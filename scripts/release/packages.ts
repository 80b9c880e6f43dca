import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { z } from "zod";
import { version } from "../../package.json";
import { nameSystem, type Platform, listFiles, pack, releaseTime, setModes } from "#framework/build";
import { nameArchive, type ProgramArchive } from "./installation";

export const root = join(__dirname, "../..");

/** The folders in which one package of a release is made. */
export interface Stage {
  /** The folder of the files to publish. */
  readonly output: string;
  /** A temporary folder for this package. It does not exist yet. */
  readonly scratch: string;
}

const execute = promisify(execFile);

/** Runs a command without showing its output. If it fails, the error contains the output. */
async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(releaseTime.getTime() / 1000) };
  try {
    await execute(program, args, { cwd, env });
  } catch (error) {
    // tsc and npm print their errors to different streams. A program that does not start prints nothing.
    const { stdout = "", stderr = "" } = failure.safeParse(error).data ?? {};
    const printed = stdout + stderr === "" ? String(error) : stdout + stderr;
    throw new Error(`${[program, ...args].join(" ")} failed:\n${printed}`, { cause: error });
  }
}

const failure = z.object({ stdout: z.string(), stderr: z.string() }).partial();

/** Packs the plugin for a platform, under the name that the Pulumi CLI expects, and peridio-gitops with the emulator. */
export async function packPrograms(stage: Stage, platform: Platform): Promise<void> {
  await packExecutables(stage, platform, "pulumi-resource-peridio", ["pulumi-resource-peridio"]);
  await packExecutables(stage, platform, "peridio-tools", ["peridio-gitops", "peridio-emulator"]);
}

async function packExecutables(
  { output, scratch }: Stage,
  platform: Platform,
  archive: ProgramArchive,
  programs: readonly string[],
): Promise<void> {
  for (const program of programs) {
    await run(join(root, "node_modules/.bin/ts-node"), ["scripts/compile.ts", program, scratch, platform], root);
  }
  copyFileSync(join(root, "LICENSE"), join(scratch, "LICENSE"));
  await pack(join(output, nameArchive(archive, nameSystem(platform))), scratch, listFiles(scratch));
  rmSync(scratch, { recursive: true });
}

const manifest = z.looseObject({ dependencies: z.record(z.string(), z.string()).optional() });
type Manifest = z.output<typeof manifest>;

/** Packs the compiled SDK. The one in the repository needs a compiler when it is installed. */
export async function packSdk({ output, scratch }: Stage): Promise<void> {
  cpSync(join(root, "sdk/nodejs"), scratch, {
    recursive: true,
    filter: (file) => !/[\\/]sdk[\\/]nodejs[\\/](bin|node_modules)$/.test(file),
  });
  await run(
    join(root, "node_modules/.bin/tsc"),
    ["-p", ".", "--sourceMap", "false", "--declarationMap", "false"],
    scratch,
  );
  const original = read(join(scratch, "package.json"));
  const dependencies = omit(original.dependencies ?? {}, "typescript", "@types/node");
  const { description, engines } = read(join(root, "package.json"));
  const published = omit(
    { ...original, description, engines, dependencies, types: "bin/index.d.ts", files: ["bin"] },
    "scripts",
  );
  write(join(scratch, "package.json"), published);
  // The compiled SDK reads its version from the file beside it.
  write(join(scratch, "bin/package.json"), published);
  await packForNpm(output, scratch);
}

/** Packs the dynamic provider that `make dynamic` built. */
export async function packDynamicProvider({ output, scratch }: Stage): Promise<void> {
  mkdirSync(scratch);
  cpSync(join(root, "dist/dynamic"), join(scratch, "dist/dynamic"), { recursive: true });
  cpSync(join(root, "provider/reference/sdk/dynamic.md"), join(scratch, "README.md"));
  write(
    join(scratch, "package.json"),
    omit(read(join(root, "package.json")), "scripts", "workspaces", "imports", "devDependencies"),
  );
  await packForNpm(output, scratch);
}

/** Packs `peridio-gitops` as one file for Node.js, without dependencies. On every system, npm puts its name on PATH. */
export async function packGitops({ output, scratch }: Stage): Promise<void> {
  const program = "bin/peridio-gitops";
  mkdirSync(join(scratch, "bin"), { recursive: true });
  await run(
    join(root, "node_modules/.bin/ts-node"),
    ["scripts/bundle.ts", "peridio-gitops", join(scratch, "bin")],
    root,
  );
  cpSync(join(root, "gitops/README.md"), join(scratch, "README.md"));
  // For the editors and coding agents of people who have no checkout.
  const files = ["layout.schema.json", "gitops/access-rules.schema.json", "SKILL.md"];
  for (const file of files) cpSync(join(root, file), join(scratch, basename(file)));
  const { version, license, homepage, repository, engines } = read(join(root, "package.json"));
  write(join(scratch, "package.json"), {
    name: "peridio-gitops",
    version,
    description:
      "Shows how code changes affect people's access to Peridio, audits organizations, and exports them to files",
    license,
    keywords: ["peridio", "pulumi", "gitops"],
    homepage,
    repository,
    engines,
    bin: { "peridio-gitops": program },
    files: ["bin", ...files.map((file) => basename(file))],
  });
  await packForNpm(output, scratch);
}

function read(file: string): Manifest {
  return manifest.parse(JSON.parse(readFileSync(file, "utf8")));
}

function write(file: string, content: Manifest): void {
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

function omit<T>(given: Readonly<Record<string, T>>, ...names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
}

async function packForNpm(output: string, folder: string): Promise<void> {
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  setModes(folder);
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", output], folder);
}

/** Packs the SDK as a wheel and as a source archive. */
export async function packPythonSdk({ output, scratch }: Stage): Promise<void> {
  const [sources, built] = [join(scratch, "sources"), join(scratch, "built")];
  cpSync(join(root, "sdk/python"), sources, {
    recursive: true,
    filter: (file) => !/(__pycache__|\.egg-info|[\\/]build|[\\/]dist)$/.test(file.slice(root.length)),
  });
  cpSync(join(root, "LICENSE"), join(sources, "LICENSE"));
  setModes(sources);
  const python = join(root, ".pulumi/python/bin/python");
  await run(python, ["-m", "build", "--no-isolation", "--outdir", built, sources], root);
  for (const file of listFiles(built)) {
    if (file.endsWith(".whl")) cpSync(join(built, file), join(output, file));
    else await repack(join(built, file), join(output, file), join(scratch, "unpacked"));
  }
}

/** Packs the files of a source archive again, without the times at which they were made. */
async function repack(archive: string, file: string, folder: string): Promise<void> {
  mkdirSync(folder);
  await extract({ file: archive, cwd: folder });
  await pack(file, folder, listFiles(folder));
}

/** Packs the Go module for local use. Go itself downloads the module from the repository, at the tag `sdk/go/vX.Y.Z`. */
export async function packGoModule({ output, scratch }: Stage): Promise<void> {
  cpSync(join(root, "sdk/go"), scratch, { recursive: true });
  cpSync(join(root, "LICENSE"), join(scratch, "LICENSE"));
  await pack(join(output, `pulumi-peridio-sdk-go-v${version}.tar.gz`), scratch, listFiles(scratch));
}

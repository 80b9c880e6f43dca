import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { settleModes } from "./archive";
import { command, type Stage } from "./stage";

const dependencies = z.record(z.string(), z.string());
const manifest = z.looseObject({ dependencies: dependencies.optional() });
type Manifest = z.output<typeof manifest>;

/** The SDK, compiled: the one in the repository compiles itself when it is installed, which takes a compiler. */
export function sdkPackage({ root, output, scratch }: Stage): void {
  cpSync(join(root, "sdk/nodejs"), scratch, {
    recursive: true,
    filter: (file) => !/[\\/]sdk[\\/]nodejs[\\/](bin|node_modules)$/.test(file),
  });
  command(
    join(root, "node_modules/.bin/tsc"),
    ["-p", ".", "--sourceMap", "false", "--declarationMap", "false"],
    scratch,
  );
  const given = read(join(scratch, "package.json"));
  const needed = without(given.dependencies ?? {}, "typescript", "@types/node");
  const published = without({ ...given, dependencies: needed, types: "bin/index.d.ts", files: ["bin"] }, "scripts");
  write(join(scratch, "package.json"), published);
  // The compiled SDK reads its version from the file beside it.
  write(join(scratch, "bin/package.json"), published);
  pack(root, output, scratch);
}

/** The dynamic provider, as `make dynamic` built it. */
export function dynamicPackage({ root, output, scratch }: Stage): void {
  mkdirSync(scratch);
  cpSync(join(root, "dist/dynamic"), join(scratch, "dist/dynamic"), { recursive: true });
  cpSync(join(root, "examples/dynamic/README.md"), join(scratch, "README.md"));
  write(join(scratch, "package.json"), without(read(join(root, "package.json")), "scripts", "devDependencies"));
  pack(root, output, scratch);
}

/** The command line `peridio-gitops`, in one file that needs no other package. Its name on the PATH is npm's affair on every system. */
export function gitopsPackage({ root, output, scratch }: Stage): void {
  const bundled = `${scratch}-bundle`;
  command(join(root, "node_modules/.bin/ts-node"), ["scripts/bundle.ts", "peridio-gitops", bundled], root);
  const program = "bin/peridio-gitops.js";
  mkdirSync(join(scratch, "bin"), { recursive: true });
  const code = readFileSync(join(bundled, "peridio-gitops.js"), "utf8");
  writeFileSync(join(scratch, program), `#!/usr/bin/env node\n${code}`, { mode: 0o755 });
  cpSync(join(bundled, "peridio-gitops.notices.txt"), join(scratch, "bin/peridio-gitops.notices.txt"));
  cpSync(join(root, "gitops/README.md"), join(scratch, "README.md"));
  const { version, license, homepage, repository, engines } = read(join(root, "package.json"));
  write(join(scratch, "package.json"), {
    name: "peridio-gitops",
    version,
    description: "Reviews what changes of code do to people's access to Peridio, and keeps organizations in files",
    license,
    keywords: ["peridio", "pulumi", "gitops"],
    homepage,
    repository,
    engines,
    bin: { "peridio-gitops": program },
    files: ["bin"],
  });
  pack(root, output, scratch);
}

function read(file: string): Manifest {
  return manifest.parse(JSON.parse(readFileSync(file, "utf8")));
}

function write(file: string, content: Manifest): void {
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

function without<T>(given: Readonly<Record<string, T>>, ...names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
}

function pack(root: string, output: string, folder: string): void {
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  settleModes(folder);
  command("npm", ["pack", "--ignore-scripts", "--pack-destination", output], folder);
}

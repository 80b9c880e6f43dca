import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { type Go, buildPackage, compilerFlags, runGo, findPinnedModule, findPinnedTool } from "./go";

/** One file of the toolchain. */
export interface ToolchainComponent {
  readonly name: string;
  readonly version: string;
  /** All inputs of the file. A copy is kept, and the file is made again when the inputs differ from the copy. */
  readonly recipe: string;
  /** Makes the file. Calls `onCompiled` after each compiled package. */
  make(file: string, onCompiled: () => void): Promise<void>;
}

const binaries = [
  "pulumi",
  "pulumi-language-nodejs",
  "pulumi-language-python",
  "pulumi-language-go",
  "pulumi-language-yaml",
];

const sdk = "github.com/pulumi/pulumi/sdk/v3";

/** Scripts in the CLI's SDK module. */
const scripts = [
  { name: "pulumi-resource-pulumi-nodejs", path: "nodejs/dist/pulumi-resource-pulumi-nodejs" },
  { name: "pulumi-language-python-exec", path: "python/cmd/pulumi-language-python-exec" },
];

/** Returns the components that the Go modules in the folder pin, the CLI first. */
export function listPinnedComponents(tools: string, go: Go): readonly ToolchainComponent[] {
  return [
    ...binaries.map((name) => describeBinary(name, join(tools, name), go)),
    ...scripts.map(({ name, path }) => describeScript(name, path, join(tools, "pulumi"))),
  ];
}

/** Reports whether the file exists and was made by this recipe. `madeBy` is undefined if its recipe is unknown. */
export function isFresh(file: string, madeBy: string | undefined, recipe: string): boolean {
  return madeBy === recipe && existsSync(file);
}

function describeBinary(name: string, directory: string, go: Go): ToolchainComponent {
  const goMod = readFileSync(join(directory, "go.mod"), "utf8");
  const { package: pkg, version } = findPinnedTool(goMod);
  const checksum = createHash("sha256")
    .update(goMod)
    .update(readFileSync(join(directory, "go.sum")))
    .digest("hex");
  // Without debugging tables, the CLI is a third smaller. It gets its version only from the linker.
  const linkerFlags = name === "pulumi" ? `-s -w -X ${sdk}/go/common/version.Version=${version}` : "-s -w";
  return {
    name,
    version,
    recipe: `${pkg}@${version}\n${go.version}\n-gcflags ${compilerFlags}\n-ldflags ${linkerFlags}\nmodule sha256 ${checksum}\n`,
    make: (file, onCompiled) => buildPackage(directory, pkg, linkerFlags, file, onCompiled),
  };
}

function describeScript(name: string, path: string, module: string): ToolchainComponent {
  const { version } = findPinnedModule(readFileSync(join(module, "go.mod"), "utf8"), sdk);
  return {
    name,
    version,
    recipe: `${sdk}@${version} ${path}\n`,
    make: async (file) => {
      runGo(module, "mod", "download", sdk);
      await copyFile(join(runGo(module, "list", "-m", "-f", "{{.Dir}}", sdk), path), file);
      await chmod(file, 0o755);
    },
  };
}

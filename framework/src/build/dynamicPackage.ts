/**
 * The package with which a program in TypeScript uses a provider without the plugin: the classes of resources that the program imports,
 * compiled file by file with their types, and host.js, one bundle of the provider that the Node.js host of Pulumi loads. Beside it are the
 * licenses of its packages in host.notices.txt, and its SBOM in host.cdx.json.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { BuildOptions } from "esbuild";
import type compiler from "typescript";
import { bundle, hostOptions } from "./bundle";
import { type Program, writeThirdParty } from "./thirdParty";

/** The framework's part that runs in programs, which the package contains as the folder `program`. */
const program = join(__dirname, "../dynamic/program");

/** The two parts of a dynamic provider. */
export interface DynamicSource {
  /** The folder with the classes. Its index.ts exports them. */
  readonly classes: string;
  /** The options of the bundle that exports `serve` and `ask`: its entry. */
  readonly host: BuildOptions;
}

/** Replaces the folder `output` with the package, without its package.json. `title` and `version` name it in the SBOM. */
export async function packageDynamic(
  { classes, host }: DynamicSource,
  output: string,
  { title, version }: Required<Pick<Program, "title" | "version">>,
): Promise<void> {
  rmSync(output, { recursive: true, force: true });
  compile(await loadCompiler(), resolve(classes), resolve(output));
  const metafile = await bundle({ ...hostOptions, ...host, outfile: join(output, "host.js") });
  writeThirdParty(output, { file: "host", title, version }, metafile);
}

/**
 * Loads the compiler of the project. It is no dependency of this package: if a dependency of a package is TypeScript, npm rejects the peer
 * dependencies of `@pulumi/pulumi`, which accepts no TypeScript 7.
 */
async function loadCompiler(): Promise<typeof compiler> {
  try {
    return (await import("typescript")).default;
  } catch (cause) {
    const remedy = "Run `npm install --save-dev typescript@5`.";
    throw new Error(`The types of the dynamic provider require TypeScript. ${remedy}`, { cause });
  }
}

/** Compiles the classes, and the framework's part if it is not compiled yet, with declarations. */
function compile(ts: typeof compiler, classes: string, output: string): void {
  const options: compiler.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    esModuleInterop: true,
    skipLibCheck: true,
    declaration: true,
    paths: { "pulumi-provider-kit/program": [join(program, "index")] },
    rootDir: resolve("/"),
    outDir: resolve("/"),
  };
  const compiled = ts.createProgram([join(classes, "index.ts")], options);
  const { diagnostics } = compiled.emit(undefined, (file, text) => {
    const inside = [
      [classes, output],
      [program, join(output, "program")],
    ] as const;
    const folder = inside.find(([source]) => dirname(resolve(file)) === source)?.[1];
    if (folder === undefined) throw new Error(`${classes} imports ${file}, which the package does not contain`);
    // In the package, the framework's part is a folder beside the classes.
    ts.sys.writeFile(join(folder, basename(file)), text.replaceAll(/"[^"/]+\/program"/g, '"./program"'));
  });
  const [diagnostic] = [...ts.getPreEmitDiagnostics(compiled), ...diagnostics];
  if (diagnostic !== undefined) {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    throw new Error(`${diagnostic.file?.fileName ?? "tsc"}: ${text}`);
  }
  for (const file of readdirSync(program).filter((name) => /\.(js|d\.ts)$/.test(name))) {
    mkdirSync(join(output, "program"), { recursive: true });
    copyFileSync(join(program, file), join(output, "program", file));
  }
}

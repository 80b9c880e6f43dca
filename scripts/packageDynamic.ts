/**
 * Builds `pulumi-resource-peridio/dynamic` in dist/dynamic, with which a program in TypeScript manages Peridio without the plugin: the classes of
 * resources that the program imports, compiled file by file with their types, and host.js, one bundle of the provider that the Node.js
 * host of Pulumi loads. Beside it are the licenses of its packages in host.notices.txt, and its SBOM in host.cdx.json.
 */
import { rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import { dynamicHost } from "./programs";
import { writeThirdParty } from "./thirdParty";

const root = join(__dirname, "..");
const source = join(root, "provider/src/dynamic");
/** The framework's part that runs in programs, which the package contains as the folder `program`. */
const program = join(root, "framework/src/dynamic/program");
const output = join(root, "dist/dynamic");

async function main(): Promise<void> {
  rmSync(output, { recursive: true, force: true });
  compile(join(source, "index.ts"));
  const { metafile } = await build({ ...dynamicHost, outfile: join(output, "host.js") });
  writeThirdParty(output, "host", metafile, { title: "pulumi-resource-peridio" });
}

/** Compiles a module and its imports from both folders, with declarations. */
function compile(entry: string): void {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const changes = { noEmit: false, declaration: true, incremental: false, rootDir: root, outDir: root };
  const config = ts.getParsedCommandLineOfConfigFile(join(root, "tsconfig.json"), changes, host);
  const options = { ...config?.options };
  delete options.tsBuildInfoFile;
  const compiled = ts.createProgram([entry], options);
  const { diagnostics } = compiled.emit(undefined, (file, text) => {
    const path = publishedPath(file);
    if (path === undefined) throw new Error(`${entry} imports ${file}, which the package does not contain`);
    // In the package, the framework's part is a folder beside the classes.
    ts.sys.writeFile(path, text.replaceAll('"#framework/program"', '"./program"'));
  });
  const [diagnostic] = [...ts.getPreEmitDiagnostics(compiled), ...diagnostics];
  if (diagnostic !== undefined) fail(diagnostic);
}

/** Returns where the package has a compiled file; undefined if it has none. */
function publishedPath(file: string): string | undefined {
  if (dirname(file) === source) return join(output, basename(file));
  return dirname(file) === program ? join(output, "program", basename(file)) : undefined;
}

function fail({ messageText, file }: ts.Diagnostic): never {
  throw new Error(`${file?.fileName ?? "tsconfig.json"}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}

main().catch((error: unknown) => {
  console.error("cannot package the dynamic provider:", error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

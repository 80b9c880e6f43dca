/**
 * Builds `pulumi-resource-peridio/dynamic` in dist/dynamic: the classes with their types, and host.js with its dependencies and their
 * licenses in host.notices.txt.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import { thirdPartyNotices } from "./notices";
import { dynamicHost } from "./programs";

const root = join(__dirname, "..");
const source = join(root, "provider/src/dynamic");
const output = join(root, "dist/dynamic");

async function main(): Promise<void> {
  rmSync(output, { recursive: true, force: true });
  compile(join(source, "index.ts"));
  const { metafile } = await build({ ...dynamicHost, outfile: join(output, "host.js") });
  writeFileSync(join(output, "host.notices.txt"), thirdPartyNotices(metafile));
}

/** Compiles a module and its imports from the same folder, with declarations. */
function compile(entry: string): void {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const changes = { noEmit: false, declaration: true, incremental: false, rootDir: source, outDir: output };
  const config = ts.getParsedCommandLineOfConfigFile(join(root, "tsconfig.json"), changes, host);
  const options = { ...config?.options };
  delete options.tsBuildInfoFile;
  const program = ts.createProgram([entry], options);
  const [diagnostic] = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (diagnostic !== undefined) fail(diagnostic);
}

function fail({ messageText, file }: ts.Diagnostic): never {
  throw new Error(`${file?.fileName ?? "tsconfig.json"}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}

main().catch((error: unknown) => {
  console.error("cannot package the dynamic provider:", error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

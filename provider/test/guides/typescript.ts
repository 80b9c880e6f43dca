import { join, resolve } from "node:path";
import * as ts from "typescript";
import type { Block } from "./markdown";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  paths: {
    "pulumi-peridio": [resolve("sdk/nodejs/index.ts")],
    "pulumi-resource-peridio/dynamic": [resolve("provider/src/dynamic/index.ts")],
  },
  moduleDetection: ts.ModuleDetectionKind.Force,
  types: ["node", "jest"],
  strict: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
};

/**
 * Compiles blocks of TypeScript as the files that they show, or else as modules in the folder of their page. Returns errors such
 * as `README.md:20: Cannot find …`.
 */
export function compile(blocks: readonly Block[]): readonly string[] {
  const modules = new Map(
    blocks.map((block, index) => [resolve(join(block.file, "..", block.shown ?? `block${index}.ts`)), block]),
  );
  const host = ts.createCompilerHost(options);
  const withBlocks: ts.CompilerHost = {
    ...host,
    getSourceFile(name, target, ...more) {
      const code = modules.get(name)?.code;
      return code === undefined ? host.getSourceFile(name, target, ...more) : ts.createSourceFile(name, code, target);
    },
    fileExists: (name) => modules.has(name) || host.fileExists(name),
  };
  const program = ts.createProgram([...modules.keys()], options, withBlocks);
  return [...modules].flatMap(([name, { at }]) => {
    const file = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText }) => `${at}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  });
}

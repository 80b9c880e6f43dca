/** The same provider, written with each tool. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newStack, type Stack } from "#framework/testing";

const root = join(__dirname, "../..");
const example = "framework/examples/notes";

/** The folder of the providers that `make side-by-side` builds. */
const built = join(root, "dist/side");

/** The properties of a note. A text may contain `${NAME.PROPERTY}`, a property of an earlier note of the program. */
export interface Note {
  readonly title: string;
  readonly text: string;
  readonly tags?: readonly string[];
  readonly password?: string;
}

/** A program: its notes by their names, and the resource option `import` of some. */
export interface Program {
  readonly notes: Readonly<Record<string, Note>>;
  readonly importIds?: Readonly<Record<string, string>>;
}

/** One of the compared providers. */
export interface Side {
  readonly name: string;
  /** The language of the programs that run it here. */
  readonly language: "YAML" | "TypeScript";
  /** The files of the API's client and of the provider. */
  readonly sources: Readonly<Record<"client" | "provider", readonly string[]>>;
  /** The command that starts the process of the provider. */
  readonly command: readonly string[];
  /** The executable, or the folder of the package. Undefined if the provider is a part of the program. */
  readonly artifact: string | undefined;
  /** The provider for the same programs in the other tool. The ratios of this framework compare with it. */
  readonly reference: Side | undefined;
  /** Writes the packages of a program into its folder. */
  prepare(folder: string): void;
  write(folder: string, program: Program): void;
}

/** Starts a new stack of a program. The caller must end it. */
export function startStack(side: Side, program: Program): Promise<Stack> {
  const prepare = (folder: string) => {
    side.prepare(folder);
    side.write(folder, program);
    return Promise.resolve();
  };
  // Each process uses its own settings. Pulumi writes its state once, so that the providers have the largest share of the time.
  const neutral = { GOGC: "", GOMEMLIMIT: "", PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
  return newStack({ prepare, environment: neutral });
}

/** Returns a provider that is a plugin, for a program in YAML. */
function plugin(name: string, folder: string, sources: Side["sources"], reference?: Side): Side {
  const executable = join(built, folder, "pulumi-resource-notes");
  return {
    name,
    language: "YAML",
    reference,
    sources,
    command: [executable],
    artifact: executable,
    prepare: () => undefined,
    write: (program, { notes, importIds = {} }) => {
      const resources = Object.entries(notes).map(([key, properties]): [string, unknown] => [
        key,
        { type: "notes:Note", properties, options: { import: importIds[key] } },
      ]);
      const project = {
        name: "notes",
        runtime: "yaml",
        plugins: { providers: [{ name: "notes", path: join(built, folder), version: "1.0.0" }] },
        resources: Object.fromEntries(resources),
      };
      // Every JSON document is a YAML document.
      writeFileSync(join(program, "Pulumi.yaml"), JSON.stringify(project));
    },
  };
}

/** Returns a provider that runs in the Node.js host of Pulumi, for a program in TypeScript. */
function dynamic(
  options: Pick<Side, "name" | "sources" | "artifact" | "reference"> & {
    module: string;
    install: (modules: string) => void;
  },
): Side {
  return {
    ...options,
    language: "TypeScript",
    command: [join(root, ".pulumi/bin/pulumi-resource-pulumi-nodejs")],
    prepare: (folder) => {
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(join(root, "node_modules/@pulumi"), join(folder, "node_modules/@pulumi"));
      options.install(folder);
    },
    write: (folder, { notes, importIds = {} }) => {
      const project = { name: "notes", runtime: "nodejs", main: "index.ts" };
      writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
      const lines = Object.entries(notes).map(([name, note]) => {
        const properties = Object.entries(note).map(([key, value]) => `${key}: ${formatValue(value)}`);
        const options = JSON.stringify({ import: importIds[name] });
        return `const ${name} = new Note("${name}", { ${properties.join(", ")} }, ${options});\n`;
      });
      const imports = `import { interpolate } from "@pulumi/pulumi";\nimport { Note } from "${options.module}";\n`;
      writeFileSync(join(folder, "index.ts"), `${imports}${lines.join("")}`);
    },
  };
}

function formatValue(value: unknown): string {
  return typeof value === "string" && value.includes("${") ? `interpolate\`${value}\`` : JSON.stringify(value);
}

const kitSources = { client: [`${example}/notebook.ts`], provider: [`${example}/provider.ts`, `${example}/plugin.ts`] };
/** The package of the dynamic provider. */
export const kitPackage = join(built, "dynamic");

export const infer = plugin("infer", "infer", {
  client: ["tools/side/infer/notebook.go"],
  provider: ["tools/side/infer/main.go"],
});

export const kit = plugin("this framework", "kit", kitSources, infer);

/** Does nothing, with the gRPC library and the runtime of the framework. No provider of the framework can take less time. */
export const nothing = plugin("a provider that does nothing", "nothing", { client: [], provider: [] }, infer);

const plain = dynamic({
  name: "pulumi.dynamic",
  sources: { client: [], provider: ["tools/side/dynamic/note.ts"] },
  artifact: undefined,
  reference: undefined,
  module: "./note",
  install: (folder) => {
    cpSync(join(root, "tools/side/dynamic/note.ts"), join(folder, "note.ts"));
  },
});

const kitDynamic = dynamic({
  name: "this framework, dynamic",
  sources: {
    client: kitSources.client,
    provider: [`${example}/provider.ts`, `${example}/host.ts`, `${example}/index.ts`],
  },
  artifact: kitPackage,
  reference: plain,
  module: "pulumi-notes",
  install: (folder) => {
    cpSync(kitPackage, join(folder, "node_modules/pulumi-notes/dynamic"), { recursive: true });
    const description = { name: "pulumi-notes", main: "dynamic/index.js" };
    writeFileSync(join(folder, "node_modules/pulumi-notes/package.json"), JSON.stringify(description));
  },
});

export const sides: readonly Side[] = [infer, kit, plain, kitDynamic];

/** Returns the number of lines in files, without blank lines and without comments on their own lines. */
export function countLines(files: readonly string[]): number {
  const lines = files.flatMap((file) => readFileSync(join(root, file), "utf8").split("\n"));
  return lines.filter((line) => !/^\s*(?:\/\/|\/?\*|$)/.test(line)).length;
}

/** Returns the bytes of an executable, or of the scripts and types of a package. */
export function countBytes(artifact: string): number {
  if (statSync(artifact).isFile()) return statSync(artifact).size;
  const files = readdirSync(artifact, { recursive: true, encoding: "utf8" }).filter((file) => /\.[jt]s$/.test(file));
  return files.reduce((sum, file) => sum + statSync(join(artifact, file)).size, 0);
}

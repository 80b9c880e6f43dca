import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A file that lists the objects of its folder. Every other file of the folder defines an object, or is one of `nonObjectFiles`. */
export interface Registry {
  readonly path: string;
  /** The other files of the folder, which define no object. */
  readonly nonObjectFiles: readonly string[];
  /** The constants to list instead of the objects, such as `inOrganization`. A file can export some of them, or none. */
  readonly constants?: readonly string[];
  /** Returns the lines below the imports. `aliases` has the imported names of each of the `constants`. */
  readonly render: (
    names: readonly string[],
    aliases: Readonly<Record<string, readonly string[]>>,
  ) => readonly string[];
}

/** A file that defines an object, and all constants that it exports. */
interface ObjectFile {
  readonly name: string;
  readonly constants: readonly string[];
}

const collections: Registry = {
  path: "provider/src/api/connect/collections.ts",
  nonObjectFiles: [
    "accessControlled.ts",
    "cachedCollection.ts",
    "collection.ts",
    "features.ts",
    "grants.ts",
    "index.ts",
    "organizations.ts",
    "perProcess.ts",
    "roster.ts",
    "schemas.ts",
    "secretCreations.ts",
  ],
  render: (names) => [
    'import type { Collection } from "./collection";',
    "",
    // accessControlled.ts defines no object, but the types of projects and cohorts.
    ...["accessControlled", ...names].map((name) => `export type * from "./${name}";`),
    "",
    "/** Every kind of objects that only Avocado Connect serves. */",
    "export const collections = {",
    ...names.map((name) => `  ${name},`),
    "};",
    "",
    "/** The operations of all collections. */",
    "export type Collections = {",
    '  readonly [Name in keyof typeof collections]: ReturnType<(typeof collections)[Name]["open"]>;',
    "};",
    "",
    'export type CollectionFeature = (typeof collections)[keyof typeof collections]["feature"];',
    "",
    "/** Opens every collection. */",
    "export function openCollections(open: <Operations>(collection: Collection<Operations>) => Operations): Collections {",
    "  return {",
    ...names.map((name) => `    ${name}: open(${name}),`),
    "  };",
    "}",
  ],
};

const resources: Registry = {
  path: "provider/src/resources/index.ts",
  nonObjectFiles: ["onePerOrganization.ts", "settings.ts"],
  render: (names) => [
    'import type { AnyResource } from "../resource";',
    "",
    "/** Every resource of the provider. */",
    "export const resources: readonly AnyResource[] = [",
    ...names.map((name) => `  ${name},`),
    "];",
  ],
};

const functions: Registry = {
  path: "provider/src/functions/index.ts",
  nonObjectFiles: ["listFunction.ts"],
  render: (names) => [
    'import type { AnyFunction } from "../resource";',
    "",
    "/** Every function of the provider. */",
    "export const functions: readonly AnyFunction[] = [",
    ...names.map((name) => `  ${name},`),
    "];",
  ],
};

const emulatorNonObjectFiles = [
  "access.ts",
  "api.ts",
  "checks.ts",
  "collection.ts",
  "expiry.ts",
  "lists.ts",
  "operation.ts",
  "people.ts",
  "roles.ts",
  "stateSchema.ts",
];

const emulatedCollections: Registry = {
  path: "emulator/src/apis/connect/collections.ts",
  nonObjectFiles: [...emulatorNonObjectFiles, "stored.ts"],
  render: (names) => [
    "",
    "/** The operations of each file in this folder. */",
    "export const collections = {",
    ...names.map((name) => `  ${name},`),
    "};",
  ],
};

/** The constants in which files name lists, and the parent of these lists. */
const parentsOfLists = { inOrganization: "organization", inProject: "project" };

const storedLists: Registry = {
  path: "emulator/src/apis/connect/stored.ts",
  nonObjectFiles: [...emulatorNonObjectFiles, "collections.ts"],
  constants: Object.keys(parentsOfLists),
  render: (_, aliases) => [
    'import type { StoredLists } from "../../model/state";',
    ...Object.entries(parentsOfLists).flatMap(([constant, parent]) => [
      "",
      `/** The lists that files in this folder add to the data of each ${parent}. */`,
      `export const ${constant} = {`,
      ...(aliases[constant] ?? []).map((alias) => `  ...${alias},`),
      "} satisfies StoredLists;",
    ]),
  ],
};

const rows: Registry = {
  path: "gitops/src/objects/index.ts",
  nonObjectFiles: [
    "commonProperties.ts",
    "expiry.ts",
    "grants.ts",
    "inputs.ts",
    "outputs.ts",
    "people.ts",
    "property.ts",
    "reading.ts",
    "row.ts",
    "rows.ts",
  ],
  render: (names) => [
    "",
    "/** All kinds of resources, by the last part of their type. */",
    "export const typedRows = {",
    ...names.map((name) => `  ${capitalize(name)}: ${name},`),
    "};",
  ],
};

function capitalize(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

/**
 * Returns the files of the objects: each file exports a constant with the name of the file.
 * @throws Error for a file that does not, so that no object is missing without notice
 */
function listObjects({ path, nonObjectFiles }: Registry, root: string): readonly ObjectFile[] {
  const folder = dirname(path);
  const known = [basename(path), ...nonObjectFiles];
  const files = readdirSync(join(root, folder)).filter((file) => /(?<!\.test|\.d)\.ts$/.test(file));
  const objects = files
    .filter((file) => !known.includes(file))
    .map((file) => {
      const name = basename(file, ".ts");
      const exported = readFileSync(join(root, folder, file), "utf8").matchAll(/^export const (\w+)/gm);
      const constants = [...exported].flatMap(([, constant]) => constant ?? []);
      if (constants.includes(name)) return { name, constants };
      throw new Error(
        `${folder}/${file} does not export an object with the name of the file. Name both alike, ` +
          "move the file to another folder, or add it to `nonObjectFiles` in scripts/registries/registries.ts.",
      );
    });
  const stale = nonObjectFiles.find((file) => !files.includes(file));
  if (stale !== undefined) {
    throw new Error(
      `${folder}/${stale} does not exist. Remove it from \`nonObjectFiles\` in scripts/registries/registries.ts.`,
    );
  }
  return objects.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Returns the text of a registry whose path begins at `root`. */
export function writeRegistry(registry: Registry, root = "."): string {
  const objects = listObjects(registry, root);
  const names = objects.map(({ name }) => name);
  const listed = (registry.constants ?? []).map((constant) => {
    const files = objects.filter(({ constants }) => constants.includes(constant));
    return { constant, files: files.map(({ name }) => ({ name, alias: `${name}${capitalize(constant)}` })) };
  });
  const imports =
    registry.constants === undefined
      ? names.map((name) => `import { ${name} } from "./${name}";`)
      : listed.flatMap(({ constant, files }) =>
          files.map(({ name, alias }) => `import { ${constant} as ${alias} } from "./${name}";`),
        );
  const aliases = Object.fromEntries(listed.map(({ constant, files }) => [constant, files.map(({ alias }) => alias)]));
  return [
    "// Generated by `make schema` from the files of this folder.",
    "",
    ...imports,
    ...registry.render(names, aliases),
    "",
  ].join("\n");
}

/** The text of each registry, by its path. */
export const registries: ReadonlyMap<string, string> = new Map(
  [collections, resources, functions, emulatedCollections, storedLists, rows].map((registry) => [
    registry.path,
    writeRegistry(registry),
  ]),
);

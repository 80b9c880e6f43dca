import type { Reference } from "../../provider/src/core/reference";
import type { Change } from "../../provider/src/core/resource";
import type { Example } from "./examples";
import { block, code, page, table } from "./markdown";
import { parted, shortName, type ObjectType, type Package } from "./package";
import { errors, examples, outputs, rights, written } from "./sections";
import { needed, typesSection, typeText } from "./types";

type Resource = Package["resources"][string];

/** What only the definition of a resource says. A component has none. */
export interface Definition {
  readonly changes: Readonly<Record<string, Change>>;
  readonly reference: Reference;
}

/** The page about a resource or, without a definition, about a component; yet to be formatted. */
export function resourcePage(pkg: Package, token: string, example: Example, definition?: Definition): string {
  const resource = pkg.resources[token];
  if (resource === undefined) throw new Error(`the schema has no resource ${token}`);
  const { description, inputProperties, properties, listInputs } = resource;
  return page(
    written,
    `# ${shortName(token)}`,
    `\`${token}\``,
    parted(description).text,
    ...examples(example),
    "## Inputs",
    inputs(resource, definition?.changes),
    "## Outputs",
    ...(definition === undefined ? ownOutputs(resource) : stateOutputs(resource)),
    ...typesSection(pkg, inputProperties, properties),
    ...(definition === undefined ? [] : importing(token, definition.reference)),
    ...(listInputs === undefined ? [] : listing(token, listInputs)),
    ...(definition === undefined ? [] : permissions(definition.reference)),
    ...errors(definition?.reference.errors ?? []),
  );
}

const effects: Readonly<Record<Change["on"], string>> = {
  update: "in place",
  replace: "replaces",
  refuse: "is refused",
};

function inputs({ inputProperties, requiredInputs }: Resource, changes: Definition["changes"] | undefined): string {
  const rows = Object.entries(inputProperties).map(([name, property]) => [
    code(name),
    typeText(property),
    needed(requiredInputs.includes(name), property.default),
    ...(changes === undefined ? [] : [effect(name, changes)]),
    property.description,
  ]);
  return table(["input", "type", "", ...(changes === undefined ? [] : ["a change"]), "meaning"], rows);
}

function effect(name: string, changes: Definition["changes"]): string {
  const change = changes[name];
  if (change === undefined) throw new Error(`nothing says what a change of ${name} means`);
  return effects[change.on];
}

function ownOutputs({ properties, required }: Resource): readonly string[] {
  return [Object.keys(properties).length === 0 ? "None." : outputs(properties, required)];
}

function stateOutputs({ properties, required, inputProperties }: Resource): readonly string[] {
  const own = Object.entries(properties).filter(([name]) => !(name in inputProperties));
  const id = [code("id"), "string", "", "What Pulumi knows it by, as in [Import](#import)."];
  return ["Besides the inputs, as Peridio has them:", outputs(Object.fromEntries(own), required, id)];
}

function importing(token: string, { imports }: Reference): readonly string[] {
  return [
    "## Import",
    block("sh", imports.map((id) => `pulumi import ${token} NAME ${id}`).join("\n")),
    "`NAME` is what your program is to call it. The organization is given by its name or by its id; the state keeps the id.",
  ];
}

function listing(token: string, { properties }: ObjectType): readonly string[] {
  const rows = Object.entries(properties).map(([name, property]) => [
    `\`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``,
    typeText(property),
    property.description,
  ]);
  return ["## List", block("sh", `pulumi do ${token} list --all`), table(["flag", "type", "meaning"], rows)];
}

function permissions({ rights: needs }: Reference): readonly string[] {
  const rows = [
    ["read, refresh, import", rights[needs.read]],
    ["create", rights[needs.create]],
    ["update", rights[needs.update]],
    ["delete", rights[needs.delete]],
  ];
  return ["## Permissions", table(["to", "the user of the API key has to be"], rows)];
}

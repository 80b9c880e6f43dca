import type { Change, Reference } from "#framework";
import type { AnyResource } from "#provider";
import type { Example } from "./examples";
import { block, code, page, table } from "./markdown";
import { parted, shortName, type ObjectType, type Package } from "./package";
import { errors, examples, outputs, rights, written } from "./sections";
import { needed, typesSection, typeText } from "./types";

type Resource = Package["resources"][string];

/** The data of a resource that its schema does not contain. A component has none. */
export interface Definition {
  readonly changes: Readonly<Record<string, Change>>;
  readonly reference: Reference;
  readonly rights: AnyResource["rights"];
}

/** Returns the unformatted page of a resource, or of a component if there is no definition. */
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
    ...(definition === undefined ? [] : permissions(definition)),
    ...errors(definition?.reference.errors ?? []),
  );
}

const effects: Readonly<Record<Change["on"], string>> = {
  update: "in place",
  replace: "replaces",
  refuse: "is rejected",
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
  if (change === undefined) throw new Error(`the definition has no change of ${name}`);
  return effects[change.on];
}

function ownOutputs({ properties, required }: Resource): readonly string[] {
  return [Object.keys(properties).length === 0 ? "None." : outputs(properties, required)];
}

function stateOutputs({ properties, required, inputProperties }: Resource): readonly string[] {
  const own = Object.entries(properties).filter(([name]) => !(name in inputProperties));
  const id = [code("id"), "string", "", "The resource id, as in [Import](#import)."];
  return ["All inputs, with their values in Peridio, and:", outputs(Object.fromEntries(own), required, id)];
}

function importing(token: string, { imports }: Reference): readonly string[] {
  return [
    "## Import",
    block("sh", imports.map((id) => `pulumi import ${token} NAME ${id}`).join("\n")),
    "`NAME` is the name of the resource in your program. Give the organization by its name or its id. The state contains the id.",
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

function permissions({ rights: needs }: Pick<Definition, "rights">): readonly string[] {
  const rows = [
    ["read, refresh, import", rights[needs.read]],
    ["create", rights[needs.create]],
    ["update", rights[needs.update]],
    ["delete", rights[needs.delete]],
  ];
  return ["## Permissions", table(["operation", "the API key's user must be"], rows)];
}

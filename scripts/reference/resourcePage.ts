import type { Shape } from "#framework";
import { getBehaviours, type Behaviour } from "#framework/definitions";
import type { AnyResource } from "#provider";
import { formatBlock, formatCode, page, formatTable } from "./markdown";
import type { ObjectType, Package } from "#framework/build";
import { renderErrors, renderIntroduction, renderOutputs, rights } from "./sections";
import type { PageSource } from "./sources";
import { renderRequirement, renderTypes, renderType } from "./types";

type Resource = Package["resources"][string];

/** The data of a resource in the provider that its schema does not contain. A component has none. */
export interface Definition {
  readonly inputs: Shape;
  readonly rights: AnyResource["rights"];
}

/** Returns the unformatted page of a resource, or of a component if there is no definition. */
export function renderResourcePage(
  pkg: Package,
  token: string,
  { notes, imports, permissions, errors }: PageSource,
  definition?: Definition,
): string {
  const resource = pkg.resources[token];
  if (resource === undefined) throw new Error(`the schema has no resource ${token}`);
  const { description, inputProperties, properties, listInputs } = resource;
  return page(
    ...renderIntroduction(token, description, notes),
    "## Inputs",
    renderInputs(resource, definition && getBehaviours(definition.inputs)),
    "## Outputs",
    ...(definition === undefined ? renderOwnOutputs(resource) : renderStateOutputs(resource)),
    ...renderTypes(pkg, inputProperties, properties),
    ...(imports === undefined ? [] : renderImport(token, imports)),
    ...(listInputs === undefined ? [] : renderList(token, listInputs)),
    ...(definition === undefined ? [] : renderPermissions(definition, permissions)),
    ...renderErrors(errors),
  );
}

function renderInputs(
  { inputProperties, requiredInputs }: Resource,
  behaviour: Readonly<Record<string, Behaviour>> | undefined,
): string {
  const rows = Object.entries(inputProperties).map(([name, property]) => [
    formatCode(name),
    renderType(property),
    renderRequirement(requiredInputs.includes(name), property.default),
    ...(behaviour === undefined ? [] : [renderEffect(behaviour[name])]),
    property.description,
  ]);
  return formatTable(["input", "type", "", ...(behaviour === undefined ? [] : ["a change"]), "meaning"], rows);
}

function renderEffect({ replaceOnChange, immutable }: Behaviour = {}): string {
  if (immutable === true) return "is rejected";
  return replaceOnChange === true ? "replaces" : "in place";
}

function renderOwnOutputs({ properties, required }: Resource): readonly string[] {
  return [Object.keys(properties).length === 0 ? "None." : renderOutputs(properties, required)];
}

function renderStateOutputs({ properties, required, inputProperties }: Resource): readonly string[] {
  const own = Object.entries(properties).filter(([name]) => !(name in inputProperties));
  const id = [formatCode("id"), "string", "", "The resource id, as in [Import](#import)."];
  return ["All inputs, with their values in Peridio, and:", renderOutputs(Object.fromEntries(own), required, id)];
}

function renderImport(token: string, imports: readonly string[]): readonly string[] {
  return [
    "## Import",
    formatBlock("sh", imports.map((id) => `pulumi import ${token} NAME ${id}`).join("\n")),
    "`NAME` is the name of the resource in your program. You can identify the organization by its name or its id. In both cases, the state contains the id.",
  ];
}

function renderList(token: string, { properties }: ObjectType): readonly string[] {
  const rows = Object.entries(properties).map(([name, property]) => [
    `\`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``,
    renderType(property),
    property.description,
  ]);
  return [
    "## List",
    formatBlock("sh", `pulumi do ${token} list --all`),
    formatTable(["flag", "type", "meaning"], rows),
  ];
}

function renderPermissions(
  { rights: needs }: Pick<Definition, "rights">,
  sentences: string | undefined,
): readonly string[] {
  const rows = [
    ["read, refresh, import", rights[needs.read]],
    ["create", rights[needs.create]],
    ...(needs.update === undefined ? [] : [["update", rights[needs.update]]]),
    ["delete", rights[needs.delete]],
  ];
  const table = formatTable(["operation", "the API key's user must be"], rows);
  return ["## Permissions", table, ...(sentences === undefined ? [] : [sentences])];
}

/** The parts of the page of a resource that its schema contains. */
import { type Behaviour, getBehaviours } from "../../property";
import type { Shape } from "../../resource";
import { demand, type ObjectType, type Package } from "../packageSchema";
import { formatBlock, formatCode, formatTable } from "./markdown";
import { renderOutputs, renderRequirement, renderType, renderTypes } from "./types";

type Resource = Package["resources"][string];

/**
 * Returns the sections of the inputs, the outputs and their types. `inputs` are those of the definition; a component has none. `service` is the
 * name of the service for people.
 */
export function renderProperties(pkg: Package, token: string, inputs?: Shape, service = ""): readonly string[] {
  const resource = demand(pkg.resources[token], `resource ${token} in the schema`);
  return [
    "## Inputs",
    renderInputs(resource, inputs && getBehaviours(inputs)),
    "## Outputs",
    ...(inputs === undefined ? renderOwnOutputs(resource) : renderStateOutputs(resource, service)),
    ...renderTypes(pkg, resource.inputProperties, resource.properties),
  ];
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

function renderStateOutputs({ properties, required, inputProperties }: Resource, service: string): readonly string[] {
  const own = Object.entries(properties).filter(([name]) => !(name in inputProperties));
  const id = [formatCode("id"), "string", "", "The resource id, as in [Import](#import)."];
  return [`All inputs, with their values in ${service}, and:`, renderOutputs(Object.fromEntries(own), required, id)];
}

/** Returns the section of the command that lists the objects. */
export function renderList(token: string, { properties }: ObjectType): readonly string[] {
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

import { getShortName, type ObjectType, type Package, type Properties, type Type } from "../packageSchema";
import { formatCode, formatTable } from "./markdown";

/** Returns a readable type, such as `map of Role`. Named types link to their section. */
export function renderType(type: Type): string {
  if (type.$ref !== undefined) {
    const name = getShortName(type.$ref);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (type.items !== undefined) return `list of ${renderInnerType(type.items)}`;
  if (type.additionalProperties !== undefined) return `map of ${renderInnerType(type.additionalProperties)}`;
  if (type.oneOf !== undefined) return [...new Set(listAlternatives(type).map(renderType))].join(" or ");
  if (type.type === undefined) throw new TypeError("the schema has a property without a type");
  return type.type;
}

/** Returns the alternatives of a type, and those of its alternatives. The schema repeats some of them for Pulumi's generators. */
function listAlternatives(type: Type): readonly Type[] {
  return type.oneOf === undefined ? [type] : type.oneOf.flatMap(listAlternatives);
}

function renderInnerType(type: Type): string {
  return type.oneOf === undefined ? renderType(type) : `(${renderType(type)})`;
}

/** Returns the section of the named types that properties use, directly or indirectly, sorted by name. */
export function renderTypes({ types }: Package, ...used: readonly Properties[]): readonly string[] {
  const found = new Map<string, Package["types"][string]>();
  const visit = ({ $ref, items, additionalProperties, oneOf = [] }: Type): void => {
    oneOf.forEach(visit);
    if (items !== undefined) visit(items);
    if (additionalProperties !== undefined) visit(additionalProperties);
    const token = $ref?.replace("#/types/", "");
    const type = token === undefined ? undefined : types[token];
    if (token === undefined || type === undefined || found.has(token)) return;
    found.set(token, type);
    Object.values(type.properties).forEach(visit);
  };
  for (const properties of used) Object.values(properties).forEach(visit);
  if (found.size === 0) return [];
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return ["## Types", ...sorted.flatMap(([token, type]) => renderTypeEntry(getShortName(token), type))];
}

function renderTypeEntry(name: string, type: Package["types"][string]): readonly string[] {
  const title = [`### ${name}`, type.description];
  if (type.enum !== undefined)
    return [...title, `One of ${type.enum.map(({ value }) => formatCode(value)).join(", ")}.`];
  return [...title, renderFields("property", type)];
}

/** Returns a table of an object's properties. `kind` heads its first column. */
export function renderFields(kind: string, { properties, required }: ObjectType): string {
  const rows = Object.entries(properties).map(([name, property]) => [
    formatCode(name),
    renderType(property),
    renderRequirement(required.includes(name), property.default),
    property.description,
  ]);
  return formatTable([kind, "type", "", "meaning"], rows);
}

/** Returns "required", "optional" or the default. */
export function renderRequirement(required: boolean, defaultValue: string | number | boolean | undefined): string {
  if (defaultValue !== undefined) return `default ${formatCode(JSON.stringify(defaultValue))}`;
  return required ? "required" : "optional";
}

/** Returns a table of outputs, after rows for others. */
export function renderOutputs(
  properties: Properties,
  required: readonly string[],
  ...first: readonly string[][]
): string {
  const rows = Object.entries(properties).map(([name, property]) => [
    formatCode(name),
    renderType(property),
    required.includes(name) ? "" : "may be absent",
    property.description,
  ]);
  return formatTable(["output", "type", "", "meaning"], [...first, ...rows]);
}

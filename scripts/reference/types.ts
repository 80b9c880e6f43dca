import { shortName, type ObjectType, type Package, type Properties, type Type } from "./package";
import { code, table } from "./markdown";

/** Returns a readable type, such as `map of Role`. Named types link to their section. */
export function typeText(type: Type): string {
  if (type.$ref !== undefined) {
    const name = shortName(type.$ref);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (type.items !== undefined) return `list of ${inner(type.items)}`;
  if (type.additionalProperties !== undefined) return `map of ${inner(type.additionalProperties)}`;
  if (type.oneOf !== undefined) return type.oneOf.map(typeText).join(" or ");
  if (type.type === undefined) throw new TypeError("the schema has a property without a type");
  return type.type;
}

/** Returns a type within another one, with parentheses around alternatives. */
function inner(type: Type): string {
  return type.oneOf === undefined ? typeText(type) : `(${typeText(type)})`;
}

/** Returns the section of the named types that properties use, directly or indirectly, sorted by name. */
export function typesSection({ types }: Package, ...used: readonly Properties[]): readonly string[] {
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
  return ["## Types", ...sorted.flatMap(([token, type]) => typeEntry(shortName(token), type))];
}

function typeEntry(name: string, type: Package["types"][string]): readonly string[] {
  const title = [`### ${name}`, type.description];
  if (type.enum !== undefined) return [...title, `One of ${type.enum.map(({ value }) => code(value)).join(", ")}.`];
  return [...title, fields("property", type)];
}

/** Returns a table of an object's properties. `kind` heads its first column. */
export function fields(kind: string, { properties, required }: ObjectType): string {
  const rows = Object.entries(properties).map(([name, property]) => [
    code(name),
    typeText(property),
    needed(required.includes(name), property.default),
    property.description,
  ]);
  return table([kind, "type", "", "meaning"], rows);
}

/** Returns "required", "optional" or the default. */
export function needed(required: boolean, defaultValue: string | number | boolean | undefined): string {
  if (defaultValue !== undefined) return `default ${code(JSON.stringify(defaultValue))}`;
  return required ? "required" : "optional";
}

import type { AnyFunction } from "#provider";
import type { Example } from "./examples";
import { page } from "./markdown";
import { parted, shortName, type Package } from "./package";
import { errors, examples, outputs, rights, written } from "./sections";
import { fields, typesSection } from "./types";

/** Returns the unformatted page of a function. */
export function functionPage(
  pkg: Package,
  token: string,
  example: Example,
  { right, reference }: Pick<AnyFunction, "right" | "reference">,
): string {
  const described = pkg.functions[token];
  if (described === undefined) throw new Error(`the schema has no function ${token}`);
  const { description, inputs, outputs: results } = described;
  return page(
    written,
    `# ${shortName(token)}`,
    `\`${token}\``,
    parted(description).text,
    ...examples(example),
    "## Inputs",
    Object.keys(inputs.properties).length === 0 ? "None." : fields("input", inputs),
    "## Outputs",
    outputs(results.properties, results.required),
    ...typesSection(pkg, inputs.properties, results.properties),
    "## Permissions",
    `The API key's user must be ${rights[right]}.`,
    ...errors(reference.errors),
  );
}

import type { FunctionReference } from "../../provider/src/core/reference";
import type { Example } from "./examples";
import { page } from "./markdown";
import { parted, shortName, type Package } from "./package";
import { errors, examples, outputs, rights, written } from "./sections";
import { fields, typesSection } from "./types";

/** The page about a function, yet to be formatted. */
export function functionPage(pkg: Package, token: string, example: Example, reference: FunctionReference): string {
  const described = pkg.functions[token];
  if (described === undefined) throw new Error(`the schema has no function ${token}`);
  const { description, inputs, outputs: told } = described;
  return page(
    written,
    `# ${shortName(token)}`,
    `\`${token}\``,
    parted(description).text,
    ...examples(example),
    "## Inputs",
    Object.keys(inputs.properties).length === 0 ? "None." : fields("input", inputs),
    "## Outputs",
    outputs(told.properties, told.required),
    ...typesSection(pkg, inputs.properties, told.properties),
    "## Permissions",
    `The user of the API key has to be ${rights[reference.right]}.`,
    ...errors(reference.errors),
  );
}

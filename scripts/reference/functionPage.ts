import { type Package, page, renderFields, renderOutputs, renderTypes } from "#framework/build";
import type { Right } from "#provider";
import { renderErrors, renderIntroduction, rights } from "./sections";
import type { PageSource } from "./sources";

/** Returns the unformatted page of a function. */
export function renderFunctionPage(
  pkg: Package,
  token: string,
  right: Right,
  { notes, permissions, errors }: PageSource,
): string {
  const described = pkg.functions[token];
  if (described === undefined) throw new Error(`the schema has no function ${token}`);
  const { description, inputs, outputs: results } = described;
  return page(
    ...renderIntroduction(token, description, notes),
    "## Inputs",
    Object.keys(inputs.properties).length === 0 ? "None." : renderFields("input", inputs),
    "## Outputs",
    renderOutputs(results.properties, results.required),
    ...renderTypes(pkg, inputs.properties, results.properties),
    "## Permissions",
    `The API key's user must be ${rights[right]}.`,
    ...(permissions === undefined ? [] : [permissions]),
    ...renderErrors(errors),
  );
}

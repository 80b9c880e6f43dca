import type { AnyProvider } from "../../provider";
import { packageSchema } from "../../schema";
import { demand, getShortName, parsePackage } from "../packageSchema";
import { formatBlock, page } from "./markdown";
import { renderList, renderProperties } from "./resource";
import { renderFields, renderOutputs, renderTypes } from "./types";

/** The start of the page of a resource, a component or a function. */
interface Described {
  readonly token: string;
  readonly description: string;
  readonly example?: string;
}

/** Returns a page in Markdown for each resource, component and function of a provider, by the name of its file. */
export function renderPages(provider: AnyProvider): ReadonlyMap<string, string> {
  // The schema of a function that returns only its output does not name this output.
  const functions = provider.functions.map(({ returnsOnlyOutput: _, ...one }) => one);
  const pkg = parsePackage(packageSchema({ ...provider, functions }));
  const resources = provider.resources.map((one) => {
    const { listInputs } = demand(pkg.resources[one.token], one.token);
    const list = listInputs === undefined ? [] : renderList(one.token, listInputs);
    const command = formatBlock("sh", `pulumi import ${one.token} NAME ID`);
    return render(
      one,
      ...renderProperties(pkg, one.token, one.inputs, provider.service.title),
      "## Import",
      command,
      ...list,
    );
  });
  const components = provider.components().map((one) => render(one, ...renderProperties(pkg, one.token)));
  const functionPages = provider.functions.map((one) => {
    const { inputs, outputs } = demand(pkg.functions[one.token], one.token);
    const fields = Object.keys(inputs.properties).length === 0 ? "None." : renderFields("input", inputs);
    const results = renderOutputs(outputs.properties, outputs.required);
    const types = renderTypes(pkg, inputs.properties, outputs.properties);
    const only = one.returnsOnlyOutput === true ? ["Programs receive this value itself."] : [];
    return render(one, "## Inputs", fields, "## Outputs", results, ...only, ...types);
  });
  return new Map([...resources, ...components, ...functionPages]);
}

function render({ token, description, example }: Described, ...sections: readonly string[]): [string, string] {
  const name = getShortName(token);
  const shown = example === undefined || example === "" ? [] : ["## Example", formatBlock("yaml", example)];
  return [`${name}.md`, page(`# ${name}`, `\`${token}\``, description, ...shown, ...sections)];
}

import type { AnyFunction, AnyResource } from "#provider";
import { inEveryLanguage } from "./examples";
import { functionPage } from "./functionPage";
import { indexPage } from "./indexPage";
import { packageOf, parted, shortName } from "./package";
import { resourcePage } from "./resourcePage";

/**
 * Returns the unformatted pages of the reference by path: one for each resource, component and function of the schema, and two lists. The
 * definitions complete the schema. Needs Go, for the examples.
 */
export function referencePages(
  schema: unknown,
  schemaFile: string,
  resources: readonly AnyResource[],
  functions: readonly AnyFunction[],
): ReadonlyMap<string, string> {
  const pkg = packageOf(schema);
  const described = Object.entries({ ...pkg.resources, ...pkg.functions });
  const examples = inEveryLanguage(
    Object.fromEntries(described.map(([token, { description }]) => [token, parted(description).example])),
    schemaFile,
  );
  const exampleOf = (token: string) => found(examples[token], token);
  return new Map([
    ["resources/README.md", indexPage("Resources", "resource", pkg.resources)],
    ...Object.keys(pkg.resources).map((token) => {
      const definition = resources.find((one) => one.token === token);
      return [`resources/${shortName(token)}.md`, resourcePage(pkg, token, exampleOf(token), definition)] as const;
    }),
    ["functions/README.md", indexPage("Functions", "function", pkg.functions)],
    ...Object.keys(pkg.functions).map((token) => {
      const definition = found(
        functions.find((one) => one.token === token),
        token,
      );
      return [`functions/${shortName(token)}.md`, functionPage(pkg, token, exampleOf(token), definition)] as const;
    }),
  ]);
}

function found<T>(value: T | undefined, token: string): T {
  if (value === undefined) throw new Error(`there is no definition or example of ${token}`);
  return value;
}

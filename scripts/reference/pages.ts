import type { AnyFunction, AnyResource } from "#provider";
import { renderAccessRulesPage } from "./accessRulesPage";
import { accessRulesSchema } from "../schemas/jsonSchemas";
import { renderExitCodesPage } from "./exitCodesPage";
import { renderFunctionPage } from "./functionPage";
import { renderIndexPage } from "./indexPage";
import { demand, parsePackage, getShortName } from "#framework/build";
import { renderRegistryPage } from "./registryPage";
import { renderResourcePage } from "./resourcePage";
import { renderReviewPage } from "./reviewPage";
import type { PageSource } from "./sources";

/**
 * Returns the unformatted pages of the reference by path: one for each resource, component and function of the schema, two lists, the
 * overview for the Pulumi Registry, and one each for reviews, exit codes and access rules. The definitions and the source pages complete the schema.
 */
export function renderReference(
  schema: unknown,
  resources: readonly AnyResource[],
  functions: readonly AnyFunction[],
  sources: ReadonlyMap<string, PageSource>,
): ReadonlyMap<string, string> {
  const pkg = parsePackage(schema);
  const sourceOf = (token: string) => sources.get(getShortName(token)) ?? { errors: [], notes: "" };
  const members = demand(pkg.resources["peridio:index:OrganizationMembers"], "OrganizationMembers");
  return new Map([
    ["_index.md", renderRegistryPage(members.description)],
    ["reference/reviews.md", renderReviewPage()],
    ["reference/exit-codes.md", renderExitCodesPage()],
    ["reference/access-rules.md", renderAccessRulesPage(accessRulesSchema)],
    ["resources/README.md", renderIndexPage("Resources", "resource", pkg.resources)],
    ...Object.keys(pkg.resources).map((token) => {
      const definition = resources.find((one) => one.token === token);
      return [
        `resources/${getShortName(token)}.md`,
        renderResourcePage(pkg, token, sourceOf(token), definition),
      ] as const;
    }),
    ["functions/README.md", renderIndexPage("Functions", "function", pkg.functions)],
    ...Object.keys(pkg.functions).map((token) => {
      const { right } = demand(
        functions.find((one) => one.token === token),
        token,
      );
      return [`functions/${getShortName(token)}.md`, renderFunctionPage(pkg, token, right, sourceOf(token))] as const;
    }),
  ]);
}

import type { Shape } from "#framework";
import { demand, formatBlock, formatTable, type Package, page, renderList, renderProperties } from "#framework/build";
import type { AnyResource } from "#provider";
import { renderErrors, renderIntroduction, rights } from "./sections";
import type { PageSource } from "./sources";

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
  const { description, listInputs } = demand(pkg.resources[token], `resource ${token} in the schema`);
  return page(
    ...renderIntroduction(token, description, notes),
    ...renderProperties(pkg, token, definition?.inputs, "Peridio"),
    ...(imports === undefined ? [] : renderImport(token, imports)),
    ...(listInputs === undefined ? [] : renderList(token, listInputs)),
    ...(definition === undefined ? [] : renderPermissions(definition, permissions)),
    ...renderErrors(errors),
  );
}

function renderImport(token: string, imports: readonly string[]): readonly string[] {
  return [
    "## Import",
    formatBlock("sh", imports.map((id) => `pulumi import ${token} NAME ${id}`).join("\n")),
    "`NAME` is the name of the resource in your program. You can identify the organization by its name or its id. In both cases, the state contains the id.",
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

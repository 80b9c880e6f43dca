import type { Composition } from "../core/component";
import { type Demand, type Lacks, unmet } from "../core/needs";
import { resources } from "../resources";

/** What children of a component need and the API lacks, with everything that the user says of it. */
export function demandsOf(
  api: Lacks,
  { children, saidAt }: Pick<Composition, "children" | "saidAt">,
): readonly Demand[] {
  return children.flatMap((child) => {
    const resource = resources.find(({ token }) => token === child.type);
    const needs = resource === undefined ? [] : unmet(api, resource, child.inputs);
    return needs.flatMap((need) => saidAt(child, need.path).map((said) => ({ ...need, said })));
  });
}

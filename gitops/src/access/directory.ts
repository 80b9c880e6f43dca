import { asPrn } from "../../../provider/src/resources/types/organizationId";
import { called, type Resource, type State } from "../preview/resource";

export type Side = "before" | "after";

/** Which organization each resource is about, whether it exists already or is still to be created. */
export class Directory {
  readonly #organizations: ReadonlyMap<string, Resource>;

  constructor(resources: readonly Resource[]) {
    const organizations = resources.filter(({ kind }) => kind === "Organization");
    this.#organizations = new Map(organizations.map((resource) => [resource.urn, resource]));
  }

  /** The `Organization.key` of what a resource is about on one side; undefined if the resource is not there. */
  keyOf(resource: Resource, side: Side): string | undefined {
    const state = resource[side];
    if (state === undefined) return undefined;
    if (resource.kind === "Organization") return state.id ?? resource.urn;
    const id = idIn(state);
    if (id !== undefined) return id;
    const [organization, another] = state.organizationFrom.flatMap((urn) => this.#organizations.get(urn) ?? []);
    if (organization === undefined || another !== undefined) return strangerOf(resource);
    return this.keyOf(organization, side) ?? strangerOf(resource);
  }
}

/** Stands for an organization that nobody can name before the update. */
function strangerOf(resource: Resource): string {
  return `the unknown organization of ${called(resource)}`;
}

function idIn({ inputs, outputs }: State): string | undefined {
  const id = [outputs?.organizationId, inputs.organizationId].find((value) => typeof value === "string");
  return id === undefined ? undefined : String(asPrn(id));
}

import { asPrn } from "#provider";
import { isSecret } from "../hidden";
import { describeResource, type Resource, type State } from "./resource";

/** A side of a change: the state before it, or the state after it. */
export type Side = "before" | "after";

/** Finds the organization that a resource is about, by its PRN or, before it exists, by the URN of its declaration. */
export class Directory {
  readonly #organizations: ReadonlyMap<string, Resource>;
  /** Projects contain cohorts. */
  readonly #projects: ReadonlyMap<string, Resource>;
  /** Ids that only other resources contain, because Pulumi prints none for an organization that it imports by name. */
  readonly #inferred = new Map<string, string>();

  constructor(resources: readonly Resource[]) {
    const organizations = resources.filter(({ kind }) => kind === "Organization");
    this.#organizations = new Map(organizations.map((resource) => [resource.urn, resource]));
    const projects = resources.filter(({ kind }) => kind === "Project");
    this.#projects = new Map(projects.map((resource) => [resource.urn, resource]));
    for (const { after } of resources) {
      const [from, another] = after?.organizationFrom ?? [];
      const id = after === undefined ? undefined : findOrganizationId(after);
      const organization = from === undefined || another !== undefined ? undefined : this.#organizations.get(from);
      if (id === undefined || organization?.after === undefined) continue;
      const { isCreated, isReplaced, urn } = organization;
      if (organization.after.id === undefined && !isCreated && !isReplaced) this.#inferred.set(urn, id);
    }
    const ids = new Map(organizations.flatMap(listNamedIds));
    for (const { urn, isImported, after, endpoint } of organizations) {
      const id =
        isImported && after?.id === undefined ? ids.get(getAddressKey(endpoint, after?.inputs.name)) : undefined;
      if (id !== undefined) this.#inferred.set(urn, id);
    }
  }

  /**
   * Returns the `Organization.key` of the organization that a resource is about on one side; undefined if the
   * resource is absent there.
   */
  getKey(resource: Resource, side: Side): string | undefined {
    const state = resource[side];
    if (state === undefined) return undefined;
    if (resource.kind === "Organization") {
      return state.id === undefined ? (this.#inferred.get(resource.urn) ?? resource.urn) : normalizePrn(state.id);
    }
    const id = findOrganizationId(state);
    if (id !== undefined) return id;
    // A resource that Pulumi does not replace stays in its organization.
    if (side === "after" && resource.before !== undefined && !resource.isReplaced)
      return this.getKey(resource, "before");
    // A secret can be any id, and an unknown one that of a new resource.
    if (isSecret(state.inputs.organizationId) || isSecret(state.inputs.projectId))
      return nameUnknownOrganization(resource);
    const [project] = state.organizationFrom.flatMap((urn) => this.#projects.get(urn) ?? []);
    if (project !== undefined) {
      const key = isNew(project) || side === "before" ? this.getKey(project, side) : undefined;
      return key ?? nameUnknownOrganization(resource);
    }
    const [organization, another] = state.organizationFrom.flatMap((urn) => this.#organizations.get(urn) ?? []);
    const isClear = organization !== undefined && another === undefined;
    if (!isClear || (side === "after" && !isNew(organization))) return nameUnknownOrganization(resource);
    const { readOnlyId } = organization;
    return (
      this.getKey(organization, side) ??
      (readOnlyId === undefined ? nameUnknownOrganization(resource) : normalizePrn(readOnlyId))
    );
  }
}

/** Reports if a preview cannot know the id of a resource, because the change creates or imports its object, or reads it. */
function isNew({ isCreated, isReplaced, isImported, isAdopted, readOnlyId }: Resource): boolean {
  return isCreated || isReplaced || isImported || isAdopted || readOnlyId !== undefined;
}

/** Returns the ids of an organization, by its address. */
function listNamedIds({ before, after, endpoint }: Resource): readonly (readonly [string, string])[] {
  return [before, after].flatMap((state) =>
    state?.id === undefined ? [] : [[getAddressKey(endpoint, state.inputs.name), normalizePrn(state.id)] as const],
  );
}

/** A name is unique within one Peridio. */
function getAddressKey(endpoint: Resource["endpoint"], name: unknown): string {
  return JSON.stringify([endpoint, name]);
}

/** Stands for an organization that has no name before the update. */
function nameUnknownOrganization(resource: Resource): string {
  return `the unknown organization of ${describeResource(resource)} in ${resource.stack}`;
}

function findOrganizationId({ id: own, inputs, outputs }: State): string | undefined {
  const ids = [outputs?.organizationId, inputs.organizationId, outputs?.projectId, inputs.projectId];
  const isPrn = own?.startsWith("prn:") === true;
  const id = ids.find((value) => typeof value === "string") ?? (isPrn ? own : undefined);
  // The id of a project begins with the organization's id.
  const [organization] = id?.split("/") ?? [];
  return organization === undefined ? undefined : normalizePrn(organization);
}

function normalizePrn(id: string): string {
  return String(asPrn(id));
}

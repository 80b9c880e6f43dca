import { isRecord } from "#framework";
import { groupBy } from "../grouping";
import { memoize } from "../memoize";
import { isInProject, rows } from "../objects/rows";
import { describeResource, type Resource } from "./resource";
import { isHidden, type Hidden } from "../hidden";
import { quoteName } from "../wording";
import type { Side } from "./directory";

// Properties of groups, projects and other objects of an organization, as previews show them.

/** Reports if Pulumi has read the object of one side. The outputs of a planned object are a guess. */
export function isObserved({ isReplaced, before, after }: Resource, side: Side): boolean {
  if (side === "before") return before?.outputs !== undefined;
  return !isReplaced && (after?.outputs ?? before?.outputs) !== undefined;
}

/** Returns the ids of the users in a group, a project or a cohort, by e-mail address, as far as Pulumi has read them. */
export function listUserIds(declaration: Resource): ReadonlyMap<string, unknown> {
  const { before, after } = declaration;
  const userIds = isObserved(declaration, "after") ? (after?.outputs ?? before?.outputs)?.userIds : undefined;
  return new Map(Object.entries(isRecord(userIds) ? userIds : {}));
}

/** Returns the id after the change or, if the object goes, before it. Undefined before the object exists. */
export function getId({ before, after }: Pick<Resource, "before" | "after">): string | undefined {
  return after?.id ?? before?.id;
}

/** Returns the id or, before the object exists, the URN. */
export function getIdOrUrn(resource: Pick<Resource, "before" | "after" | "urn">): string {
  return getId(resource) ?? resource.urn;
}

/**
 * Returns those of the `sources`, which are URNs, whose ids the preview does not know, because the same change creates them. An object that
 * the change imports by name exists, so the others already contain its id.
 */
export function filterCreated<T extends Resource>(
  resources: readonly T[],
  sources: readonly string[] = [],
): readonly T[] {
  return resources.filter(
    (resource) => getId(resource) === undefined && !resource.isImported && sources.includes(resource.urn),
  );
}

/**
 * Returns the object with a hidden id, if it is certainly one that the same change creates. A secret can be any id, and so can an unknown
 * id with several sources.
 */
export function findCreated<T extends Resource>(
  { reason }: Hidden,
  resources: readonly T[],
  sources: readonly string[],
): T | undefined {
  return reason === "unknown" && new Set(sources).size === 1 ? filterCreated(resources, sources)[0] : undefined;
}

/** Reports if a list contains hidden ids other than those of the objects that the same change creates. */
export function hidesIds(ids: unknown, created: readonly Resource[]): boolean {
  if (!Array.isArray(ids)) return isHidden(ids);
  const hidden = ids.filter(isHidden);
  return hidden.length > created.length || hidden.some(({ reason }) => reason === "secret");
}

/** Returns the UUID at the end of an id. */
export function getUuid(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}

/** Returns the object in words, such as `project firmware`. */
export function describeObject(resource: Resource, name = getName(resource)): string {
  return `${rows[resource.kind].noun} ${quoteName(name)}`;
}

/** Returns the object in words, with the project that contains it, such as `cohort firmware/canary`. `resources` contains the projects. */
export function describePath(resource: Resource, resources: readonly Resource[], name = getName(resource)): string {
  return describeObject(resource, getPath(resource, resources, name));
}

/** Returns a thing in words: an object as `describePath` does, and any other thing by its resource. */
export function describeThing(resource: Resource, resources: readonly Resource[]): string {
  return rows[resource.kind].liveType === undefined ? describeResource(resource) : describePath(resource, resources);
}

/**
 * Returns the name of an object, below the name of the project that contains it, such as `firmware/canary` for a cohort. An undeclared
 * project has its UUID. `resources` contains the projects.
 */
export function getPath(resource: Resource, resources: readonly Resource[], name = getName(resource)): string {
  if (!isInProject(resource.kind)) return name;
  const project = findProject(resource, resources);
  if (project !== undefined) return `${getName(project)}/${name}`;
  const projectId = getProjectId(resource);
  return `${typeof projectId === "string" ? getUuid(projectId) : "unknown"}/${name}`;
}

/** The projects of a list with their positions, by UUID or, if the same change creates them, by URN. Each object of a list looks for its project. */
const indexProjects = memoize((resources: readonly Resource[]) => {
  const projects = [...resources.entries()].filter(([, { kind }]) => kind === "Project");
  return groupBy(projects, ([, project]) => {
    const id = getId(project);
    return id === undefined ? project.urn : getUuid(id);
  });
}, new WeakMap());

/** Returns the project that contains an object, preferably one that exists after the change. Two stacks can declare one project. */
export function findProject<T extends Resource>(object: Resource, resources: readonly T[]): T | undefined {
  const projects = indexProjects(resources);
  const projectId = getProjectId(object);
  const sources = (object.after ?? object.before)?.organizationFrom ?? [];
  const keys = [...(typeof projectId === "string" ? [getUuid(projectId)] : []), ...sources];
  const positions = keys.flatMap((key) => projects.get(key) ?? []).map(([position]) => position);
  const found = positions.sort((a, b) => a - b).flatMap((position) => resources[position] ?? []);
  return found.find(({ after }) => after !== undefined) ?? found[0];
}

function getProjectId({ before, after }: Resource): unknown {
  return after?.inputs.projectId ?? before?.inputs.projectId;
}

/** Returns the name in Peridio, as far as the preview shows it. */
export function getName({ name, before, after }: Resource): string {
  const declared = after?.inputs.name ?? before?.inputs.name;
  return typeof declared === "string" ? declared : name;
}

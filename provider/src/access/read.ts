import { type Group, type ListedProject, type Peridio, type Project, toArray } from "../api";
import type { ListedObject } from "./names";

/** Reads all groups of an organization with their members. */
export async function readGroups(api: Peridio, organizationId: string): Promise<readonly Group[]> {
  return readAll(api.groups.list(organizationId), async (id) => api.groups.get(id));
}

/** Reads the projects of an organization that the API key can see, with their access: all, or the selected ones. */
export async function readProjects(
  api: Peridio,
  organizationId: string,
  isSelected?: (project: ListedProject) => boolean,
): Promise<readonly Project[]> {
  return readAll(api.projects.list(organizationId), async (id) => api.projects.get(id), isSelected);
}

/** Reads each selected object of a list, sorted by name. Starts after the end of the list, so that no failed read stays unhandled. */
async function readAll<Listed extends ListedObject, T extends ListedObject>(
  list: AsyncIterable<Listed>,
  get: (id: string) => Promise<T>,
  isSelected: (object: Listed) => boolean = () => true,
): Promise<readonly T[]> {
  const selected = (await toArray(list)).filter(isSelected);
  const objects = await Promise.all(selected.map(async ({ id }) => get(id)));
  return objects.sort((a, b) => (a.name < b.name ? -1 : 1));
}

import type { Group, ListedGroup, Peridio, Project } from "../api";

/** Reads all groups of an organization with their members. */
export async function readGroups(api: Peridio, organizationId: string): Promise<readonly Group[]> {
  return readAll(api.groups.list(organizationId), async (id) => api.groups.get(id));
}

/** Reads the projects of an organization that the API key can see, with their access: all, or the selected ones. */
export async function readProjects(
  api: Peridio,
  organizationId: string,
  isSelected?: (project: ListedGroup) => boolean,
): Promise<readonly Project[]> {
  return readAll(api.projects.list(organizationId), async (id) => api.projects.get(id), isSelected);
}

/** Reads each selected object of a list, sorted by name. */
async function readAll<T extends ListedGroup>(
  list: AsyncIterable<ListedGroup>,
  get: (id: string) => Promise<T>,
  isSelected: (object: ListedGroup) => boolean = () => true,
): Promise<readonly T[]> {
  const reads: Promise<T>[] = [];
  for await (const object of list) if (isSelected(object)) reads.push(get(object.id));
  return (await Promise.all(reads)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

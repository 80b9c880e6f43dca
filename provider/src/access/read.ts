import type { Group, ListedGroup, Peridio, Project } from "../api";

/** Reads all groups of an organization with their members. */
export async function readGroups(api: Peridio, organizationId: string): Promise<readonly Group[]> {
  return readAll(api.groups.list(organizationId), async (id) => api.groups.get(id));
}

/** Reads all projects of an organization that the API key can see, with their access. */
export async function readProjects(api: Peridio, organizationId: string): Promise<readonly Project[]> {
  return readAll(api.projects.list(organizationId), async (id) => api.projects.get(id));
}

/** Reads each listed object, sorted by name. */
async function readAll<T extends ListedGroup>(
  list: AsyncIterable<ListedGroup>,
  get: (id: string) => Promise<T>,
): Promise<readonly T[]> {
  const reads: Promise<T>[] = [];
  for await (const { id } of list) reads.push(get(id));
  return (await Promise.all(reads)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

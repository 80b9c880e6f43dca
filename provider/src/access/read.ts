import { UserError } from "#framework";
import { formatRequest } from "#framework/messages";
import {
  type Group,
  hasAdminRights,
  type ListedProject,
  NotFoundError,
  type Peridio,
  type Project,
  toArray,
} from "../api";
import { getOrganizationId } from "../types/objectId";
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

/** A kind of objects, and who sees all of them. If only admins and owners do, other members see those with access for them, or none. */
interface Visibility {
  /** The plural in messages, such as `projects`. */
  readonly kind: string;
  readonly seenBy: "members" | "admins";
}

/**
 * Waits for the read of an object. Returns undefined if the object certainly does not exist.
 * @throws UserError if the object may exist, but the caller may not see it
 * @throws NotFoundError if the API key cannot see the organization
 */
export async function readIfPresent<T>(
  api: Peridio,
  id: string,
  read: Promise<T>,
  { kind, seenBy }: Visibility,
): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const organizationId = getOrganizationId(id);
    const { email, organizations } = await api.caller(organizationId);
    const organization = organizations.find((visible) => visible.id === organizationId);
    if (organization === undefined) throw error;
    if (seenBy === "members" || hasAdminRights(organization.role)) return undefined;
    throw new UserError(
      `it was deleted, or this API key cannot see it: ${email} is neither an admin nor an owner of organization ${organization.name}. Only admins and owners see all ${kind}. Use the API key of an admin or an owner. (${formatRequest(error)})`,
    );
  }
}

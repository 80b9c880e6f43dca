import * as z from "zod";
import { AlreadyExistsError, formatRequest, listBriefly, type PartialPlan, UserError } from "#framework";
import { hasAdminRights, NotFoundError, type Peridio } from "../api";
import type { Context } from "../resource";
import { locateOrganization } from "../types/organizationId";
import { getOrganizationId } from "../types/objectId";

/** The name of a group, a project or a cohort. */
export const objectName = z.string().min(1, "must not be empty").regex(/\S|^$/, "must not consist of white space only");

/** The name of a group of people. */
export const groupName = objectName.max(100, "must have at most 100 characters");

/** The description of a group, a project or a cohort. */
export const objectDescription = z
  .string()
  .min(1, "must not be empty: to set no description, remove the property")
  .optional();

/** An object of a list, such as a group. */
export interface ListedObject {
  readonly id: string;
  readonly name: string;
}

/** Returns the object of a parent with this name. */
async function findByName<T extends ListedObject>(objects: AsyncIterable<T>, name: string): Promise<T | undefined> {
  for await (const object of objects) if (object.name === name) return object;
  return undefined;
}

/** @throws AlreadyExistsError if an object of the list has the name */
export async function rejectExisting(objects: AsyncIterable<ListedObject>, name: string): Promise<undefined> {
  const existing = await findByName(objects, name);
  if (existing !== undefined) throw new AlreadyExistsError(existing.id, `with the id ${existing.id}`);
  return undefined;
}

/**
 * The same for a plan with unknown values. Checks nothing if the object exists, or if its name or its parent is unknown.
 * @throws AlreadyExistsError if an object of the list has the name
 */
export async function rejectExistingInPart(
  { observed, desired: { name } }: PartialPlan,
  parentId: unknown,
  list: (parentId: string) => AsyncIterable<ListedObject>,
): Promise<undefined> {
  const isKnown = typeof parentId === "string" && typeof name === "string";
  return isKnown && observed === undefined ? rejectExisting(list(parentId), name) : undefined;
}

/**
 * Refuses a name that another object of the list has. `kind` names the objects.
 * @throws UserError for a taken name
 */
export async function rejectTakenName(objects: AsyncIterable<ListedObject>, name: string, kind: string): Promise<void> {
  const other = await findByName(objects, name);
  if (other === undefined) return;
  throw new UserError(
    `another ${kind} has the name ${JSON.stringify(name)} (${other.id}). Declare another name, or rename that ${kind} first.`,
  );
}

/**
 * Returns the id of an object from an import id: an organization, a `/`, and the object's name or UUID. `kind` names the object.
 * @throws UserError if the organization has no such object that the API key can see
 */
export async function locateInOrganization(
  { api }: Pick<Context, "api">,
  text: string,
  kind: string,
  list: (organizationId: string) => AsyncIterable<ListedObject>,
): Promise<string> {
  const [organization, name] = splitImportId(text);
  if (organization === "" || name === "")
    throw new UserError(
      `${JSON.stringify(text)} is not the id of a ${kind}. Pass the name or id of the organization, a /, and the name or id of the ${kind}, such as acme/firmware.`,
    );
  const organizationId = await locateOrganization(api, organization);
  const ids: string[] = [];
  for await (const object of list(organizationId)) {
    if (object.id === `${organizationId}/${name.toLowerCase()}`) return object.id;
    if (object.name === name) ids.push(object.id);
  }
  return takeOnly(
    ids,
    `organization ${organization} has ${ids.length} ${kind}s with the name ${JSON.stringify(name)}`,
    `organization ${organization} has no ${kind} ${JSON.stringify(name)} that this API key can see. Correct the name.`,
  );
}

/** @throws UserError if there are several ids, or none */
function takeOnly(ids: readonly string[], several: string, none: string): string {
  const [id, ...others] = ids;
  if (id === undefined) throw new UserError(none);
  if (others.length > 0) throw new UserError(`${several}. Pass one of these ids: ${listBriefly(ids)}.`);
  return id;
}

/**
 * Returns the id of an object from an import id: an organization, a project and the object, each by name or UUID, with a `/` between
 * them. The names of projects may contain a `/`.
 * @throws UserError if there is no such object that the API key can see
 */
export async function locateInProject(
  { api }: Pick<Context, "api">,
  text: string,
  kind: string,
  list: (projectId: string) => AsyncIterable<ListedObject>,
): Promise<string> {
  const [organization, rest] = splitImportId(text);
  const organizationId = await locateOrganization(api, organization);
  const ids: string[] = [];
  for await (const project of api.projects.list(organizationId)) {
    const uuid = project.id.slice(organizationId.length + 1);
    const isNamed = rest.startsWith(`${project.name}/`);
    if (!isNamed && !rest.toLowerCase().startsWith(`${uuid}/`)) continue;
    const name = rest.slice((isNamed ? project.name : uuid).length + 1);
    for await (const object of list(project.id)) {
      if (object.id === `${project.id}/${name.toLowerCase()}`) return object.id;
      if (object.name === name) ids.push(object.id);
    }
  }
  return takeOnly(
    ids,
    `the organization has ${ids.length} ${kind}s with the name ${JSON.stringify(rest)}`,
    `the organization has no ${kind} ${JSON.stringify(rest)} that this API key can see. Pass the names or ids of the organization, the project and the ${kind}, such as acme/firmware/canary.`,
  );
}

/** Splits an import id at the first `/`. Slugs of organizations contain none. */
function splitImportId(text: string): readonly [string, string] {
  const at = text.indexOf("/");
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * The people who see all objects of a kind: each member, or only admins and owners. Others see those to which they have access, or none.
 */
type Audience = "members" | { readonly onlyAdmins: string };

/**
 * Returns undefined for an object that certainly does not exist.
 * @throws UserError if the object may exist, but the caller may not see it
 * @throws NotFoundError if the API key cannot see the organization
 */
export async function readIfPresent<T>(
  api: Peridio,
  id: string,
  read: Promise<T>,
  audience: Audience,
): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const organizationId = getOrganizationId(id);
    const { email, organizations } = await api.caller(organizationId);
    const organization = organizations.find((visible) => visible.id === organizationId);
    if (organization === undefined) throw error;
    if (audience === "members" || hasAdminRights(organization.role)) return undefined;
    throw new UserError(
      `it was deleted, or this API key cannot see it: ${email} is neither an admin nor an owner of organization ${organization.name}. Only admins and owners see all ${audience.onlyAdmins}. Use the API key of an admin or an owner. (${formatRequest(error)})`,
    );
  }
}

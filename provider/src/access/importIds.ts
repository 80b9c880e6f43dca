/** Import ids: the names or UUIDs of an organization, of a project if the object is in one, and of the object, with a `/` between them. */
import { UserError } from "#framework";
import { listBriefly } from "#framework/messages";
import type { Context } from "../resource";
import { locateOrganization } from "../types/organizationId";
import type { ListedObject } from "./names";

/** Lists the objects of a kind in an organization or a project. */
type List = (parentId: string) => AsyncIterable<ListedObject>;

/**
 * Returns the id of an object of an organization from an import id such as `acme/firmware`. `kind` names the object.
 * @throws UserError if the organization has no such object that the API key can see, or several with the name
 */
export async function locateInOrganization(
  { api }: Pick<Context, "api">,
  importId: string,
  kind: string,
  list: List,
): Promise<string> {
  const [organization, name] = split(importId);
  if (organization === "" || name === "")
    throw new UserError(
      `${JSON.stringify(importId)} is not the id of a ${kind}. Pass the name or id of the organization, a /, and the name or id of the ${kind}, such as acme/firmware.`,
    );
  const ids = await listMatches(list, await locateOrganization(api, organization), name);
  return takeOnly(
    ids,
    `organization ${organization} has ${ids.length} ${kind}s with the name ${JSON.stringify(name)}`,
    `organization ${organization} has no ${kind} ${JSON.stringify(name)} that this API key can see. Correct the name.`,
  );
}

/**
 * Returns the id of an object of a project from an import id such as `acme/firmware/canary`. The names of projects may contain a `/`.
 * @throws UserError if there is no such object that the API key can see, or several with the name
 */
export async function locateInProject(
  { api }: Pick<Context, "api">,
  importId: string,
  kind: string,
  list: List,
): Promise<string> {
  const [organization, path] = split(importId);
  if (organization === "" || !/.\/./.test(path))
    throw new UserError(
      `${JSON.stringify(importId)} is not the id of a ${kind}. Pass the names or ids of the organization, the project and the ${kind}, such as acme/firmware/canary.`,
    );
  const organizationId = await locateOrganization(api, organization);
  const ids: string[] = [];
  for await (const project of api.projects.list(organizationId)) {
    const uuid = project.id.slice(organizationId.length + 1);
    const isNamed = path.startsWith(`${project.name}/`);
    if (!isNamed && !path.toLowerCase().startsWith(`${uuid}/`)) continue;
    ids.push(...(await listMatches(list, project.id, path.slice((isNamed ? project.name : uuid).length + 1))));
  }
  return takeOnly(
    ids,
    `the organization has ${ids.length} ${kind}s with the name ${JSON.stringify(path)}`,
    `the organization has no ${kind} ${JSON.stringify(path)} that this API key can see. Pass the names or ids of the organization, the project and the ${kind}, such as acme/firmware/canary.`,
  );
}

/** Splits an import id at the first `/`. Slugs of organizations contain none. */
function split(importId: string): readonly [organization: string, rest: string] {
  const at = importId.indexOf("/");
  return at === -1 ? [importId, ""] : [importId.slice(0, at), importId.slice(at + 1)];
}

/** Returns the id of the object of a parent with this UUID, or else the ids of all objects with this name. */
async function listMatches(list: List, parentId: string, nameOrUuid: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id, name } of list(parentId)) {
    if (id === `${parentId}/${nameOrUuid.toLowerCase()}`) return [id];
    if (name === nameOrUuid) ids.push(id);
  }
  return ids;
}

/** @throws UserError if there are several ids, or none */
function takeOnly(ids: readonly string[], several: string, none: string): string {
  const [id, ...others] = ids;
  if (id === undefined) throw new UserError(none);
  if (others.length > 0) throw new UserError(`${several}. Pass one of these ids: ${listBriefly(ids)}.`);
  return id;
}

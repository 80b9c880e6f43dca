import { UserError } from "#framework";
import type { Peridio } from "../api";
import { asUuid } from "../types/objectId";
import { readIfPresent } from "./names";

/**
 * Refuses groups that the organization does not have. `property` is the input with their ids.
 * @throws UserError for an unknown group
 */
export async function rejectUnknownGroups(
  api: Peridio,
  organizationId: string,
  ids: readonly string[],
  property: string,
): Promise<void> {
  if (ids.length === 0) return;
  const listed = new Set<string>();
  for await (const { id } of api.groups.list(organizationId)) listed.add(id);
  const unknown: string[] = [];
  for (const id of ids) {
    const full = `${organizationId}/${asUuid(id)}`;
    // Another process of this run may have created the group after this process has read the list.
    if (!listed.has(full) && (await readIfPresent(api, full, api.groups.get(full), false)) === undefined)
      unknown.push(id);
  }
  if (unknown.length === 0) return;
  throw new UserError(
    `the organization has no group ${unknown.join(" and no group ")}. ` +
      "If a Group of this stack was deleted outside Pulumi, run `pulumi up --refresh`, which creates the group again. " +
      `Otherwise, correct \`${property}\`: pass the \`id\` of a Group, or the UUID of an existing group.`,
  );
}

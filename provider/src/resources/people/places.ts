import * as z from "zod";
import { roles, type Peridio, type RosterEntry } from "../../api";
import { formatUnsupported, UserError, unmet } from "#framework";
import { needsRole } from "../types/role";
import { standingOf, statuses } from "./person";
import { key } from "./roster";

/** Which people are meant. With several conditions, those who meet all. */
export interface Filter {
  readonly role?: string | undefined;
  /** Without it, members and people whose invitations wait. */
  readonly status?: string | undefined;
}

/** The same as texts, of a list and of a function: Pulumi's command line has flags for texts, but not for enumerations. */
export const filter = {
  role: oneOf(roles)
    .optional()
    .meta({ description: `Returns only people with this role: ${listed(roles)}.` }),
  status: oneOf(statuses)
    .optional()
    .meta({
      description: `Returns only people with this status: ${listed(statuses)}. Default: \`pending\` and \`active\`.`,
    }),
};

/**
 * The people of an organization.
 * @throws UserError of a role that this API does not have: that nobody has it must not pass for an answer.
 */
export async function placesIn(
  api: Peridio,
  organizationId: string,
  { role, status }: Filter,
): Promise<readonly RosterEntry[]> {
  const lack = unmet(api, { needs: () => needsRole(role, ["role"]) }, {}).at(0)?.lack;
  if (lack !== undefined) throw new UserError(formatUnsupported(lack));
  const places = await standingAs(status, api, organizationId);
  return places.filter(
    (place) =>
      (role === undefined || place.role === role) && (status === undefined || standingOf(place).status === status),
  );
}

function standingAs(
  standing: string | undefined,
  api: Peridio,
  organizationId: string,
): Promise<readonly RosterEntry[]> {
  if (standing === "expired") return expired(api, organizationId);
  // Whoever may not see invitations may see members.
  return standing === "active" ? api.roster.members(organizationId) : api.roster.list(organizationId);
}

/** The place of everybody who has an expired invitation. */
async function expired(api: Peridio, organizationId: string): Promise<readonly RosterEntry[]> {
  const once = new Set((await api.roster.expired(organizationId)).map(({ email }) => key(email)));
  const places = await Promise.all([...once].map((email) => api.roster.find(organizationId, email)));
  return places.flatMap((place) => place ?? []);
}

function oneOf(values: readonly string[]) {
  return z.string().refine((text) => values.includes(text), { error: `must be one of ${values.join(", ")}` });
}

function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `\`${value}\``);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1) ?? ""}`;
}

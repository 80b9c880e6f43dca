import { UserError } from "#framework";
import { formatUnsupported } from "#framework/messages";
import { roles, type Peridio, type RosterEntry, canonicalizeEmail } from "../api";
import { createChoice, joinWithOr } from "../types/choice";
import { getMemberStatus, statuses } from "./person";

/** Conditions that a person must meet, all of them. */
export interface PeopleFilter {
  readonly role?: string | undefined;
  /** Default: members and pending invitations. */
  readonly status?: string | undefined;
}

/** The filter as text properties, because Pulumi's command line has no flags for enumerations. */
export const peopleFilter = {
  role: createChoice(roles)
    .optional()
    .meta({ description: `Returns only people with this role: ${joinWithOr(roles)}.` }),
  status: createChoice(statuses)
    .optional()
    .meta({
      description: `Returns only people with this status: ${joinWithOr(statuses)}. Default: \`pending\` and \`active\`.`,
    }),
};

/**
 * Lists the people of an organization.
 *
 * @throws UserError of a role that this API does not support: an empty list would be misleading
 */
export async function listPeople(
  api: Peridio,
  organizationId: string,
  { role, status }: PeopleFilter,
): Promise<readonly RosterEntry[]> {
  const known = roles.find((one) => one === role);
  const unsupported = known && api.explainUnsupported(`role ${known}`);
  if (unsupported !== undefined) throw new UserError(formatUnsupported(unsupported));
  const people = await listByStatus(status, api, organizationId);
  return people.filter(
    (person) =>
      (role === undefined || person.role === role) &&
      (status === undefined || getMemberStatus(person).status === status),
  );
}

function listByStatus(
  status: string | undefined,
  api: Peridio,
  organizationId: string,
): Promise<readonly RosterEntry[]> {
  if (status === "expired") return listExpired(api, organizationId);
  // Some users may list members but not invitations.
  return status === "active" ? api.roster.members(organizationId) : api.roster.list(organizationId);
}

/** Finds each person who has an expired invitation. The person may be a member, or invited again. */
async function listExpired(api: Peridio, organizationId: string): Promise<readonly RosterEntry[]> {
  const emails = new Set((await api.roster.expired(organizationId)).map(({ email }) => canonicalizeEmail(email)));
  const people = await Promise.all([...emails].map((email) => api.roster.find(organizationId, email)));
  return people.filter((person) => person !== undefined);
}

import { canonicalizeEmail } from "../api";
import * as z from "zod";
import type { Feature, RosterEntry } from "../api";
import { withOrganization } from "../example";
import type { ProviderFunction } from "../resource";
import { peopleFilter, listPeople } from "../roster/list";
import { memberStatus, getMemberStatus } from "../roster/person";
import { idOrName, locateOrganization } from "../types/organizationId";
import { observedRole } from "../types/role";

const millisecondsPerDay = 86_400_000;

const inputs = z.object({
  organizationId: idOrName,
  ...peopleFilter,
  inactiveForDays: z
    .int("must be a whole number of days")
    .min(1, "must be at least 1 day")
    .max(3650, "must be at most 3650 days")
    .optional()
    .meta({
      description:
        "Returns only members whose last activity is at least this many days ago, 1 to 3650, or who were never " +
        "active. This filter excludes invitations. Not supported by Avocado Connect.",
      requires: "activity" satisfies Feature,
    }),
  withoutTwoFactor: z
    .boolean()
    .optional()
    .meta({
      description:
        "If `true`, returns only members without a second factor. This filter excludes invitations. Not supported " +
        "by Avocado Connect.",
      valueRequires: { true: "secondFactor" satisfies Feature },
    }),
});

const person = z
  .object({
    email: z.string().meta({ description: "The e-mail address." }),
    role: observedRole,
    ...memberStatus,
    isOwner: z.boolean().meta({ description: "`true` if the person owns the organization." }),
    name: z.string().optional().meta({ description: "The person's name, if Peridio knows it." }),
    lastActiveAt: z
      .string()
      .optional()
      .meta({
        description:
          "The time of the member's last activity: ISO 8601, UTC. Absent if the member was never active, until the " +
          "invitation is accepted, and with Avocado Connect.",
      }),
    twoFactorEnabled: z.boolean().optional().meta({
      description:
        "`true` if the member has a second factor. Absent until the invitation is accepted, and with Avocado Connect.",
    }),
    invitationExpiresAt: z
      .string()
      .optional()
      .meta({
        description:
          "The time at which the invitation expires: ISO 8601, UTC. Absent after acceptance, or if Peridio does not " +
          "report it.",
      }),
    invitedBy: z.string().optional().meta({
      description:
        "The PRN of the user who sent the invitation. Absent if Peridio does not report it, and after acceptance.",
    }),
  })
  .meta({ id: "FoundPerson", description: "A member of the organization, or a person with an invitation." });

const outputs = z.object({
  members: z.array(person).meta({ description: "The people, sorted by e-mail address." }),
});

type Inputs = z.output<typeof inputs>;

export const getMembers: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getMembers",
  description:
    "The members and pending invitations of one organization. If you set filters, the function returns only those " +
    "people of the organization who match all of them. It returns expired invitations only if you set " +
    "`status: expired`. It also returns the last activity and the second factor of members, which this project assumes " +
    "the Admin API to report. No resource has these properties, because their values change without Pulumi.",
  example: `${withOrganization("acme-production")}
variables:
  idle:
    fn::invoke:
      function: peridio:getMembers
      arguments: { organizationId: "\${production.id}", inactiveForDays: 90 }
  admins:
    fn::invoke:
      function: peridio:getMembers
      arguments: { organizationId: "\${production.id}", role: admin, status: active }
outputs:
  inactive: \${idle.members}
  firstAdmin: \${admins.members[0].email}
`,
  right: "viewer",
  inputs,
  outputs,

  async call({ api }, filter) {
    const id = await locateOrganization(api, filter.organizationId);
    const people = await listPeople(api, id, filter);
    const members = people.filter((entry) => matchesFilters(entry, filter, Date.now())).map(describe);
    return { members: members.sort((a, b) => (canonicalizeEmail(a.email) < canonicalizeEmail(b.email) ? -1 : 1)) };
  },
};

function matchesFilters(entry: RosterEntry, { inactiveForDays, withoutTwoFactor }: Inputs, now: number): boolean {
  if (entry.kind === "invitation") return inactiveForDays === undefined && withoutTwoFactor !== true;
  if (withoutTwoFactor === true && entry.twoFactorEnabled !== false) return false;
  if (inactiveForDays === undefined || entry.lastActiveAt === null) return true;
  return (
    entry.lastActiveAt !== undefined && now - Date.parse(entry.lastActiveAt) >= inactiveForDays * millisecondsPerDay
  );
}

function describe(entry: RosterEntry): z.output<typeof person> {
  const { email, role } = entry;
  const common = { email, role, ...getMemberStatus(entry) };
  if (entry.kind === "invitation") {
    const { expiresAt, invitedBy } = entry;
    return {
      ...common,
      isOwner: false,
      ...(expiresAt !== undefined && { invitationExpiresAt: expiresAt }),
      ...(invitedBy !== null && { invitedBy }),
    };
  }
  const { isOwner, name, lastActiveAt, twoFactorEnabled } = entry;
  return {
    ...common,
    isOwner,
    ...(twoFactorEnabled !== undefined && { twoFactorEnabled }),
    ...(name !== null && { name }),
    ...(typeof lastActiveAt === "string" && { lastActiveAt }),
  };
}

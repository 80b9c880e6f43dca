import * as z from "zod";
import type { Organization, RosterEntry, User } from "../api";
import { type AnotherKey, anotherKey, declarations, type Observed, type PlanResult, UserError } from "#framework";
import { withOrganization } from "../example";
import { type Context, defineResource } from "../resource";
import { onePerOrganization } from "./onePerOrganization";
import { findDeclaredRole } from "../roster/declaration";
import { getDeclaredEmail } from "../roster/address";
import { email, isSameEmail } from "../types/email";
import { locateOrganization, organizationId } from "../types/organizationId";

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces this " +
      "resource, but does not change the owner of the former organization.",
  }),
  email: email.meta({
    description:
      "The owner's e-mail address. Case does not matter. The person must be a member with the role admin. A " +
      "different address transfers the ownership, unless it is the value of the output `currentEmail`.",
    alsoEquals: "currentEmail",
  }),
});

const outputs = inputs.extend({
  userId: z.string().meta({ description: "The PRN of the user who owns the organization." }),
  currentEmail: z
    .string()
    .optional()
    .meta({
      description:
        "The owner's present address, if it differs from the declared one. If the program then declares this " +
        "address, Pulumi shows no change.",
    }),
});

export const organizationOwner = defineResource({
  token: "peridio:index:OrganizationOwner",
  description:
    "The owner of one organization: the only admin who can delete the organization or transfer the ownership. " +
    "Declaring another admin transfers the ownership at once, without that person's consent. The former owner " +
    "stays an admin. A transfer requires the present owner's API key, and only the new owner can reverse it. " +
    "Set `dependsOn` to the resource that makes the person an admin. Deleting this resource does not change " +
    "the owner, because an organization always has one. Avocado Connect does not support this resource.",
  example: `${withOrganization("acme-production")}
  grace:
    type: peridio:Membership
    properties: { organizationId: "\${production.id}", email: grace@acme.example, role: admin }
  owner:
    type: peridio:OrganizationOwner
    properties: { organizationId: "\${production.id}", email: grace@acme.example }
    options: { dependsOn: ["\${grace}"] }
`,
  rights: { read: "viewer", create: "owner", update: "owner", delete: "viewer" },
  inputs,
  outputs,
  ...onePerOrganization,
  uses: [anotherKey, declarations],
  parent: {
    ...onePerOrganization.parent,
    // The owner loses nothing while the organization exists.
    release: () => Promise.resolve(),
  },
  requires: "ownership",

  async findExisting({ api }, { organizationId, email }) {
    const organization = await api.organizations.get(organizationId);
    return isOwnedBy(organization, email) ? observe(organization) : undefined;
  },

  create: (context, { organizationId, email }) => transferOwnership(context, organizationId, email),

  async read({ api, warn }, id, prior) {
    const organization = await api.organizations.get(id);
    const owner = requireOwner(organization);
    // If the owner is the user in state, the declared address stays, even if the user's address has changed. Otherwise, Peridio's address counts.
    const email = owner.id === prior.state.userId ? getDeclaredEmail(owner.email, prior) : owner.email;
    if (!isSameEmail(owner.email, email)) warn(`The owner has a new address: declare ${owner.email}.`);
    return observe(organization, email);
  },

  update: (context, { email }, { id }) => transferOwnership(context, id, email),

  // The owner keeps the organization.
  mayOutliveDeletion: true,

  delete({ warn }, { email }) {
    warn(`Deleting this resource does not change the owner: ${email} still owns the organization.`);
    return Promise.resolve();
  },

  async *list({ api }, { organizationId }) {
    if (organizationId === undefined) {
      for await (const one of api.organizations.list()) yield describe(one);
    } else {
      yield describe(await api.organizations.get(await locateOrganization(api, organizationId)));
    }
  },

  async plan(context, { phase, desired }) {
    if (phase === "partial") return previewNewOwner(context, desired.email);
    const { api, getDesired } = context;
    const { organizationId, email } = desired;
    const organization = await api.organizations.get(organizationId);
    if (isOwnedBy(organization, email)) return undefined;
    const person = await api.roster.find(organizationId, email);
    const role = findDeclaredRole(getDesired, organizationId, email);
    if (role !== undefined && role !== "admin") {
      throw new UserError(`this program gives ${email} the role ${role}. ${rule} Declare the role admin.`);
    }
    const becomesAdmin = person?.kind === "member" && role === "admin";
    if (!becomesAdmin) rejectUnlessAdmin(person, email);
    const note =
      `This change transfers the ownership to ${email}. ${requireOwner(organization).email} can then not delete the ` +
      `organization. Only ${email} can transfer the ownership back.`;
    return { unknown: ["userId"], warnings: [note] };
  },
});

/**
 * Previews the owner of an organization that does not exist yet: its first owner is the user of the API key that creates it, and nobody else
 * can accept an invitation during the update.
 * @throws UserError for another person, if this API key applies the change
 */
async function previewNewOwner(
  { api, forAnotherKey }: Context & AnotherKey,
  email: unknown,
): Promise<PlanResult | undefined> {
  if (typeof email !== "string") return undefined;
  const first = "An organization belongs at first to the user of the API key that creates it.";
  if (forAnotherKey)
    return { warnings: [`${first} If this is not ${email}, the update creates the organization, and then fails.`] };
  const caller = await api.caller();
  if (isSameEmail(caller.email, email)) return undefined;
  throw new UserError(`${first} This is ${caller.email}, and ${email} has no invitation yet. ${rule} ${later}`);
}

/** Transfers the ownership to another admin. The program must first apply its other declarations of that person. */
async function transferOwnership({ api }: Context, id: string, email: string): Promise<Observed<typeof outputs>> {
  rejectUnlessAdmin(await api.roster.find(id, email), email);
  return observe(await api.organizations.transferOwnership(id, email));
}

const rule = "Only a member with the role admin can own an organization.";
const later =
  "Until the person has accepted an invitation, remove this resource from the program (in a layout, remove `owner`).";

/** @throws UserError unless the person is a member with the role admin */
function rejectUnlessAdmin(person: RosterEntry | undefined, email: string): void {
  if (person?.kind === "member" && person.role === "admin") return;
  if (person === undefined)
    throw new UserError(`${email} is not in the organization. ${rule} Invite the person. ${later}`);
  if (person.kind === "invitation") {
    throw new UserError(
      person.status === "expired"
        ? `the invitation for ${email} has expired. ${rule} Invite the person again. ${later}`
        : `${email} has not accepted the invitation. ${rule} ${later}`,
    );
  }
  throw new UserError(
    `${email} has the role ${person.role}. ${rule} Make the person an admin first. ` +
      "If a resource in this program makes the person an admin, set `dependsOn` to that resource.",
  );
}

function isOwnedBy(organization: Organization, email: string): boolean {
  return isSameEmail(requireOwner(organization).email, email);
}

function observe(organization: Organization, declared?: string): Observed<typeof outputs> {
  const [{ id }, owner] = [organization, requireOwner(organization)];
  const common = { id, organizationId: id, userId: owner.id };
  if (declared === undefined || isSameEmail(owner.email, declared)) return { ...common, email: owner.email };
  return { ...common, email: declared, currentEmail: owner.email };
}

function describe(organization: Organization): { id: string; name: string } {
  const { id, name } = organization;
  return { id, name: `${name} (${requireOwner(organization).email})` };
}

/** @throws UserError if the API does not report the owners of organizations */
function requireOwner({ name, owner }: Organization): User {
  if (owner !== undefined) return owner;
  throw new UserError(
    `the API in use does not report the owner of ${name}. Remove the OrganizationOwner from the program.`,
  );
}

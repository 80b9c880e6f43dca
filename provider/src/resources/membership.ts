import { z } from "zod";
import { Conflict, type Invitation, type Member, type Peridio, type Place, roles } from "../api";
import { AlreadyExists, Refusal } from "../core/errors";
import type { Context, Observed, Resource } from "../core/resource";
import { email, ignoringCase } from "./types/email";
import { asPrn, locateOrganization, organizationId } from "./types/organizationId";

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The organization: the `id` of an Organization, which is its PRN. Another one replaces the membership.",
  }),
  email: email.meta({
    description: "The person's e-mail address. Its case does not matter. Another person replaces the membership.",
  }),
  role: z
    .enum(roles)
    .meta({ id: "Role", description: "What the person may do: `admin`, `manager`, `developer` or `viewer`." }),
});

const outputs = inputs.extend({
  status: z.enum(["pending", "active", "expired"]).meta({
    id: "MembershipStatus",
    description:
      "`pending` while the invitation waits, `active` once it is accepted, `expired` if it ran out. Acceptance is no change; " +
      "an expired invitation is one, and is repaired by inviting again.",
  }),
  userId: z.string().optional().meta({ description: "The PRN of the user, once the invitation is accepted." }),
  invitationId: z.string().optional().meta({ description: "The PRN of the invitation, until it is accepted." }),
  invitationExpiresAt: z
    .string()
    .optional()
    .meta({ description: "When the invitation runs out: ISO 8601, UTC. Absent once it is accepted." }),
});

const query = z.object({
  organizationId: z.string().optional().meta({
    description:
      "Only the people of this organization: its PRN or its name. Without it, of every organization of the key.",
  }),
});

export const membership: Resource<typeof inputs, typeof outputs, typeof query> = {
  token: "peridio:index:Membership",
  description:
    "A person's place in one organization: an invitation until it is accepted, a member from then on. " +
    "Deleting it removes the member or revokes the invitation. The membership of the owner and that of the key's own user stay, with a warning, " +
    "since Peridio refuses to remove them; they end with the organization.",
  inputs,
  outputs,
  query,
  identity: ["organizationId", "email"],
  changes: {
    organizationId: { on: "replace", canonical: asPrn },
    email: { on: "replace", canonical: ignoringCase },
    role: { on: "update" },
  },

  async locate({ api }, id) {
    const { organization, email } = split(id);
    return `${await locateOrganization(api, organization)}/${email}`;
  },

  async adopt({ api }, { organizationId, email, role }) {
    const place = await api.roster.find(String(asPrn(organizationId)), email);
    if (place === undefined || (place.kind === "invitation" && place.status === "expired")) return undefined;
    const inevitable = place.kind === "member" && (await cannotChange(api, place));
    if (inevitable && place.role !== role) throw new Refusal(unchangeable(place));
    const ours = place.kind === "invitation" && place.invitedBy === (await api.caller()).id && place.role === role;
    if (inevitable || ours) return observe(place);
    const what = place.kind === "member" ? "as a member" : "as a pending invitation";
    throw new AlreadyExists(`${place.organizationId}/${place.email}`, `${what} with the role ${place.role}`);
  },

  async create({ api }, { organizationId, email, role }) {
    return observe(await api.roster.invite(String(asPrn(organizationId)), email, role));
  },

  async read({ api, warn }, id, { userId }) {
    const { organization, email } = split(id);
    const place = await api.roster.find(organization, email);
    if (typeof userId !== "string" || (place?.kind === "member" && place.userId === userId))
      return place && observe(place);
    const moved = await api.roster.findUser(organization, userId);
    if (moved === undefined) return place && observe(place);
    warn(`The user behind ${email} has the address ${moved.email} now: declare that one.`);
    return observe(moved);
  },

  async update({ api }, { role }, observed) {
    const place = await api.roster.find(observed.organizationId, observed.email);
    if (place === undefined) return observe(await api.roster.invite(observed.organizationId, observed.email, role));
    if (place.kind === "member") return observe(await setRole(api, place, role));
    return observe(await inviteAgain(api, place, role));
  },

  async delete(context, { id }) {
    const { organization, email } = split(id);
    const place = await context.api.roster.find(organization, email);
    if (place !== undefined) await remove(context, place);
  },

  async *list({ api }, { organizationId }) {
    const wanted =
      organizationId === undefined
        ? (await api.caller()).organizations.map(({ id }) => id)
        : [await locateOrganization(api, organizationId)];
    for (const organization of wanted) {
      for (const { organizationId, email } of await api.roster.list(organization)) {
        yield { id: `${organizationId}/${email.toLowerCase()}`, name: email };
      }
    }
  },

  broken: ({ status }) => (status === "expired" ? ["status"] : []),

  awaits: ({ status }) => status !== "active",

  stranger({ userId: before }, { userId: now, email }) {
    if (typeof before !== "string" || typeof now !== "string" || before === now) return undefined;
    return `Another user than before is behind ${String(email)}: ${now}, not ${before}.`;
  },

  async foresee({ api }, { organizationId, status, email }, changed) {
    if (!changed.includes("role") && !changed.includes("status")) return undefined;
    if (status === "active") {
      const place = await api.roster.find(String(organizationId), String(email));
      if (place?.kind === "member" && (await cannotChange(api, place))) throw new Refusal(unchangeable(place));
      return undefined;
    }
    const reason =
      status === "expired"
        ? "the invitation has expired and is sent again"
        : "Peridio cannot edit an invitation, so it is revoked and sent anew";
    return {
      unsettled: ["status", "invitationId", "invitationExpiresAt"],
      note: `A new e-mail goes out to ${String(email)}: ${reason}.`,
    };
  },
};

/** The parts of `organization/email`; names of organizations may contain a `/`. */
function split(id: string): { organization: string; email: string } {
  const at = id.lastIndexOf("/");
  const [organization, address] = [id.slice(0, Math.max(at, 0)), id.slice(at + 1)];
  if (organization === "" || !email.safeParse(address).success) {
    throw new Refusal(
      `${JSON.stringify(id)} names no membership. Write ORGANIZATION/EMAIL, with the organization's PRN or its name: acme-dev/ada@acme.example`,
    );
  }
  return { organization, email: address };
}

async function setRole(api: Peridio, member: Member, role: Member["role"]): Promise<Member> {
  if (member.role === role) return member;
  try {
    return await api.roster.setRole(member, role);
  } catch (error) {
    if (error instanceof Conflict) throw new Refusal(`${unchangeable(member)} ${error.message}`);
    throw error;
  }
}

/** Revokes and invites: the API cannot edit an invitation. Whoever accepts in between keeps the place and gets the role. */
async function inviteAgain(api: Peridio, invitation: Invitation, role: Member["role"]): Promise<Place> {
  const { organizationId, email } = invitation;
  try {
    await api.roster.revoke(invitation);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const place = await api.roster.find(organizationId, email);
    if (place?.kind === "member") return setRole(api, place, role);
    throw error;
  }
  return api.roster.invite(organizationId, email, role);
}

async function remove({ api, warn }: Context, place: Place): Promise<void> {
  if (place.kind === "invitation") {
    try {
      await api.roster.revoke(place);
    } catch (error) {
      const accepted = error instanceof Conflict ? await api.roster.find(place.organizationId, place.email) : undefined;
      if (accepted?.kind !== "member") throw error;
      await remove({ api, warn }, accepted);
    }
    return;
  }
  if (await cannotChange(api, place)) {
    const who = place.isOwner ? "the owner" : "the user of this API key";
    warn(
      `${place.email} stays in the organization as ${who}: Peridio does not allow removing that member. The membership ends when the organization is deleted.`,
    );
    return;
  }
  await api.roster.remove(place);
}

/** Peridio lets nobody change or remove the owner, or themselves. */
async function cannotChange(api: Peridio, member: Member): Promise<boolean> {
  return member.isOwner || member.userId === (await api.caller()).id;
}

function unchangeable(member: Member): string {
  return member.isOwner
    ? `${member.email} owns the organization and so has the role ${member.role}. Declare that role, or transfer the ownership first.`
    : `${member.email} is the user of this API key, whose own role (${member.role}) Peridio does not let it change. Declare that role, or use the key of another admin.`;
}

function observe(place: Place): Observed<typeof outputs> {
  const { organizationId, email, role } = place;
  // Lower case, so that the id stays the same when the address of the account replaces the one that was invited.
  const id = `${organizationId}/${email.toLowerCase()}`;
  const common = { id, organizationId, email, role };
  if (place.kind === "member") return { ...common, status: "active", userId: place.userId };
  return { ...common, status: place.status, invitationId: place.id, invitationExpiresAt: place.expiresAt };
}

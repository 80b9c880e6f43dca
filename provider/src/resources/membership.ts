import * as z from "zod";
import {
  AlreadyExists,
  type CompletePlan,
  type IdentityMismatch,
  IdentityMismatchError,
  type Observed,
  type PlanResult,
  UserError,
  type Values,
} from "#framework";
import type { Resource, ResourceContext } from "../resource";
import { key, type Invitation, type Peridio, type RosterEntry } from "../api";
import { deletionBlocked, organization } from "./organization";
import { isStillDeclared, explainLeftBehind, getPersonKey } from "../roster/declaration";
import {
  explainIdentityMismatch,
  isOwnerInvitation,
  findInviteUrl,
  explainNewAddress,
  getDeclaredEmail,
  memberStatus,
  getMemberStatus,
  explainUnknown,
  explainUndelivered,
  findKnownUser,
} from "../roster/person";
import { inviteAgain, removePerson, setRole } from "../roster/apply";
import { isProtected, explainRemoval, explainProtected } from "../roster/person";
import { peopleFilter, listPeople } from "../roster/list";
import {
  explainFullOrganization,
  explainMissingSeats,
  makeRoom,
  makeRoomBefore,
  countMissingSeats,
  countWithoutSeat,
  explainLostInvitations,
  readSeats,
} from "../roster/seats";
import { email, ignoringCase, isSame } from "../types/email";
import { locateOrganization, ofOrganization, organizationId, visibleOrganizations } from "../types/organizationId";
import { observedRole, role } from "../types/role";

const inputs = z.object({
  organizationId: organizationId.meta({
    description: "The organization: the `id` of an Organization, which is its PRN. A change replaces the membership.",
  }),
  email: email.meta({
    description:
      "The person's e-mail address. Its case does not matter. A change to another person replaces the membership.",
    replaceOnChange: true,
    alsoEquals: ({ currentEmail }) => [currentEmail],
  }),
  role,
  onExpired: z
    .enum(["reinvite", "ignore"])
    .meta({ id: "OnExpired", description: "The reaction to an expired invitation." })
    .optional()
    .meta({
      description:
        "The reaction to an expired invitation: `reinvite` revokes it and sends a new one, `ignore` leaves it. " +
        "Default: `reinvite`.",
      providerOnly: true,
    }),
  userId: z
    .string()
    .regex(/^prn:1:user:[0-9a-f-]{36}$/, "is not a user's PRN, such as prn:1:user:b3f1f699-3bc8-4c77-bda2-b974595d5e3f")
    .optional()
    .meta({
      description:
        "Pins the user, by PRN. If the address belongs to another user, or to none, every refresh and change fails, " +
        "and the provider invites no one. Set it after the invitation is accepted, to the value of the output " +
        "`userId`.",
      resetsTo: ({ userId }) => userId,
    }),
});

const outputs = inputs.extend({
  role: observedRole,
  ...memberStatus,
  currentEmail: z.string().optional().meta({
    description:
      "The user's new address, if it differs from the declared one. Declaring the new address is not a change.",
  }),
  inviteUrl: z
    .string()
    .optional()
    .meta({
      description:
        "The link of the invitation. Anyone who has it can accept. Present only with Avocado Connect, while the " +
        "invitation is pending and e-mail delivery is off.",
      secret: true,
    }),
  invitationExpiresAt: z.string().optional().meta({
    description:
      "The expiry of the invitation: ISO 8601, UTC. Absent after acceptance, or if Peridio does not report it.",
  }),
});

const query = ofOrganization.extend(peopleFilter);

export const membership: Resource<typeof inputs, typeof outputs, typeof query> = {
  token: "peridio:index:Membership",
  description:
    "A person's membership in one organization. It starts as an invitation and becomes active when the person " +
    "accepts. Deleting it removes the member or revokes the invitation. Peridio does not remove the owner or the " +
    "API key's user: their membership stays, with a warning, until the organization is deleted. Do not set the " +
    "option `deletedWith` to an Organization: the destroy fails, and the person stays in Peridio but not in the " +
    "state.",
  example: `
resources:
  dev:
    type: peridio:Organization
    properties: { name: acme-dev }
    options: { protect: true }
  bob:
    type: peridio:Membership
    properties:
      organizationId: \${dev.id}
      email: bob@acme.example
      role: developer
      onExpired: ignore
`,
  rights: { read: "viewer", create: "admin", update: "admin", delete: "admin" },
  reference: {
    imports: ["acme-production/bob@acme.example", "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d/bob@acme.example"],
    errors: [
      {
        says: "already exists as … with the role …",
        remedy:
          "The person is already a member or invited. Import the membership with the command in the message, or set " +
          "the option `aliases` on a renamed resource.",
      },
      {
        says: "The organization has … for … more …: …",
        remedy:
          "The organization has no free seat. Ask Peridio to raise the limit, or remove people in one run and add " +
          "others in the next. A preview does not know a replacement with `deleteBeforeReplace`: if the seats suffice " +
          "for it, run `pulumi up --skip-preview`.",
      },
      {
        says: "Peridio does not let anyone change the owner's role.",
        remedy:
          "Declare the role admin, or transfer the ownership first: with an OrganizationOwner or, if the API does not " +
          "support that, in Peridio's console.",
      },
      {
        says: "Peridio does not let an API key change its own user's role.",
        remedy: "Declare the present role of the user, or use another admin's key.",
      },
      {
        says: "The address … belongs to a different user (…) than the one in state (…)",
        remedy:
          "The address belongs to another user. If you want that user, run `pulumi up --refresh`. Otherwise remove " +
          "that user in Peridio.",
      },
      {
        says: "the new resource for … failed, so the old one stays in the state",
        remedy: "No one was removed. Fix the failure that the other message describes, and run again.",
      },
      {
        says: "`userId` pins …, and behind … is …",
        remedy:
          "The address belongs to another user. Remove that user from the organization, or correct or remove `userId`.",
      },
      deletionBlocked,
    ],
  },
  inputs,
  outputs,
  query,
  parent: { resource: organization, id: "organizationId" },
  key: ["organizationId", "email"],
  keys: ({ organizationId, email, role }) => ({
    items: [getPersonKey(organizationId, String(email), role, ["email"])],
  }),

  async resolveImportId({ api }, id) {
    const { organization, email } = split(id);
    return `${await locateOrganization(api, organization)}/${email}`;
  },

  async findExisting(context, { organizationId, email, role, userId }) {
    const { api, warn } = context;
    const place = await api.roster.find(organizationId, email);
    if (userId !== undefined && !(place?.kind === "member" && place.userId === userId)) {
      throw new UserError(
        `${userId} is not a member with the address ${email}, and an invitation could reach another user. Remove \`userId\` to invite that address.`,
      );
    }
    if (place === undefined || (place.kind === "invitation" && place.status === "expired")) return undefined;
    const open = place.kind === "invitation" ? explainUnknown(place) : undefined;
    if (open !== undefined) throw new UserError(open);
    const inevitable = place.kind === "member" && (await isProtected(context, place));
    if (inevitable && place.role !== role) throw new UserError(explainProtected(place));
    const ours = place.kind === "invitation" && place.invitedBy === (await api.caller()).id && place.role === role;
    if (inevitable) return observe(place);
    if (ours && !isOwnerInvitation(place)) {
      warn(adopted(place));
      return observe(place);
    }
    const what =
      place.kind === "member"
        ? "as a member"
        : isOwnerInvitation(place)
          ? "as an invitation to own it,"
          : "as a pending invitation";
    throw new AlreadyExists(`${place.organizationId}/${place.email}`, `${what} with the role ${place.role}`);
  },

  async create({ api, warn }, { organizationId, email, role }) {
    try {
      return observe(announced(await api.roster.invite(organizationId, email, role), warn));
    } catch (error) {
      throw explainFullOrganization(error);
    }
  },

  async read({ api, warn }, id, known) {
    const { organization, email: first } = split(id);
    const email = getDeclaredEmail(first, known);
    const place = await find(api, organization, email, known.state.userId);
    if (place !== undefined && !isSame(place.email, email)) {
      warn(explainNewAddress(email, place, (await invitedAt(api, organization, email)) !== undefined));
    }
    if (place === undefined) return undefined;
    const inviteUrl = findInviteUrl(place, known.state);
    return { ...observe(place, email, first), ...(inviteUrl !== undefined && { inviteUrl }) };
  },

  async update({ api, warn }, { role }, { id, email, userId }) {
    const { organization, email: first } = split(id);
    const place = await find(api, organization, email, userId);
    try {
      if (place === undefined) {
        return observe(announced(await api.roster.invite(organization, email, role), warn), email, first);
      }
      if (place.kind === "member") return observe(await setRole(api, place, role), email, first);
      return observe(announced(await inviteAgain(api, place, role), warn), email, first);
    } catch (error) {
      throw explainFullOrganization(error);
    }
  },

  async delete(context, observed, { state, parent, authorize }) {
    const { organizationId, email } = observed;
    const { api, warn, ownership: fate } = context;
    // The address may belong to a different user than the one in state.
    const place =
      (await findKnownUser(api, organizationId, state.userId)) ?? (await api.roster.find(organizationId, email));
    if (place === undefined) return;
    const stranger = explainIdentityMismatch(email, state, getMemberStatus(place));
    if (stranger !== undefined) warn(`${stranger} Nothing is deleted.`);
    else if (isStillDeclared(fate, organizationId, [place.email])) {
      warn(`${place.email} is still declared, so nothing is deleted.`);
    } else {
      const stays = place.kind === "member" && (await isProtected(context, place));
      // The owner leaves with the organization.
      if (stays && parent.kind === "ends") return;
      if (!stays) await authorize();
      if (!isSame(place.email, email)) warn(explainRemoval(email, place));
      await removePerson(context, place);
      await revokeAtFormerAddress(api, place, email);
    }
  },

  async describeSkippedDelete({ api, ownership: fate }, id, known) {
    const { organization, email: first } = split(id);
    const user = await findKnownUser(api, organization, known.state.userId);
    return user && explainLeftBehind(fate, getDeclaredEmail(first, known), user);
  },

  async *list({ api }, { organizationId, ...wanted }) {
    for (const { id, name } of await visibleOrganizations(api, organizationId)) {
      for (const place of await listPeople(api, id, wanted))
        yield { id: observe(place).id, name: `${name}/${told(place)}` };
    }
  },

  assess({ status, asOwner, email, userId }, { desired = {}, prior }) {
    const { onExpired, userId: pin } = desired;
    return {
      drifted: [
        ...(status === "expired" && onExpired !== "ignore" ? ["status"] : []),
        ...(asOwner === true ? ["asOwner"] : []),
      ],
      identityMismatch: prior && compareIdentity(prior.state, { email, userId }, pin),
      refreshBeforeUpdate: status !== "active",
    };
  },

  async plan(context, plan) {
    if (plan.phase === "partial") return undefined;
    await rejectHarm(context, plan);
    return plan.phase === "preview" ? previewChange(context, plan) : undefined;
  },
};

/** Compares the observed user with the one in state, and with the pinned one. */
function compareIdentity(
  state: Values,
  observed: Readonly<Record<"email" | "userId", unknown>>,
  pin: unknown,
): IdentityMismatch | undefined {
  const { email, userId } = observed;
  if (typeof pin === "string" && pin !== userId) {
    return { message: pinned(pin, String(email), userId), isForbidden: true };
  }
  const message = explainIdentityMismatch(String(email), state, observed);
  return message === undefined ? undefined : { message, isForbidden: false };
}

/** @throws UserError for a change that is known to fail or to do harm */
async function rejectHarm(
  context: ResourceContext,
  { desired: { organizationId, email, userId }, observed, changed }: CompletePlan<typeof inputs>,
): Promise<void> {
  if (observed === undefined) return;
  const { api } = context;
  const place = await find(api, organizationId, email, observed.userId);
  const stranger = place && explainIdentityMismatch(email, observed, getMemberStatus(place));
  if (stranger !== undefined && userId === undefined) throw new IdentityMismatchError(stranger);
  if (userId !== undefined && place !== undefined && !(place.kind === "member" && place.userId === userId)) {
    throw new UserError(pinned(userId, email, place.kind === "member" ? place.userId : undefined));
  }
  const open = place && explainUnknown(place);
  if (open !== undefined && isToBeSent(changed)) throw new UserError(open);
  if (place?.kind === "invitation" && isToBeSent(changed)) await mustFit(api, place);
  if (!changed.includes("role")) return;
  if (place?.kind === "member" && (await isProtected(context, place))) throw new UserError(explainProtected(place));
}

/** Describes the effects of a change that the differences in a preview do not show. */
async function previewChange(
  { api, planned: plan }: ResourceContext,
  { desired: { organizationId, email }, observed, changed }: CompletePlan<typeof inputs>,
): Promise<PlanResult | undefined> {
  const id = organizationId;
  if (observed === undefined || (observed.status === "expired" && isToBeSent(changed))) {
    const seats = await readSeats(api, id);
    const planned = await countWithoutSeat(api, id, plan(`seats of ${id}`, String(ignoringCase(email))));
    if (planned > 0 && countMissingSeats(seats, planned) > 0)
      throw new UserError(`${explainMissingSeats(seats, planned)}. ${makeRoom}`);
  }
  if (observed === undefined || observed.status === "active") return undefined;
  if (!isToBeSent(changed)) return undefined;
  const reason =
    observed.status === "expired"
      ? "the invitation has expired and is sent again"
      : "Peridio cannot edit an invitation, so it is revoked and sent anew";
  return {
    unknown: ["status", "invitationId", "inviteUrl", "invitationExpiresAt"],
    warnings: [`A new e-mail goes out to ${email}: ${reason}.`],
  };
}

/** Reports the adoption of an invitation. A stack does not know the declarations of others. */
function adopted({ email }: Invitation): string {
  return (
    `The user of this API key has already invited ${email}. This resource adopts the invitation, and Peridio sends no new e-mail. ` +
    "If another stack also declares this membership, remove it from one of the stacks."
  );
}

/** Revokes an invitation that waits at the declared address: with it, a removed user with a new address could return. */
async function revokeAtFormerAddress(api: Peridio, removed: RosterEntry, declared: string): Promise<void> {
  if (isSame(removed.email, declared)) return;
  const waiting = await invitedAt(api, removed.organizationId, declared);
  if (waiting !== undefined) await api.roster.revoke(waiting);
}

/** The invitation that waits at an address. */
async function invitedAt(api: Peridio, organization: string, email: string): Promise<Invitation | undefined> {
  const people = await api.roster.list(organization);
  return people.find((place): place is Invitation => place.kind === "invitation" && isSame(place.email, email));
}

/** Returns true if an invitation with these differences is revoked and sent again. */
function isToBeSent(changed: readonly string[]): boolean {
  return ["role", "status", "asOwner"].some((property) => changed.includes(property));
}

/** Refuses to revoke an invitation that could not be sent anew. One that has expired has no seat to give up. */
async function mustFit(api: Peridio, { organizationId, email, status }: Invitation): Promise<void> {
  const seats = await readSeats(api, organizationId);
  const planned = status === "expired" ? 1 : 0;
  if (countMissingSeats(seats, planned) === 0) return;
  throw new UserError(
    `${planned === 0 ? explainLostInvitations(seats, [email]) : explainMissingSeats(seats, planned)}. ${makeRoomBefore}`,
  );
}

/** Explains that a pin does not fit. `found` is the user who has accepted, if there is one. */
function pinned(pin: string, email: string, found: unknown): string {
  const there = typeof found === "string" ? found : "an invitation that nobody has accepted yet";
  return (
    `\`userId\` pins ${pin}, and behind ${email} is ${there}. ` +
    "Remove that one from the organization, or correct `userId` or leave it out."
  );
}

/** The person of a new invitation. Warns if only the state holds the link. */
function announced(place: RosterEntry, warn: (text: string) => void): RosterEntry {
  const text = explainUndelivered(place, "inviteUrl");
  if (text !== undefined) warn(text);
  return place;
}

/** The parts of `organization/email`; names of organizations may contain a `/`. */
function split(id: string): { organization: string; email: string } {
  const at = id.lastIndexOf("/");
  const [organization, address] = [id.slice(0, Math.max(at, 0)), id.slice(at + 1)];
  if (organization === "" || !email.safeParse(address).success) {
    throw new UserError(
      `${JSON.stringify(id)} names no membership. Write ORGANIZATION/EMAIL, with the organization's PRN or its name: acme-dev/ada@acme.example`,
    );
  }
  return { organization, email: address };
}

/** A person in a list: `bob@acme.example (viewer, pending)`. */
function told(place: RosterEntry): string {
  const { email, role } = place;
  const more = place.kind === "invitation" ? [place.status] : place.isOwner ? ["owner"] : [];
  return `${email} (${[role, ...more].join(", ")})`;
}

/** Finds the member who has the address or, since addresses change, the user in state; otherwise, the invitation there. */
async function find(
  api: Peridio,
  organization: string,
  email: string,
  userId: unknown,
): Promise<RosterEntry | undefined> {
  const place = await api.roster.find(organization, email);
  return place?.kind === "member" ? place : ((await findKnownUser(api, organization, userId)) ?? place);
}

/** `declared` is the address under which the program knows the person, `first` the one under which it did at first. */
function observe(place: RosterEntry, declared = place.email, first = declared): Observed<typeof outputs> {
  const { organizationId, email, role } = place;
  const moved = !isSame(email, declared);
  // Lower case, so that the id stays the same when the address of the account replaces the one that was invited.
  const id = `${organizationId}/${key(first)}`;
  const common = { id, organizationId, email: moved ? declared : email, role, ...(moved && { currentEmail: email }) };
  if (place.kind === "member") return { ...common, ...getMemberStatus(place) };
  const { expiresAt, inviteUrl } = place;
  return {
    ...common,
    ...getMemberStatus(place),
    ...(inviteUrl !== undefined && { inviteUrl }),
    ...(expiresAt !== undefined && { invitationExpiresAt: expiresAt }),
  };
}

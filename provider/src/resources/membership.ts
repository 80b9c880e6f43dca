import * as z from "zod";
import {
  AlreadyExistsError,
  type CompletePlan,
  type IdentityMismatch,
  IdentityMismatchError,
  type Observed,
  type PlanResult,
  UserError,
  type Values,
} from "#framework";
import { rejectUnknownGroups } from "../access/groups";
import { canonicalizeEmail, type Feature, type Member, type Peridio, type RosterEntry, type Role } from "../api";
import { withOrganization } from "../example";
import { defineResource } from "../resource";
import { inviteAgain, removePerson, setRole } from "../roster/apply";
import { type RosterContext, rosterModules } from "../roster/context";
import { verifyRemoved } from "../roster/deletion";
import { explainLeftBehind, getPersonKey, isStillDeclared } from "../roster/declaration";
import {
  explainAdoption,
  findInvitation,
  isSentAgain,
  rejectWithoutSeat,
  revokeAtDeclaredAddress,
  warnIfUndelivered,
} from "../roster/membershipInvitation";
import { listPeople, peopleFilter } from "../roster/list";
import {
  explainFixedRole,
  explainKeptOwner,
  getHeldRole,
  hasOwnerRole,
  isAsDeclared,
  rejectOwnerChange,
} from "../roster/owners";
import { explainNewAddress, explainRemoval, findKnownUser, getDeclaredEmail } from "../roster/address";
import { explainUnknown, findInviteUrl, getMemberStatus, memberStatus, onExpired } from "../roster/person";
import { getProtectedUserId, isProtected } from "../roster/protection";
import { releasePeople } from "../roster/release";
import {
  countMissingSeats,
  countPlannedSeats,
  creationRemedy,
  explainFullOrganization,
  explainMissingSeats,
  readSeats,
  updateRemedy,
} from "../roster/seats";
import { email, isSameEmail } from "../types/email";
import { groupId, toGroupUuid } from "../types/objectId";
import { explainIdentityMismatch } from "../types/userId";
import { listOrganizations, locateOrganization, ofOrganization, organizationId } from "../types/organizationId";
import { observedRole, role } from "../types/role";
import { organization } from "./organization";

const inputs = z.object({
  organizationId: organizationId.meta({
    description:
      "The id of the organization: its PRN or UUID, such as the `id` of an Organization. A change replaces the " +
      "membership.",
  }),
  email: email.meta({
    description:
      "The person's e-mail address. Case does not matter. A different address replaces the membership, unless it " +
      "is the value of the output `currentEmail`.",
    replaceOnChange: true,
    alsoEquals: "currentEmail",
  }),
  role: role.meta({ id: "Role", alsoEquals: "currentRole" }),
  onExpired: onExpired.optional().meta({
    description:
      "The reaction to an expired invitation. `reinvite` revokes the invitation and sends a new one. `ignore` " +
      "changes nothing. Default: `reinvite`.",
    providerOnly: true,
  }),
  userId: z
    .string()
    .regex(
      /^prn:1:user:[0-9a-f-]{36}$/,
      "must be a user's PRN, such as prn:1:user:b3f1f699-3bc8-4c77-bda2-b974595d5e3f",
    )
    .optional()
    .meta({
      description:
        "The PRN of the user who must have the address. If another user has the address, or no user has accepted " +
        "the invitation, refreshes and changes fail. With this property, the provider sends no invitation. After " +
        "the person has accepted, you can set it to the value of the output `userId`.",
      resetsTo: ({ userId }) => userId,
    }),
  groupId: groupId.optional().meta({
    description:
      "The group that the person joins by accepting the invitation: the `id` of a Group, or its UUID. A change or " +
      "removal sends a new invitation. After acceptance, the property has no effect, and the members of the Group decide. Default: " +
      "none. Only Avocado Connect supports this property.",
    canonical: toGroupUuid,
    resetsTo: ({ status, groupId }) => (status === "active" ? groupId : undefined),
    requires: "groups" satisfies Feature,
  }),
});

const outputs = inputs.extend({
  role: observedRole,
  currentRole: z
    .string()
    .optional()
    .meta({
      description:
        "The person's present role, if it differs from `role`: `owner`, if no program has declared this owner with the role " +
        "`owner`. The provider does not lower such an owner, and keeps such an invitation. If the program then declares the " +
        "role `owner`, Pulumi shows no change. Present only with Avocado Connect.",
    }),
  ...memberStatus,
  currentEmail: z
    .string()
    .optional()
    .meta({
      description:
        "The user's present address, if it differs from the declared one. If the program then declares this " +
        "address, Pulumi shows no change.",
    }),
  inviteUrl: z
    .string()
    .optional()
    .meta({
      description:
        "The link to accept the invitation. Anyone who has the link can accept. Present until acceptance, and only " +
        "if the provider sent the invitation with Avocado Connect while e-mail delivery was off.",
      secret: true,
    }),
  invitationExpiresAt: z
    .string()
    .optional()
    .meta({
      description:
        "The time at which the invitation expires: ISO 8601, UTC. Absent after acceptance, or if Peridio does not " +
        "report it.",
    }),
});

const query = ofOrganization.extend(peopleFilter);

export const membership = defineResource({
  token: "peridio:index:Membership",
  description:
    "A person's membership in one organization. It starts as an invitation and becomes active when the person " +
    "accepts. Deletion removes the member or revokes the invitation. The provider never removes " +
    "an owner or the API key's own user. If Pulumi deletes the membership of such a person, the provider warns, " +
    "and the person stays in the organization. If the same run may delete the Organization, the provider removes " +
    "nobody. The deletion of the Organization then removes its members, which requires `forceDestroy`.",
  example: `${withOrganization("acme-dev")}
  bob:
    type: peridio:Membership
    properties:
      organizationId: \${dev.id}
      email: bob@acme.example
      role: developer
      onExpired: ignore
`,
  rights: { read: "viewer", create: "admin", update: "admin", delete: "admin" },
  inputs,
  outputs,
  query,
  uses: rosterModules,
  parent: {
    resource: organization,
    id: "organizationId",
    async release(context, observed, { state }) {
      const person = await findLeaving(context, observed, state);
      if (person !== undefined) await releasePeople(context, [{ email: observed.email, person }]);
    },
  },
  identity: ["organizationId", "email"],
  ownership: {
    sharedKey: ({ organizationId, email, role }) => getPersonKey(organizationId, String(email), role, ["email"]),

    async describeSkippedDelete({ api, getOwnership }, id, prior) {
      const { organization, email: firstEmail } = parseId(id);
      const user = await findKnownUser(api, organization, prior.state.userId);
      return user && explainLeftBehind(getOwnership, getDeclaredEmail(firstEmail, prior), user);
    },
  },

  async resolveImportId({ api }, id) {
    const { organization, email } = parseId(id);
    return `${await locateOrganization(api, organization)}/${email}`;
  },

  async findExisting(context, { organizationId, email, role, userId }) {
    const { api, warn } = context;
    const person = await api.roster.find(organizationId, email);
    if (userId !== undefined && !(person?.kind === "member" && person.userId === userId)) {
      throw new UserError(
        `${userId} is not a member with the address ${email}. With \`userId\`, the provider sends no invitation, because it could reach another user. Correct or remove \`userId\`.`,
      );
    }
    if (person === undefined || (person.kind === "invitation" && person.status === "expired")) return undefined;
    const unknown = person.kind === "invitation" ? explainUnknown(person) : undefined;
    if (unknown !== undefined) throw new UserError(unknown);
    const isDeclaredOwner = role === "owner";
    if (person.kind === "member" && (await isProtected(context, person))) {
      if (!isAsDeclared(person, role, isDeclaredOwner)) await rejectFixedRole(context, person, role, isDeclaredOwner);
      const note = explainKeptOwner(person, isDeclaredOwner, person.email);
      if (note !== undefined) warn(note);
      return observe(person, { isDeclaredOwner });
    }
    const isOwnInvitation =
      person.kind === "invitation" && person.invitedBy === (await api.caller()).id && person.role === role;
    if (isOwnInvitation) {
      warn(explainAdoption(person));
      return observe(person, { isDeclaredOwner });
    }
    const what = person.kind === "member" ? "as a member" : "as a pending invitation";
    throw new AlreadyExistsError(`${person.organizationId}/${person.email}`, `${what} with the role ${person.role}`);
  },

  async create({ api, warn }, { organizationId, email, role, groupId }) {
    try {
      const invited = await api.roster.invite(organizationId, email, role, groupId);
      warnIfUndelivered(invited, warn);
      return observe(invited, { isDeclaredOwner: role === "owner" });
    } catch (error) {
      throw explainFullOrganization(error);
    }
  },

  async read({ api, warn }, id, prior) {
    const { organization, email: firstEmail } = parseId(id);
    const email = getDeclaredEmail(firstEmail, prior);
    const person = await findPerson(api, organization, email, prior.state.userId);
    if (person !== undefined && !isSameEmail(person.email, email)) {
      warn(explainNewAddress(email, person, (await findInvitation(api, organization, email)) !== undefined));
    }
    if (person === undefined) return undefined;
    const inviteUrl = findInviteUrl(person, prior.state);
    const isDeclaredOwner = [prior.inputs, prior.priorInputs, prior.state].some((values) => values?.role === "owner");
    const found = observe(person, { declared: email, firstEmail, isDeclaredOwner });
    // The read of an import does not know the program, and cannot tell what it does not declare.
    const note = prior.inputs.role === undefined ? undefined : explainKeptOwner(person, isDeclaredOwner, person.email);
    if (note !== undefined) warn(note);
    return {
      ...keepGroup(found, prior.inputs.groupId),
      ...(inviteUrl !== undefined && { inviteUrl }),
    };
  },

  async update({ api, warn }, { role, groupId }, { id, email, userId }, changes) {
    const { organization, email: firstEmail } = parseId(id);
    const person = await findPerson(api, organization, email, userId);
    const give = async (): Promise<RosterEntry> => {
      if (person === undefined) return api.roster.invite(organization, email, role, groupId);
      // Without a change of the role, an owner stays an owner.
      if (person.kind === "member") return changes.role === undefined ? person : setRole(api, person, role);
      return inviteAgain(api, person, role, changes.groupId === null ? null : groupId);
    };
    const isDeclaredOwner = role === "owner";
    try {
      const given = await give();
      warnIfUndelivered(given, warn);
      return keepGroup(observe(given, { declared: email, firstEmail, isDeclaredOwner }), groupId);
    } catch (error) {
      throw explainFullOrganization(error, updateRemedy);
    }
  },

  // An owner, the API key's user and a person who is declared elsewhere stay.
  mayOutliveDeletion: true,

  async delete(context, observed, { state, authorize }) {
    const { api, warn } = context;
    const { email } = observed;
    const person = await findLeaving(context, observed, state);
    if (person === undefined) return;
    const isStaying = person.kind === "member" && (await isProtected(context, person));
    if (!isStaying) await authorize();
    if (!isSameEmail(person.email, email)) warn(explainRemoval(email, person));
    await removePerson(context, person);
    await revokeAtDeclaredAddress(api, person, email);
    if (!isStaying) await verifyRemoved(api, person.organizationId, [{ kind: "remove", email: person.email, person }]);
  },

  async *list({ api }, { organizationId, ...filter }) {
    for (const { id, name } of await listOrganizations(api, organizationId)) {
      for (const person of await listPeople(api, id, filter))
        yield { id: observe(person).id, name: `${name}/${describe(person)}` };
    }
  },

  assess({ status, currentRole, email, userId }, { desired = {}, prior }) {
    const { onExpired: reaction, userId: pin, role } = desired;
    return {
      drifted: [
        ...(status === "expired" && reaction !== "ignore" ? ["status"] : []),
        // The state does not show that the program declared the role `owner` after the last read.
        ...(currentRole === "owner" && prior?.inputs.role === "owner" && role === "admin" ? ["role"] : []),
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
});

/** Finds the person that leaves with a Membership. Undefined, with a warning, for another user, and for a person that the program declares elsewhere. */
async function findLeaving(
  { api, warn, getOwnership }: RosterContext,
  { organizationId, email }: Observed<typeof outputs>,
  state: Values,
): Promise<RosterEntry | undefined> {
  // The address may belong to a different user than the one in state.
  const person =
    (await findKnownUser(api, organizationId, state.userId)) ?? (await api.roster.find(organizationId, email));
  if (person === undefined) return undefined;
  const mismatch = explainIdentityMismatch(email, state, getMemberStatus(person));
  if (mismatch !== undefined) {
    warn(`${mismatch} The provider deletes nothing.`);
    return undefined;
  }
  if (!isStillDeclared(getOwnership, organizationId, [person.email])) return person;
  warn(`${person.email} is still declared, so nothing is deleted.`);
  return undefined;
}

/** Compares the observed user with the one in state, and with the pinned one. */
function compareIdentity(
  state: Values,
  observed: Readonly<Record<"email" | "userId", unknown>>,
  pin: unknown,
): IdentityMismatch | undefined {
  const { email, userId } = observed;
  // A pin names the user that the program means, even if the state still names another one.
  if (typeof pin === "string") {
    return pin === userId ? undefined : { message: explainPin(pin, String(email), userId), isForbidden: true };
  }
  const message = explainIdentityMismatch(String(email), state, observed);
  return message === undefined ? undefined : { message, isForbidden: false };
}

/** @throws UserError for a change that is known to fail or to do harm */
async function rejectHarm(context: RosterContext, plan: CompletePlan<typeof inputs>): Promise<void> {
  const { desired, observed, changed, priorInputs } = plan;
  const { organizationId, email, role, userId, groupId } = desired;
  // After acceptance, the group of the invitation has no effect.
  if (groupId !== undefined && changed.includes("groupId") && observed?.status !== "active")
    await rejectUnknownGroups(context.api, organizationId, [groupId], "groupId");
  const invited = role === "owner" ? [email] : [];
  if (observed === undefined) {
    await rejectOwnerChange(context, organizationId, { invited, promoted: [], lowered: [] });
    return;
  }
  const { api } = context;
  const person = await findPerson(api, organizationId, email, observed.userId);
  const mismatch = person && explainIdentityMismatch(email, observed, getMemberStatus(person));
  if (mismatch !== undefined && userId === undefined) throw new IdentityMismatchError(mismatch);
  if (userId !== undefined && person !== undefined && !(person.kind === "member" && person.userId === userId)) {
    throw new UserError(explainPin(userId, email, person.kind === "member" ? person.userId : undefined));
  }
  const unknown = person && explainUnknown(person);
  if (unknown !== undefined && isSentAgain(changed)) throw new UserError(unknown);
  if (person?.kind === "invitation" && isSentAgain(changed)) {
    await rejectWithoutSeat(api, person);
    await rejectOwnerChange(context, organizationId, { invited, promoted: [], lowered: [] });
  }
  if (person?.kind !== "member" || !changed.includes("role")) return;
  const isDeclaredOwner = [observed.role, priorInputs.role].includes("owner");
  if (isAsDeclared(person, role, isDeclaredOwner)) return;
  await rejectFixedRole(context, person, role, isDeclaredOwner);
  const promoted = role === "owner" ? [person] : [];
  const lowered = hasOwnerRole(person) ? [person] : [];
  await rejectOwnerChange(context, organizationId, { invited: [], promoted, lowered });
}

/** @throws UserError if the role of the member cannot change */
async function rejectFixedRole(
  context: RosterContext,
  member: Member,
  role: Role,
  isDeclaredOwner: boolean,
): Promise<void> {
  const isOwnUser = member.userId === (await getProtectedUserId(context));
  const fixed = explainFixedRole({ member, role, isDeclaredOwner, isOwnUser });
  if (fixed !== undefined) throw new UserError(explainUnknown(member) ?? `${fixed.reason} ${fixed.remedy}`);
}

/** Describes the effects of a change that the differences in a preview do not show. */
async function previewChange(
  context: RosterContext,
  { desired: { organizationId, email }, observed, changed }: CompletePlan<typeof inputs>,
): Promise<PlanResult | undefined> {
  const id = organizationId;
  if (observed === undefined || (observed.status === "expired" && isSentAgain(changed))) {
    const seats = await readSeats(context.api, id);
    const needed = await countPlannedSeats(context, id, [email]);
    if (needed > 0 && countMissingSeats(seats, needed) > 0)
      throw new UserError(`${explainMissingSeats(seats, needed)}. ${creationRemedy}`);
  }
  if (observed === undefined || observed.status === "active") return undefined;
  if (!isSentAgain(changed)) return undefined;
  const reason =
    observed.status === "expired"
      ? "the invitation has expired"
      : "Peridio cannot edit an invitation, so the provider revokes it and sends a new one";
  return {
    unknown: ["status", "currentRole", "invitationId", "inviteUrl", "invitationExpiresAt"],
    warnings: [`Peridio sends a new e-mail to ${email}: ${reason}.`],
  };
}

/** Explains that the pinned user does not have the address. `found` is the user who has accepted, if there is one. */
function explainPin(pin: string, email: string, found: unknown): string {
  return typeof found === "string"
    ? `The address ${email} belongs to ${found}, but \`userId\` requires ${pin}. To accept this user, correct or remove \`userId\`, and run \`pulumi up\` without \`--refresh\`. Otherwise, remove this user from the organization in Peridio.`
    : `No user has accepted the invitation to ${email}, but \`userId\` requires ${pin}. If you did not expect the invitation, revoke it in Peridio. Otherwise, remove \`userId\` and run \`pulumi up\` without \`--refresh\`.`;
}

/** Returns the parts of `organization/email`. The name of an organization can contain a `/`. */
function parseId(id: string): { organization: string; email: string } {
  const at = id.lastIndexOf("/");
  const [organization, address] = [id.slice(0, Math.max(at, 0)), id.slice(at + 1)];
  if (organization === "" || !email.safeParse(address).success) {
    throw new UserError(
      `${JSON.stringify(id)} is not the id of a membership. Write ORGANIZATION/EMAIL with the organization's PRN, UUID or name, such as acme-dev/ada@acme.example.`,
    );
  }
  return { organization, email: address };
}

/** A person in a list: `bob@acme.example (viewer, pending)`. */
function describe(person: RosterEntry): string {
  const { email, role } = person;
  const isOnlyOwner = person.kind === "member" && person.isOwner && role !== "owner";
  const more = person.kind === "invitation" ? [person.status] : isOnlyOwner ? ["owner"] : [];
  return `${email} (${[role, ...more].join(", ")})`;
}

/** Finds the member with the address. Otherwise, finds the user in state, whose address may have changed, or an invitation to the address. */
async function findPerson(
  api: Peridio,
  organization: string,
  email: string,
  userId: unknown,
): Promise<RosterEntry | undefined> {
  const person = await api.roster.find(organization, email);
  return person?.kind === "member" ? person : ((await findKnownUser(api, organization, userId)) ?? person);
}

/** The declaration of a person. */
interface Known {
  /** The address in the program. */
  readonly declared?: string;
  /** The first address that the program declared. */
  readonly firstEmail?: string;
  /** True if the program declares the role `owner`, or declared it before. */
  readonly isDeclaredOwner?: boolean;
}

function observe(person: RosterEntry, known: Known = {}): Observed<typeof outputs> {
  const { declared = person.email, firstEmail = declared, isDeclaredOwner = false } = known;
  const { organizationId, email } = person;
  const hasMoved = !isSameEmail(email, declared);
  // Lower case, because the account may spell the invited address in a different case, and the id must stay the same.
  const id = `${organizationId}/${canonicalizeEmail(firstEmail)}`;
  const common = {
    id,
    organizationId,
    email: hasMoved ? declared : email,
    ...getHeldRole(person, isDeclaredOwner),
    ...(hasMoved && { currentEmail: email }),
  };
  if (person.kind === "member") return { ...common, ...getMemberStatus(person) };
  const { expiresAt, inviteUrl, groupId } = person;
  return {
    ...common,
    ...getMemberStatus(person),
    ...(groupId !== undefined && { groupId }),
    ...(inviteUrl !== undefined && { inviteUrl }),
    ...(expiresAt !== undefined && { invitationExpiresAt: expiresAt }),
  };
}

/** Keeps the declared group of a member: after acceptance, Peridio no longer knows the group of the invitation. */
function keepGroup(observed: Observed<typeof outputs>, declared: unknown): Observed<typeof outputs> {
  return observed.status === "active" && typeof declared === "string" ? { ...observed, groupId: declared } : observed;
}

import { UserError } from "#framework";
import { formatRequest, getErrorMessage, listBriefly, beginNotAppliedMessage } from "#framework/messages";
import {
  ConflictError,
  hasAdminRights,
  isLimitReached,
  NotFoundError,
  type Invitation,
  type Member,
  type Peridio,
  type RosterEntry,
  type Role,
} from "../api";
import type { Context } from "../resource";
import { explainFixedRole, hasOwnerRole } from "./owners";
import { explainUndelivered, isAdmin } from "./person";
import { getProtectedUserId, isProtected } from "./protection";
import { explainFullOrganization, listEarlyRemovals } from "./seats";
import { listInvitees, type Removal, type RosterPlan, type Step } from "./steps";

/** The part of a resource's context that writes need. */
type WriteContext = Pick<Context, "api" | "warn">;

/**
 * Applies a plan in phases: removals that free seats, then invitations and promotions, then demotions, then removals. A phase
 * starts after Peridio has confirmed the one before. The steps of one phase run side by side. If an invitation finds no free
 * seat, the provider makes one of the later removals before it tries again.
 *
 * @throws UserError that names every failed step. Completed steps remain.
 */
export async function applyRosterPlan(context: WriteContext, organizationId: string, plan: RosterPlan): Promise<void> {
  const candidates = [...listEarlyRemovals(plan)];
  const removed = new Set<Removal>();
  const attempt = async (step: Step): Promise<string[]> => {
    try {
      await applyStep(context, organizationId, step);
      return [];
    } catch (error) {
      const reason = explainFullOrganization(error, "Ask Peridio to raise the limit, or declare fewer people");
      const failure = `${step.email}: ${getErrorMessage(reason)}`;
      // The rest of the program may have taken a seat since the count. One removal for each invitation, and no more.
      const isShort = isLimitReached(error) && removed.size < listInvitees(plan).length;
      const leaving = isShort ? candidates.shift() : undefined;
      if (leaving === undefined) return [failure];
      removed.add(leaving);
      const failures = await attempt(leaving);
      return failures.length > 0 ? [...failures, failure] : attempt(step);
    }
  };
  const applyPhase = async (steps: readonly Step[]): Promise<void> => {
    const failures = (await Promise.all(steps.map(attempt))).flat();
    if (failures.length > 0) throw summarizeFailures(failures);
  };
  await applyPhase(plan.makeRoom);
  await applyPhase(plan.grant);
  await verifyPromotions(context.api, organizationId, plan);
  await applyPhase(plan.demote);
  await applyPhase(plan.remove.filter((step) => !removed.has(step)));
}

/**
 * Reads the members again before the first admin or owner is demoted or removed, if this plan makes other members admins or owners:
 * the remaining ones must be real.
 * @throws UserError for members that do not have their new role
 */
async function verifyPromotions(api: Peridio, organizationId: string, plan: RosterPlan): Promise<void> {
  const promoted = plan.grant.flatMap((step) => (step.kind === "setRole" && hasAdminRights(step.role) ? [step] : []));
  const losesAdmin = [...plan.demote, ...plan.remove].some(({ person }) => isAdmin(person));
  if (promoted.length === 0 || !losesAdmin) return;
  api.roster.forget(organizationId);
  const failures: string[] = [];
  for (const { person, role } of promoted) {
    const member = await api.roster.findUser(organizationId, person.userId);
    if (member?.role !== role)
      failures.push(`${person.email} has the role ${member?.role ?? "none"} instead of ${role}`);
  }
  if (failures.length === 0) return;
  throw new UserError(
    `${beginNotAppliedMessage("Peridio")}: ${listBriefly(failures)}. The provider demoted no one, and made no further removal. Run \`pulumi up --refresh\`.`,
  );
}

async function applyStep(context: WriteContext, organizationId: string, step: Step): Promise<void> {
  const { api, warn } = context;
  if (step.kind === "remove") return removePerson(context, step.person);
  const person = await giveRole(api, organizationId, step);
  const text = explainUndelivered(person, "inviteUrls");
  if (text !== undefined) warn(text);
  if (person.role !== step.role) {
    throw new UserError(
      `Peridio returned the role ${person.role} instead of ${step.role}. Run \`pulumi up --refresh\` to read the live role and set the declared one.`,
    );
  }
}

async function giveRole(api: Peridio, organizationId: string, step: Exclude<Step, Removal>): Promise<RosterEntry> {
  if (step.kind === "setRole") return setRole(api, step.person, step.role);
  const { email, role, groupId } = step;
  return step.kind === "invite"
    ? api.roster.invite(organizationId, email, role, groupId ?? undefined)
    : inviteAgain(api, step.person, role, groupId);
}

function summarizeFailures(failures: readonly string[]): UserError {
  const [shown, more] = [failures.slice(0, 5).join("; "), failures.length - 5];
  return new UserError(more > 0 ? `${shown}; and ${more} more` : shown);
}

export async function setRole(api: Peridio, member: Member, role: Role): Promise<Member> {
  if (member.role === role) return member;
  try {
    return await api.roster.setRole(member, role);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const isOwnUser = member.userId === (await getProtectedUserId({ api }));
    const fixed = explainFixedRole({ member, role, isDeclaredOwner: true, isOwnUser });
    if (fixed === undefined) throw error;
    throw new UserError(`${fixed.reason} ${fixed.remedy} ${error.message}`);
  }
}

/**
 * Revokes and invites, because the API cannot edit an invitation. If the person accepts in between, the member gets the role. Someone who
 * became an owner in this way stays one.
 */
export async function inviteAgain(
  api: Peridio,
  invitation: Invitation,
  role: Role,
  groupId?: string | null,
): Promise<RosterEntry> {
  try {
    return await api.roster.replace(invitation, role, groupId);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const person = await api.roster.find(invitation.organizationId, invitation.email);
    if (person?.kind === "member" && (role === "owner" || !hasOwnerRole(person))) return setRole(api, person, role);
    throw error;
  }
}

/** Removes the member or revokes the invitation. Keeps a protected member, with a warning. */
export async function removePerson({ api, warn }: WriteContext, person: RosterEntry): Promise<void> {
  if (person.kind === "invitation") {
    try {
      await api.roster.revoke(person);
    } catch (error) {
      const accepted =
        error instanceof ConflictError ? await api.roster.find(person.organizationId, person.email) : undefined;
      if (accepted?.kind !== "member") throw error;
      await removePerson({ api, warn }, accepted);
    }
    return;
  }
  if (await isProtected({ api }, person)) {
    const why = hasOwnerRole(person)
      ? "an owner: the provider never removes owners. To remove this person, first declare another role than owner"
      : person.isOwner
        ? "the owner: Peridio does not let anyone remove the owner"
        : "the user of this API key: Peridio does not let an API key remove its own user";
    warn(`${person.email} stays in the organization as ${why}.`);
    return;
  }
  try {
    await api.roster.remove(person);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    // A 404 may also mean that the API key cannot see the organization, so read the member.
    const remaining = await api.roster.find(person.organizationId, person.email);
    if (remaining?.kind !== "member") return;
    throw new UserError(
      `Peridio returned 404 for the removal of ${person.email}, but ${person.email} is still a member. ` +
        `Use an API key that can manage the organization, and run the command again. (${formatRequest(error)})`,
    );
  }
}

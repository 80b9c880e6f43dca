import { UserError } from "#framework";
import { listBriefly } from "#framework/messages";
import { hasAdminRights, type Role } from "../api";
import type { DeclaredRoster } from "./declaration";
import { explainFixedRole } from "./owners";
import { isAdmin, isExpired } from "./person";
import { formatCount } from "./seats";
import type { RosterState } from "./state";
import type { RosterPlan } from "./steps";

/** The limits of one change. */
export interface Guardrails {
  /** The number of active admins that must remain. */
  readonly minAdmins: number;
  /** The number of people who may lose access or a role: a number, or a percentage (`25%`) of the people who are not ignored. */
  readonly maxRemovals: string;
  /** Finds the role that another resource of the program declares for an ignored person. That role may apply first. */
  readonly findRoleElsewhere: (email: string) => Role | undefined;
  /** Remedies that replace the default advice, by limit. */
  readonly remedies?: { readonly maxRemovals: string; readonly minAdmins: string };
}

/** The limits of a roster that sets none. */
export const defaultGuardrails = { minAdmins: 1, maxRemovals: "25%" } satisfies Partial<Guardrails>;

/** Returns the limits that a roster declares, or the default ones. */
export function readGuardrails({
  minAdmins = defaultGuardrails.minAdmins,
  maxRemovals = defaultGuardrails.maxRemovals,
}: DeclaredRoster): Pick<Guardrails, "minAdmins" | "maxRemovals"> {
  return { minAdmins, maxRemovals };
}

/** @throws UserError that names the people if the plan exceeds a limit or changes a fixed role */
export function checkGuardrails(plan: RosterPlan, state: RosterState, guardrails: Guardrails): void {
  checkFixedRoles(plan, state);
  checkRemovals(plan, state, guardrails);
  checkAdmins(plan, state, guardrails);
}

function checkFixedRoles({ grant, demote }: RosterPlan, { isDeclaredOwner, isOwnUser }: RosterState): void {
  for (const { email, person, role } of [...grant, ...demote].filter((step) => step.kind === "setRole")) {
    const change = { role, isDeclaredOwner: isDeclaredOwner(email), isOwnUser: isOwnUser(person) };
    const fixed = explainFixedRole({ member: person, ...change });
    if (fixed !== undefined) throw new UserError(`${fixed.reason} ${fixed.remedy}`);
  }
}

function checkRemovals(
  plan: RosterPlan,
  { people, orphanedInvitations, isIgnored }: RosterState,
  { maxRemovals, remedies }: Guardrails,
): void {
  const losing = listLosing(plan);
  // Ignored people must not raise the limit for the others.
  const counted = people.filter(({ email, person }) => !isExpired(person) && !isIgnored(email));
  const total = counted.length + orphanedInvitations.length;
  const allowed = countAllowedRemovals(maxRemovals, total);
  if (losing.length <= allowed) return;
  throw new UserError(
    `The change removes or demotes ${losing.length} of ${total} people (${describeLosing(losing)}), but maxRemovals (${maxRemovals}) allows ${allowed}. ` +
      (remedies?.maxRemovals ??
        `If you intend this, or if someone else added or promoted these people, set \`maxRemovals: ${losing.length}\` for this run, and restore the value afterwards.`),
  );
}

function checkAdmins(
  plan: RosterPlan,
  { people, isIgnored }: RosterState,
  { minAdmins, findRoleElsewhere, remedies }: Guardrails,
): void {
  // An owner who becomes an admin keeps the rights of an admin.
  const leaving = listLosing(plan).filter(
    (step) => isAdmin(step.person) && !("role" in step && hasAdminRights(step.role)),
  );
  const promoted = plan.grant.filter(
    (step) => step.kind === "setRole" && hasAdminRights(step.role) && !isAdmin(step.person),
  );
  const admins = people.filter(({ person }) => isAdmin(person));
  const demotedElsewhere = admins.filter(
    ({ email, person }) => isIgnored(email) && !hasAdminRights(findRoleElsewhere(email) ?? person.role),
  );
  const remaining = admins.length - leaving.length - demotedElsewhere.length + promoted.length;
  if (leaving.length === 0 || remaining >= minAdmins) return;
  throw new UserError(
    `The change takes the admin role from ${listBriefly(leaving.map(({ email }) => email))} and leaves ${formatCount(remaining, "admin")}, but minAdmins requires ${minAdmins}. Invitations do not count. ` +
      (remedies?.minAdmins ?? "Make another member an admin first, or lower minAdmins."),
  );
}

/** Names the people, such as `removes a@acme.example; demotes b@acme.example`. */
function describeLosing(losing: ReturnType<typeof listLosing>): string {
  const list = (verb: string, steps: typeof losing) =>
    steps.length === 0 ? [] : [`${verb} ${listBriefly(steps.map(({ email }) => email))}`];
  const [removed, demoted] = [
    losing.filter(({ kind }) => kind === "remove"),
    losing.filter(({ kind }) => kind !== "remove"),
  ];
  return [...list("removes", removed), ...list("demotes", demoted)].join("; ");
}

/** Lists the people who lose access or a role. An expired invitation gives no access. */
function listLosing({ makeRoom, remove, demote }: RosterPlan) {
  return [...makeRoom, ...remove, ...demote].filter(({ person }) => !isExpired(person));
}

/** Returns the number of people who may lose access or a role. A percentage is rounded up, and permits at least one person. */
export function countAllowedRemovals(maxRemovals: string, people: number): number {
  const number = Number.parseInt(maxRemovals, 10);
  return maxRemovals.endsWith("%") ? Math.max(1, Math.ceil((people * number) / 100)) : number;
}

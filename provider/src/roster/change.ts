/** The change of a roster: its plan, and the reasons to refuse it. */
import {
  type AnotherKey,
  type Declarations,
  IdentityMismatchError,
  isRecord,
  UserError,
  type Values,
} from "#framework";
import { listBriefly } from "#framework/messages";
import { rejectUnknownGroups } from "../access/groups";
import { canonicalizeEmail, type Invitation, isRole, type Peridio, type Role } from "../api";
import type { Context } from "../resource";
import { explainIdentityMismatch } from "../types/userId";
import { createMatcher, type DeclaredRoster, findDeclaredRole } from "./declaration";
import { checkGuardrails, readGuardrails } from "./guardrails";
import { hasOwnerRole, isAsDeclared, type OwnerChange, rejectOwnerChange } from "./owners";
import { explainUnknown, getMemberStatus, rankRole } from "./person";
import { fitIntoSeats, readSeats } from "./seats";
import {
  findDeclared,
  findUndeclared,
  type PriorStatuses,
  readRosterState,
  type RosterState,
  toListedPerson,
} from "./state";
import { listEmails, type Invite, listAffected, listInvitees, type NewRole, type RosterPlan, toRemoval } from "./steps";

/** Plans the change, and rejects one that the declaration does not allow. */
export async function planChange(
  context: Pick<Context, "api"> & AnotherKey & Pick<Declarations, "getDesired">,
  id: string,
  desired: DeclaredRoster,
  prior: PriorStatuses,
): Promise<{ readonly found: RosterState; readonly change: RosterPlan }> {
  const found = await readRosterState(context, id, desired, prior);
  const mismatches = findMismatches(
    prior,
    [...findDeclared(found)].map(([email, person]) => [canonicalizeEmail(email), getMemberStatus(person)]),
  );
  if (mismatches.length > 0) throw new IdentityMismatchError(mismatches.join(" "));
  rejectContradictions(desired);
  const change = planRoster(found);
  await rejectUnknownGroups(context.api, id, listGroups(change), "groups");
  const unknown = listAffected(change).flatMap((person) => explainUnknown(person) ?? []);
  if (unknown.length > 0)
    throw new UserError(
      `${unknown.join(" ")} To exclude a person from the roster, do not declare the person, and add the address to \`ignore\`.`,
    );
  checkGuardrails(change, found, {
    ...readGuardrails(desired),
    findRoleElsewhere: (email) => findDeclaredRole(context.getDesired, id, email),
  });
  await rejectOwnerChange(context, id, listOwnerChange(change));
  return { found, change };
}

/** Orders the change so that seats suffice. `elsewhere` counts the seats that the rest of the program needs. */
export async function fitPlan(api: Peridio, id: string, change: RosterPlan, elsewhere = 0): Promise<RosterPlan> {
  return listInvitees(change).length === 0
    ? change
    : fitIntoSeats(change, { ...(await readSeats(api, id)), plannedElsewhere: elsewhere });
}

/** Plans the desired roster: undeclared people leave, unless they are protected or ignored. */
export function planRoster(state: RosterState): RosterPlan {
  const people = new Map(state.people.map(({ email, person }) => [canonicalizeEmail(email), person]));
  const desired = new Map(
    Object.entries(state.desired).map(([email, role]) => [canonicalizeEmail(email), { email, role }]),
  );
  const grant: (Invite | NewRole)[] = [];
  const demote: NewRole[] = [];
  for (const [canonical, { email, role }] of desired) {
    // Only a refreshed state has such a role. A program cannot declare it.
    if (!isRole(role)) continue;
    const person = people.get(canonical);
    const groupId = state.groups.get(canonical);
    if (person === undefined) grant.push({ kind: "invite", email, role, groupId });
    else if (person.kind === "member" && !isAsDeclared(person, role, state.isDeclaredOwner(canonical))) {
      (rankRole(role) > rankRole(person.role) ? grant : demote).push({ kind: "setRole", email, person, role });
    } else if (person.kind === "invitation" && mustInviteAgain(person, role, state, groupId)) {
      (isLower(person, role) ? demote : grant).push({ kind: "inviteAgain", email, person, role, groupId });
    }
  }
  const leaving = [...findUndeclared(state), ...state.orphanedInvitations.map(toListedPerson)];
  // If seats are short, `fitPlan` moves removals to `makeRoom`.
  return { makeRoom: [], grant, demote, remove: leaving.map(toRemoval) };
}

/** If the program has never declared a group, the group of the invitation does not matter. */
function mustInviteAgain(
  invitation: Invitation,
  role: Role,
  { isDeclaredOwner, ignoresExpired }: RosterState,
  groupId: string | null | undefined = invitation.groupId,
): boolean {
  const isSame = isAsDeclared(invitation, role, isDeclaredOwner(invitation.email));
  const differs = !isSame || (invitation.groupId ?? null) !== (groupId ?? null);
  return differs || (invitation.status === "expired" && !ignoresExpired);
}

/** Reports if the role is below the one of the invitation. An expired invitation gives no access. */
function isLower(invitation: Invitation, role: Role): boolean {
  return invitation.status === "pending" && rankRole(role) < rankRole(invitation.role);
}

/** Lists the groups of the new invitations. */
function listGroups(plan: RosterPlan): readonly string[] {
  return listInvitees(plan).flatMap((step) => ("groupId" in step ? (step.groupId ?? []) : []));
}

/** Lists the people who get or lose the role `owner`. */
function listOwnerChange({ grant, demote }: RosterPlan): OwnerChange {
  const steps = [...grant, ...demote];
  return {
    invited: listEmails(steps.filter(({ kind, role }) => kind !== "setRole" && role === "owner")),
    promoted: steps.flatMap((step) => (step.kind === "setRole" && step.role === "owner" ? [step.person] : [])),
    lowered: steps.flatMap((step) => (step.kind === "setRole" && hasOwnerRole(step.person) ? [step.person] : [])),
  };
}

/**
 * Values may be unknown, such as the id of a new group. An unknown pattern matches no one.
 * @throws UserError if `ignore` matches a declared address, if a person has a group or an end of access but no role, or a role afterwards but no end
 */
export function rejectContradictions({
  members = {},
  groups = {},
  lastDays = {},
  rolesAfterwards = {},
  ignore,
}: Partial<Record<keyof DeclaredRoster, unknown>>): void {
  const ignored = Object.keys(isRecord(members) ? members : {}).filter(createMatcher(ignore));
  if (ignored.length > 0) {
    const [these, them] = chooseReferences(ignored);
    throw new UserError(
      `the roster declares ${listBriefly(ignored)}, but \`ignore\` matches ${these} too. Remove ${them} from the roster, or change \`ignore\`.`,
    );
  }
  const role = { noun: "role", property: "members", values: members };
  const day = { noun: "last day", property: "lastDays", values: lastDays };
  const later = { noun: "role afterwards", property: "rolesAfterwards", values: rolesAfterwards };
  for (const [{ noun, property, values }, needed] of [
    [{ noun: "group", property: "groups", values: groups }, role],
    [day, role],
    [later, day],
  ] as const) {
    if (!isRecord(needed.values)) continue;
    const declared = new Set(Object.keys(needed.values).map(canonicalizeEmail));
    const without = Object.entries(isRecord(values) ? values : {}).flatMap(([email, value]) =>
      value === null || declared.has(canonicalizeEmail(email)) ? [] : [email],
    );
    if (without.length === 0) continue;
    const [these, them] = chooseReferences(without);
    throw new UserError(
      `the roster declares a ${noun} for ${listBriefly(without)}, but no ${needed.noun}. Add ${these} to \`${needed.property}\`, or remove ${them} from \`${property}\`.`,
    );
  }
}

function chooseReferences({ length }: readonly string[]): readonly [these: string, them: string] {
  return length === 1 ? ["this address", "it"] : ["these addresses", "them"];
}

/** Explains each address that belongs to another user than before. */
export function findMismatches(prior: PriorStatuses, observed: Iterable<readonly [string, Values]>): string[] {
  return [...observed].flatMap(
    ([email, status]) => explainIdentityMismatch(email, prior.get(email) ?? {}, status) ?? [],
  );
}

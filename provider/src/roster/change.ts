import { canonicalizeEmail } from "../api";
/** The change of a roster: its plan, its limits, and its description in a preview. */
import {
  type AnotherKey,
  type Declarations,
  IdentityMismatchError,
  isRecord,
  listBriefly,
  UserError,
  type Values,
} from "#framework";
import type { Peridio } from "../api";
import type { Context } from "../resource";
import { rejectUnknownGroups } from "../access/groups";
import { type DeclaredRoster, findDeclaredRole } from "./declaration";
import { explainIdentityMismatch } from "../types/userId";
import { checkGuardrails, defaultGuardrails, type Guardrails } from "./guardrails";
import { hasOwnerRole, type OwnerChange, rejectOwnerChange } from "./owners";
import { explainUnknown, getMemberStatus } from "./person";
import { listAffected, listGroups, listInvitees, planRoster, type RosterPlan, type Step } from "./plan";
import { fitIntoSeats, readSeats } from "./seats";
import {
  findDeclared,
  findOrphanedInvitation,
  findSpared,
  type PriorStatuses,
  readRosterState,
  type RosterState,
} from "./state";

const newEmail = "Peridio cannot edit an invitation, so the provider revokes it and sends a new one";
const exempt = "it keeps the owner, the API key's user and the people that `ignore` matches";

/** Plans the change, and rejects one that exceeds a limit. */
export async function planPermittedChange(
  context: Pick<Context, "api"> & AnotherKey & Pick<Declarations, "getDesired">,
  id: string,
  desired: DeclaredRoster,
  prior: PriorStatuses,
): Promise<RosterPlan> {
  return fitPlan(context.api, id, (await planChange(context, id, desired, prior)).change);
}

/** Orders the change so that seats suffice. `elsewhere` counts the seats that the rest of the program needs. */
export async function fitPlan(api: Peridio, id: string, change: RosterPlan, elsewhere = 0): Promise<RosterPlan> {
  return listInvitees(change).length === 0
    ? change
    : fitIntoSeats(change, { ...(await readSeats(api, id)), plannedElsewhere: elsewhere });
}

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
  rejectContradictions(desired, found);
  const change = planRoster(found);
  await rejectUnknownGroups(context.api, id, listGroups(change), "groups");
  const unknown = listAffected(change).flatMap((person) => explainUnknown(person) ?? []);
  if (unknown.length > 0)
    throw new UserError(
      `${unknown.join(" ")} To exclude a person from the roster, do not declare the person, and add the address to \`ignore\`.`,
    );
  checkGuardrails(change, found, {
    ...guardrailsOf(desired),
    findRoleElsewhere: (email) => findDeclaredRole(context.getDesired, id, email),
  });
  await rejectOwnerChange(context, id, listOwnerChange(change));
  return { found, change };
}

/** Lists the people who get or lose the role `owner`. */
function listOwnerChange({ grant, demote }: RosterPlan): OwnerChange {
  const steps = [...grant, ...demote];
  return {
    invited: emailsOf(steps.filter(({ kind, role }) => kind !== "setRole" && role === "owner")),
    promoted: steps.flatMap((step) => (step.kind === "setRole" && step.role === "owner" ? [step.person] : [])),
    lowered: steps.flatMap((step) => (step.kind === "setRole" && hasOwnerRole(step.person) ? [step.person] : [])),
  };
}

/** @throws UserError if `ignore` matches a declared address, or if a person has a group or a last day but no role */
function rejectContradictions(
  { members = {}, groups = {}, lastDays = {} }: DeclaredRoster,
  { isIgnored }: RosterState,
): void {
  const ignored = Object.keys(members).filter(isIgnored);
  if (ignored.length > 0) {
    const [these, them] = refer(ignored);
    throw new UserError(
      `the roster declares ${listBriefly(ignored)}, but \`ignore\` matches ${these} too. Remove ${them} from the roster, or change \`ignore\`.`,
    );
  }
  rejectWithoutRole({ members, groups, lastDays });
}

/** @throws UserError if a person has a group or a last day but no role. The values may be unknown. */
export function rejectWithoutRole({ members, groups, lastDays }: Values): void {
  if (!isRecord(members)) return;
  const declared = new Set(Object.keys(members).map(canonicalizeEmail));
  const others = { groups: ["a group", groups], lastDays: ["a last day", lastDays] } as const;
  for (const [property, [noun, values]] of Object.entries(others)) {
    const withoutRole = Object.entries(isRecord(values) ? values : {}).flatMap(([email, value]) =>
      value === null || declared.has(canonicalizeEmail(email)) ? [] : [email],
    );
    if (withoutRole.length === 0) continue;
    const [these, them] = refer(withoutRole);
    throw new UserError(
      `the roster declares ${noun} for ${listBriefly(withoutRole)}, but no role. Add ${these} to \`members\`, or remove ${them} from \`${property}\`.`,
    );
  }
}

function refer({ length }: readonly string[]): readonly [these: string, them: string] {
  return length === 1 ? ["this address", "it"] : ["these addresses", "them"];
}

/** The limits that a roster declares. */
export function guardrailsOf({
  minAdmins = defaultGuardrails.minAdmins,
  maxRemovals = defaultGuardrails.maxRemovals,
}: DeclaredRoster): Pick<Guardrails, "minAdmins" | "maxRemovals"> {
  return { minAdmins, maxRemovals };
}

/** Explains each address that belongs to another user than before. */
export function findMismatches(prior: PriorStatuses, observed: Iterable<readonly [string, Values]>): string[] {
  return [...observed].flatMap(
    ([email, status]) => explainIdentityMismatch(email, prior.get(email) ?? {}, status) ?? [],
  );
}

/** Describes the effects of a change that the differences in a preview do not show. */
export function describeEffects(change: RosterPlan, found: RosterState, observed: Values): readonly string[] {
  return [...describeHidden(change, found, observed), ...explainDifferences(change, found, observed)];
}

/** Describes the effects of an update that the difference between the program and the state does not show. */
function describeHidden(
  { makeRoom, grant, demote, remove }: RosterPlan,
  found: RosterState,
  observed: Values,
): string[] {
  const before = rolesOf(observed.members);
  const desired = rolesOf(found.desired);
  const leaving = [...makeRoom, ...remove].filter(
    ({ person }) => person !== findOrphanedInvitation(person.email, found),
  );
  const hidden = (steps: readonly Step[]) =>
    emailsOf(steps).filter((email) => before.get(canonicalizeEmail(email)) === desired.get(canonicalizeEmail(email)));
  const kinds = [
    ["removes", hidden(leaving)],
    ["invites or promotes", hidden(grant.filter(({ kind }) => kind !== "inviteAgain"))],
    ["demotes", hidden(demote.filter(({ kind }) => kind !== "inviteAgain"))],
  ] as const;
  const texts = kinds.filter(([, who]) => who.length > 0).map(([verb, who]) => `${verb} ${listBriefly(who)}`);
  if (texts.length === 0) return [];
  return [`In addition to the changes that Pulumi shows, this update ${texts.join(" and ")}.`];
}

/** Explains differences that may surprise. */
function explainDifferences({ grant, demote }: RosterPlan, found: RosterState, observed: Values): string[] {
  const again = [...grant, ...demote].filter((step) => step.kind === "inviteAgain");
  const expired = emailsOf(again.filter(({ person }) => person.status === "expired"));
  const edited = emailsOf(again.filter(({ person }) => person.status === "pending"));
  const before = rolesOf(observed.members);
  const staying = findSpared(found)
    .filter(({ person }) => !hasOwnerRole(person) || found.isIgnored(person.email))
    .map(({ email }) => email)
    .filter((email) => before.has(canonicalizeEmail(email)));
  const orphaned = found.orphanedInvitations.map(({ email }) => email);
  return [
    ...(orphaned.length > 0
      ? [`This update revokes pending invitations to former addresses of declared users: ${listBriefly(orphaned)}.`]
      : []),
    ...(expired.length > 0
      ? [
          `Peridio sends a new e-mail to ${listBriefly(expired)}: ${expired.length === 1 ? "the invitation has" : "the invitations have"} expired.`,
        ]
      : []),
    ...(edited.length > 0 ? [`Peridio sends a new e-mail to ${listBriefly(edited)}: ${newEmail}.`] : []),
    ...(staying.length > 0 ? [`The roster does not remove ${listBriefly(staying)}: ${exempt}.`] : []),
  ];
}

function rolesOf(members: unknown): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(isRecord(members) ? members : {}).map(([email, role]) => [canonicalizeEmail(email), role]),
  );
}

export function emailsOf(steps: readonly Step[]): string[] {
  return steps.map(({ email }) => email);
}

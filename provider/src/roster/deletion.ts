/** The deletion of a roster: the people to remove, the people to keep, and the limits. */
import { type Deletion, type Prior, UserError } from "#framework";
import { getErrorMessage, listBriefly, beginNotAppliedMessage } from "#framework/messages";
import { getEntryId, type Peridio, type RosterEntry, canonicalizeEmail } from "../api";
import { isSameEmail } from "../types/email";
import type { RosterContext } from "./context";
import { explainLeftBehind, findDeclaredRole, isStillDeclared, parseDeclaredRoster } from "./declaration";
import { checkGuardrails, readGuardrails } from "./guardrails";
import { explainIdentityMismatch } from "../types/userId";
import { explainRemoval, findKnownUser } from "./address";
import { getMemberStatus } from "./person";
import { findDeclared, readRosterState, type RosterState, readStatuses } from "./state";
import { listEmails, planRemovals, type Removal } from "./steps";

/** The people that leave with a roster. */
interface Leaving {
  readonly found: RosterState;
  /** The declared people, without those that the program still declares. */
  readonly removals: readonly Removal[];
  /** Warnings about people who stay, or who have another address. */
  readonly notes: readonly string[];
}

/** A deletion before its first write. */
interface RosterDeletion extends Pick<Leaving, "removals" | "notes"> {
  /** The removals that Peridio allows: without the owner and the API key's user. */
  readonly leaving: readonly Removal[];
}

/**
 * Plans all removals before the first one.
 * @throws UserError if the deletion exceeds a limit, or could not succeed
 */
export async function planDeletion(
  context: RosterContext,
  id: string,
  { authorize, ...prior }: Deletion,
): Promise<RosterDeletion> {
  const { found, removals, notes } = await findLeaving(context, id, prior);
  const leaving = removals.filter(({ person }) => person.kind === "invitation" || !found.isProtected(person));
  if (leaving.length > 0) await authorize();
  checkGuardrails(planRemovals(leaving), found, {
    ...readGuardrails(parseDeclaredRoster(prior.inputs)),
    findRoleElsewhere: (email) => findDeclaredRole(context.getDesired, id, email),
    remedies: deletionRemedies,
  });
  return { removals, leaving, notes };
}

/** Finds the people that a roster declares, and that the program does not declare elsewhere. */
export async function findLeaving(context: RosterContext, id: string, { state, inputs }: Prior): Promise<Leaving> {
  const roster = parseDeclaredRoster(inputs);
  const prior = readStatuses(state);
  const found = await readRosterState(context, id, roster, prior);
  const removals: Removal[] = [];
  const notes: string[] = [];
  const remove = (email: string, person: RosterEntry, names = [email, person.email]): void => {
    if (isStillDeclared(context.getOwnership, id, names)) {
      const left = explainLeftBehind(context.getOwnership, email, person);
      if (left !== undefined) notes.push(left);
      return;
    }
    if (!isSameEmail(person.email, email)) notes.push(explainRemoval(email, person));
    removals.push({ kind: "remove", email, person });
  };
  for (const [email, person] of findDeclared(found)) {
    const status = prior.get(canonicalizeEmail(email)) ?? {};
    const observed = getMemberStatus(person);
    const mismatch = explainIdentityMismatch(email, status, observed);
    if (mismatch === undefined) remove(email, person);
    else {
      notes.push(`${mismatch} The provider does not remove ${String(observed.userId)}.`);
      const user = await findKnownUser(context.api, id, status.userId);
      // A declaration of the address means the other user.
      if (user !== undefined) remove(email, user, [user.email]);
    }
  }
  for (const invitation of found.orphanedInvitations) remove(invitation.email, invitation);
  return { found, removals, notes };
}

const keepPeople =
  "To keep these people, set the option `retainOnDelete` on the roster, run `pulumi up`, and then delete the roster.";

const restoreRoster = "If the program no longer declares the roster, first restore the declaration.";

/** Remedies for a deletion that goes too far. */
const deletionRemedies = {
  maxRemovals: `${restoreRoster} To remove these people, set \`maxRemovals: "100%"\`, run \`pulumi up\`, and then delete the roster. ${keepPeople}`,
  minAdmins:
    `${restoreRoster} To remove these people, lower \`minAdmins\`, run \`pulumi up\`, and then delete the roster. ` +
    keepPeople,
};

/** Returns the removals that are done: neither the entry nor a member who accepted in the meantime remains. */
export async function findRemoved(api: Peridio, id: string, leaving: readonly Removal[]): Promise<readonly Removal[]> {
  const there = new Set(
    (await api.roster.list(id)).flatMap((person) => [getEntryId(person), canonicalizeEmail(person.email)]),
  );
  return leaving.filter(({ person }) => !there.has(getEntryId(person)) && !there.has(canonicalizeEmail(person.email)));
}

/**
 * Reads the people again after their removal.
 * @throws UserError for people that Peridio has not removed
 */
export async function verifyRemoved(api: Peridio, id: string, leaving: readonly Removal[]): Promise<void> {
  await api.roster.reread(id);
  const gone = new Set(await findRemoved(api, id, leaving));
  const left = leaving.filter((removal) => !gone.has(removal));
  if (left.length === 0) return;
  throw new UserError(
    `${beginNotAppliedMessage("Peridio")}: ${listBriefly(listEmails(left))} ${left.length === 1 ? "is" : "are"} still in the organization. Run the command again.`,
  );
}

/**
 * Names the people that a failed deletion removed, or may have removed if `gone` is undefined. A deletion cannot change the state, which
 * still contains them.
 */
export function explainPartialRemoval(
  error: unknown,
  gone: readonly Removal[] | undefined,
  leaving: readonly Removal[],
): UserError {
  const reason = getErrorMessage(error);
  const removed = gone === undefined ? "may already have removed" : "already removed";
  return new UserError(
    `${reason}${reason.endsWith(".") ? "" : "."} The provider ${removed} these people, although the state still contains them: ${listBriefly(listEmails(gone ?? leaving))}. ` +
      "To continue the deletion, run the command again. To invite these people again, declare the roster and run `pulumi up --refresh`.",
  );
}

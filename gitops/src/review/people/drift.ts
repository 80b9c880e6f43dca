import { canonicalizeEmail, createMatcher } from "#provider";
import type { Declaration } from "../../model/declaration";
import type { Model } from "../../model/model";
import type { Person } from "../../model/organization";
import { keepsUndeclared } from "../../model/people";
import type { NamedPeople, NamedPerson } from "../../objects/people";
import { hasEffect, type Risk, sortRisks } from "../../risks";
import { isWithheld, type Withheld } from "../../withheld";
import { findDriftCause } from "../../model/cause";
import type { PersonReview } from "../review";
import { isSameRole, listUrns, type PersonChange } from "./personChange";
import { findRoleRisks, getRank } from "./risks";

// Access that people got or lost outside Pulumi.

/** The standing of a declared owner. */
const owner = "owner";

/** Access that changed outside Pulumi, and that the change does not undo. */
export interface AcceptedDrift {
  /** The role that the program declared at its last update, or `owner`; undefined for no access, and for a person who was in no stack. */
  readonly recorded: string | undefined;
  /** True if the preview hides what the program declared at the last update. */
  readonly isHidden: boolean;
  /** True if the access stays as Pulumi read it. Otherwise, the change gives a third role. */
  readonly isKept: boolean;
  /** True if the access differs from that of the last update in the direction in which it changed outside Pulumi. */
  readonly isAccepted: boolean;
  /** The former address, if a program starts to declare the new address of a user. */
  readonly movedFrom?: string;
}

/**
 * Finds access that changed outside Pulumi, and that a program declares, imports or keeps, or to which it gives a third role. Otherwise, the
 * update would undo the change. The owner of the Admin API has no role that a program declares.
 */
export function findAcceptedDrift({ before, after, byUrn }: PersonChange): AcceptedDrift | undefined {
  if (before === undefined || after === undefined) return undefined;
  const { isOwner } = before;
  const email = canonicalizeEmail(after.email);
  const resources = [...listUrns(before, after)].flatMap((urn) => byUrn.get(urn) ?? []);
  const standing = isOwner ? owner : after.role;
  const isNamed = (named: NamedPeople | undefined) => getStanding(named, email) === standing;
  const isUnchanged = isSameRole(before, after);
  const accepted: AcceptedDrift = { recorded: undefined, isHidden: false, isKept: isUnchanged, isAccepted: true };
  const movedFrom = resources.map((resource) => resource.movedFrom).find((former) => former !== undefined);
  if (movedFrom !== undefined) return { ...accepted, movedFrom };
  const isDeclared = ({ after: state }: Declaration) => isNamed(state?.people?.declared);
  const former = resources.filter(({ isImported, isCreated }) => !isImported && !isCreated);
  if (former.length === 0)
    return resources.some((resource) => resource.isImported && isDeclared(resource)) ? accepted : undefined;
  if (isWithheld(standing)) return undefined;
  const standings = former.map(({ recordedPeople }) => getStanding(recordedPeople.declared, email));
  if (standings.includes(standing)) return undefined;
  const isHidden =
    standings.some(isWithheld) || former.some(({ recordedPeople }) => recordedPeople.declared?.hidden !== undefined);
  const recorded = standings.find((one) => typeof one === "string" && one !== before.role);
  if (!isOwner && !isUnchanged) {
    const live = before.role;
    if (standings.some(isWithheld) && former.some(({ mayHaveDrifted }) => mayHaveDrifted))
      return { ...accepted, isHidden: true, isAccepted: false };
    if (typeof recorded !== "string" || isWithheld(live) || !resources.some(isDeclared)) return undefined;
    const directions = [live, standing].map((role) => Math.sign(getRank(role) - getRank(recorded)));
    return { recorded, isHidden: false, isKept: false, isAccepted: directions[0] === directions[1] };
  }
  // Another resource can declare the person after the change, as in a move from a roster to a Membership.
  const isKept = former.some((resource) => {
    const { declared, observed } = resource.recordedPeople;
    // The provider keeps an owner without a declaration of this role.
    if (isOwner) {
      const known = observed?.people.get(email);
      return before.isKeptOwner === true && known !== undefined && known.ownership === undefined;
    }
    if (declared?.people.has(email) === true) return true;
    if (keepsUndeclared(resource, email)) return !isNamed(observed);
    return startsToIgnore(declared, resource.after?.people?.declared, after.email);
  });
  if (!isKept && !resources.some(isDeclared)) return undefined;
  return { ...accepted, isHidden, isKept: true, ...(typeof recorded === "string" && { recorded }) };
}

/** Returns the role of a person, or `owner` if a program declares the ownership. Undefined without access. */
function getStanding(named: NamedPeople | undefined, email: string): string | Withheld | undefined {
  const person = named?.people.get(email);
  return person?.ownership === "declared" ? owner : person?.role;
}

/** Reports if a roster starts to ignore a person. Otherwise, an update would remove this person. */
function startsToIgnore(former: NamedPeople | undefined, present: NamedPeople | undefined, email: string): boolean {
  return createMatcher(present?.ignore)(email) && !createMatcher(former?.ignore)(email);
}

/** Returns the risks of the access after the change, compared with that of the last update. */
export function findDriftRisks({ recorded, isHidden, isAccepted }: AcceptedDrift, after: Person): readonly Risk[] {
  if (isHidden) return ["hidden"];
  return [...(isAccepted ? (["acceptsDrift"] as const) : []), ...compareStandings(recorded, after)];
}

function compareStandings(recorded: string | undefined, { role, isOwner }: Person): readonly Risk[] {
  const ownership: readonly Risk[] = (recorded === owner) === isOwner ? [] : ["changesOwner"];
  if (isOwner || isWithheld(role)) return ownership;
  if (recorded === undefined) return role === "admin" ? ["grantsAdmin"] : [];
  return [...ownership, ...findRoleRisks(recorded === owner ? "admin" : recorded, role)];
}

/** Describes what the program accepts; undefined for an import that gives another role. */
export function describeAcceptance(
  { recorded, isHidden, isKept, movedFrom }: AcceptedDrift,
  after: Person,
): string | undefined {
  if (movedFrom !== undefined)
    return `This is the new address of the user of ${movedFrom}. The address changed outside Pulumi, and the program accepts it.`;
  if (isHidden)
    return "The preview hides what the program declared at the last update, so the person may have got the access outside Pulumi.";
  const former = recorded === owner ? "the ownership" : `the role ${recorded ?? ""}`;
  if (!isKept)
    return recorded === undefined
      ? undefined
      : `At the last update, the program declared ${former}. The access changed outside Pulumi since then.`;
  const isLess = recorded !== undefined && hasEffect(compareStandings(recorded, after), "takes") && !after.isOwner;
  return isLess
    ? `This person lost ${former} outside Pulumi, and the program accepts it.`
    : "This person got the access outside Pulumi, and the program keeps it.";
}

/** Reports if programs declare the same as at the last update, although a person's access differs from it. */
export function undoesDrift({ before, after, byUrn }: PersonChange): boolean {
  const role = after === undefined ? undefined : after.role;
  if (isWithheld(role) || isWithheld(before?.role) || before?.role === role) return false;
  const email = canonicalizeEmail((after ?? before)?.email ?? "");
  const recorded = [...listUrns(before, after)]
    .flatMap((urn) => byUrn.get(urn) ?? [])
    .filter((resource) => Object.keys(resource.recorded ?? {}).length > 0)
    .map(({ recordedPeople, before: live }) => {
      const value = recordedPeople.declared?.people.get(email)?.role;
      return { value, hasDrifted: live?.people?.observed.people.get(email)?.role !== value };
    });
  return findDriftCause(recorded, role, (one, other) => one === other) === "undoes";
}

/**
 * Lists the people who lost their access outside Pulumi, if no program declares them, `ignoreChanges` covers them, or a stack releases
 * their roster. `present` are the addresses of all others.
 */
export function listAcceptedRemovals(
  organization: string,
  {
    declarations,
    vanished,
    present,
  }: Pick<Model, "declarations" | "vanished"> & { readonly present: ReadonlySet<string> },
): readonly PersonReview[] {
  const removed = new Map<string, NamedPerson>();
  const kept = declarations.filter(
    ({ recorded = {}, isImported, isReleased, ...declaration }) =>
      declaration.organization[isReleased ? "before" : "after"] === organization &&
      declaration.before?.people !== undefined &&
      !isImported &&
      Object.keys(recorded).length > 0,
  );
  const gone = vanished.filter((declaration) => declaration.organization.before === organization);
  for (const { recordedPeople, after, movedFrom } of [...kept, ...gone])
    for (const [address, person] of movedFrom === undefined ? (recordedPeople.declared?.people ?? []) : [])
      if (!present.has(address) && after?.people?.declared.people.has(address) !== true) removed.set(address, person);
  return [...removed.values()].map(({ email, role }) => ({
    organization,
    email,
    before: null,
    after: null,
    changed: false,
    risks: sortRisks(["acceptsDrift", "removesPerson", ...(role === "admin" ? (["removesAdmin"] as const) : [])]),
    notes: ["This person lost the access outside Pulumi, and the program accepts it."],
  }));
}

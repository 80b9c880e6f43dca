import { canonicalizeEmail, createMatcher } from "#provider";
import type { Declaration } from "../../model/declaration";
import type { Model } from "../../model/model";
import type { Person } from "../../model/organization";
import { keepsUndeclared } from "../../model/people";
import type { NamedPeople, NamedPerson } from "../../objects/people";
import { type Risk, sortRisks } from "../../risks";
import { isWithheld } from "../../withheld";
import { findDriftCause } from "../../world/cause";
import type { PersonReview } from "../review";
import { isSameRole, listUrns, type PersonChange } from "./personChange";

// Access that people got or lost outside Pulumi.

/**
 * Finds access that a person got outside Pulumi, that no update gave, and that a program declares, imports or keeps. Otherwise, the update
 * would undo it. `hidden`: the preview hides what the program declared at the last update. The owner of the Admin API has no role that a
 * program declares.
 */
export function findAcceptedDrift({ before, after, byUrn }: PersonChange): "accepted" | "hidden" | undefined {
  if (before === undefined || after === undefined) return undefined;
  const { isOwner } = before;
  const email = canonicalizeEmail(after.email);
  const resources = [...listUrns(before, after)].flatMap((urn) => byUrn.get(urn) ?? []);
  const isNamed = (named: NamedPeople | undefined) => {
    const person = named?.people.get(email);
    return isOwner ? person?.ownership === "declared" : person?.role === after.role;
  };
  if (resources.some(({ movedFrom }) => movedFrom !== undefined)) return "accepted";
  const isDeclared = ({ after: state }: Declaration) => isNamed(state?.people?.declared);
  const former = resources.filter(({ isImported, isCreated }) => !isImported && !isCreated);
  if (former.length === 0)
    return resources.some((resource) => resource.isImported && isDeclared(resource)) ? "accepted" : undefined;
  if (!isOwner && (isWithheld(after.role) || !isSameRole(before, after))) return undefined;
  if (former.some(({ recordedPeople }) => isNamed(recordedPeople.declared))) return undefined;
  const isHidden = (named: NamedPeople | undefined) =>
    named?.hidden !== undefined || isWithheld(named?.people.get(email)?.role);
  const mayBeKnown = former.some(({ recordedPeople }) => isHidden(recordedPeople.declared));
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
  return mayBeKnown ? "hidden" : "accepted";
}

/** Reports if a roster starts to ignore a person. Otherwise, an update would remove this person. */
function startsToIgnore(former: NamedPeople | undefined, present: NamedPeople | undefined, email: string): boolean {
  return createMatcher(present?.ignore)(email) && !createMatcher(former?.ignore)(email);
}

export function findDriftRisks(after: Person | undefined): readonly Risk[] {
  if (after?.isOwner === true) return ["acceptsDrift", "changesOwner"];
  return after?.role === "admin" ? ["acceptsDrift", "grantsAdmin"] : ["acceptsDrift"];
}

export function describeAcceptance({ before, after, byUrn }: PersonChange): readonly string[] {
  const [former] = [...listUrns(before, after)].flatMap((urn) => byUrn.get(urn)?.movedFrom ?? []);
  if (former !== undefined)
    return [
      `This is the new address of the user of ${former}. The address changed outside Pulumi, and the program accepts it.`,
    ];
  // An import can give another role.
  const isKept = before !== undefined && after !== undefined && isSameRole(before, after);
  return isKept ? ["This person got the access outside Pulumi, and the program keeps it."] : [];
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

import type { Mention } from "../../model/mentions";
import type { Person } from "../../model/organization";
import type { NamedPerson } from "../../objects/people";
import { hasEffect, type Risk, sortRisks } from "../../risks";
import { isHidden, type Hidden } from "../../hidden";
import { findDriftCause } from "../../model/cause";
import type { PersonReview } from "../review";
import { isSameRole, type PersonChange } from "./personChange";
import { getRank } from "../../roles";
import { findRoleRisks } from "./risks";

// Access that people got or lost outside Pulumi since the last update (drift). An update undoes it, unless the program accepts it: it
// declares the access, imports it, or stops declaring the person. The standing of a person is the role or, for a declared owner, `owner`.

const owner = "owner";

/** Drift that the change does not undo. */
export interface AcceptedDrift {
  /** The role that the program declared at its last update, or `owner`; undefined for no access, and for a person who was in no stack. */
  readonly recorded: string | undefined;
  /** True if the preview hides what the program declared at the last update. */
  readonly hasHidden: boolean;
  /** True if the access stays as Pulumi read it. Otherwise, the change gives a third role. */
  readonly isKept: boolean;
  /** True if the access differs from that of the last update in the direction in which it changed outside Pulumi. */
  readonly isAccepted: boolean;
  /** The former address, if a program starts to declare the new address of a user. */
  readonly movedFrom?: string;
}

/** Finds drift that the change accepts, or that it replaces by a third role. The owner of the Admin API has no role that a program declares. */
export function findAcceptedDrift({ before, after, mentions }: PersonChange): AcceptedDrift | undefined {
  if (before === undefined || after === undefined) return undefined;
  const { isOwner } = before;
  const standing = isOwner ? owner : after.role;
  const isUnchanged = isSameRole(before, after);
  const accepted: AcceptedDrift = { recorded: undefined, hasHidden: false, isKept: isUnchanged, isAccepted: true };
  const movedFrom = mentions.map(({ resource }) => resource.movedFrom).find((former) => former !== undefined);
  if (movedFrom !== undefined) return { ...accepted, movedFrom };
  // The resources that declare the present standing after the change.
  const declaring = mentions.filter((mention) => getStanding(mention.after) === standing);
  // The resources that declared or read the person at the last update.
  const former = mentions.filter(({ resource: { isImported, isCreated } }) => !isImported && !isCreated);
  if (former.length === 0) return declaring.some(({ resource }) => resource.isImported) ? accepted : undefined;
  if (isHidden(standing)) return undefined;
  const standings = former.map(({ recorded }) => getStanding(recorded));
  // The access is as declared, so nothing changed outside Pulumi.
  if (standings.includes(standing)) return undefined;
  // The standing of the last update, if it was changed outside Pulumi.
  const recorded = standings.find((one) => typeof one === "string" && one !== before.role);
  const known = typeof recorded === "string" ? recorded : undefined;
  // The change gives another role than the present one.
  if (!isOwner && !isUnchanged) {
    const live = before.role;
    if (standings.some(isHidden) && former.some(({ resource }) => resource.mayHaveDrifted))
      return { ...accepted, hasHidden: true, isAccepted: false };
    if (known === undefined || isHidden(live) || declaring.length === 0) return undefined;
    const directions = [live, standing].map((role) => Math.sign(getRank(role) - getRank(known)));
    return { ...accepted, recorded: known, isAccepted: directions[0] === directions[1] };
  }
  if (declaring.length === 0 && !former.some((mention) => keepsDrift(mention, before, standing))) return undefined;
  const hasHidden =
    standings.some(isHidden) || former.some(({ resource }) => resource.recordedPeople.declared?.hidden !== undefined);
  return { ...accepted, hasHidden, isKept: true, recorded: known };
}

/** Reports if the program of a resource declared another standing than the one that stays, or did not name the person. */
function keepsDrift({ recorded, recordedObserved, effect }: Mention, before: Person, standing: string): boolean {
  // The provider keeps an owner without a declaration of this role.
  if (before.isOwner)
    return before.isKeptOwner === true && recordedObserved !== undefined && recordedObserved.ownership === undefined;
  if (recorded !== undefined) return true;
  return effect !== "declares" && getStanding(recordedObserved) !== standing;
}

/** Returns the role of a person, or `owner` if a program declares the ownership. Undefined without access. */
function getStanding(person: NamedPerson | undefined): string | Hidden | undefined {
  return person?.ownership === "declared" ? owner : person?.role;
}

/** Returns the risks of the access after the change, compared with that of the last update. */
export function findDriftRisks({ recorded, hasHidden, isAccepted }: AcceptedDrift, after: Person): readonly Risk[] {
  if (hasHidden) return ["hidden"];
  return [...(isAccepted ? (["acceptsDrift"] as const) : []), ...compareStandings(recorded, after)];
}

function compareStandings(recorded: string | undefined, { role, isOwner }: Person): readonly Risk[] {
  const ownership: readonly Risk[] = (recorded === owner) === isOwner ? [] : ["changesOwner"];
  if (isOwner || isHidden(role)) return ownership;
  if (recorded === undefined) return role === "admin" ? ["grantsAdmin"] : [];
  return [...ownership, ...findRoleRisks(recorded === owner ? "admin" : recorded, role)];
}

/** Describes what the program accepts; undefined for an import that gives another role. */
export function describeAcceptance(
  { recorded, hasHidden, isKept, movedFrom }: AcceptedDrift,
  after: Person,
): string | undefined {
  if (movedFrom !== undefined)
    return `This is the new address of the user of ${movedFrom}. The address changed outside Pulumi, and the program accepts it.`;
  if (hasHidden)
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
export function undoesDrift({ before, after, mentions }: PersonChange): boolean {
  const role = after?.role;
  if (isHidden(role) || isHidden(before?.role) || before?.role === role) return false;
  const refreshed = mentions.filter(({ resource }) => Object.keys(resource.recorded ?? {}).length > 0);
  const recorded = refreshed.map((mention) => {
    const value = mention.recorded?.role;
    return { value, hasDrifted: mention.before?.role !== value };
  });
  return findDriftCause(recorded, role, (one, other) => one === other) === "undoes";
}

/** Describes a person who lost the access outside Pulumi, unless a program removes the person too. */
export function listAcceptedRemovals(organization: string, mentions: readonly Mention[]): PersonReview[] {
  const recorded = mentions.findLast(({ effect }) => effect === "loses")?.recorded;
  if (recorded === undefined) return [];
  const { email, role } = recorded;
  return [
    {
      organization,
      email,
      before: null,
      after: null,
      changed: false,
      risks: sortRisks(["acceptsDrift", "removesPerson", ...(role === "admin" ? (["removesAdmin"] as const) : [])]),
      notes: ["This person lost the access outside Pulumi, and the program accepts it."],
    },
  ];
}

import { canonicalizeEmail, createMatcher } from "#provider";
import { type Declaration, type DeclaredState, isAbout } from "../model/declaration";
import type { Model } from "../model/model";
import type { Access, Organization, Person } from "../model/organization";
import { type Handover, keepsUndeclared } from "../model/people";
import type { NamedPeople, NamedPerson } from "../objects/people";
import { personRoles } from "../roles";
import { isWithheld } from "../withheld";
import { mayDiffer } from "../model/resource";
import { type Risk, sortRisks } from "../risks";
import { labelUrn } from "../urn";
import { joinAnd } from "../wording";
import { isConcerned, type PersonAccess, type PersonReview } from "./review";
import type { PersonRow, Place } from "./shown";

/** Returns all people in all organizations, by organization and address. */
export function reviewPeople(model: Model): readonly PersonRow[] {
  const { before, after, handovers, declarations, vanished } = model;
  const tokens = listKeptTokens(model);
  const information = readInformation(model.programs);
  const byUrn = new Map(declarations.map((declaration) => [declaration.urn, declaration]));
  const keys = [...new Set([...before.organizations.keys(), ...after.organizations.keys()])];
  return keys.flatMap((key) => {
    const [prior, current] = [getPeople(before, key), getPeople(after, key)];
    const isDeleted = !after.organizations.has(key);
    const isNew = !before.organizations.has(key);
    const isPossibleOwner = after.organizations.get(key)?.hasUnreportedOwners ?? false;
    const ownership = declarations.filter((one) => one.kind === "OrganizationOwner" && isAbout(one, key));
    const owners = new Set(ownership.flatMap(({ after }) => readAddress(after)));
    const everyone = new Set([...prior.keys(), ...current.keys()]);
    const reviews = [...everyone].sort().map((email): PersonRow => {
      const [former, present] = [prior.get(email), current.get(email)];
      const review = reviewPerson(key, {
        before: former,
        after: present,
        handover: handovers.get(key)?.get(email),
        isDeleted,
        isNew,
        isPossibleOwner,
        isDeclaredOwner: owners.has(email),
        hidesOwner: isWithheld(after.organizations.get(key)?.owner),
        tokens: tokens.get(key)?.get(email) ?? [],
        byUrn,
        information,
      });
      const urns = ownership.flatMap(({ urn, ...sides }) =>
        [sides.before, sides.after].some((state) => readAddress(state).includes(email)) ? urn : [],
      );
      return { ...review, shows: listShown(email, review, [...listUrns(former, present), ...urns]) };
    });
    return [
      ...reviews,
      ...listAcceptedRemovals(key, { declarations: isDeleted ? [] : declarations, vanished, present: everyone }),
    ];
  });
}

function readAddress(state: DeclaredState | undefined): readonly string[] {
  return typeof state?.inputs.email === "string" ? [canonicalizeEmail(state.inputs.email)] : [];
}

/** Returns the places of a person, with a change or with the same access, as after a move. Only a change also shows the groups of an invitation. */
function listShown(person: string, review: PersonReview, urns: readonly string[]): readonly Place[] {
  const { before, after, notes } = review;
  const isListed = isConcerned(review) || notes.length > 0;
  const isSame = before !== null && JSON.stringify(before) === JSON.stringify(after);
  const properties = isListed ? ["people", "groups"] : isSame ? ["unchangedPeople"] : [];
  return urns.flatMap((urn) => properties.map((property) => ({ urn, property, person })));
}

/**
 * Lists the people who lost their access outside Pulumi, if no program declares them, `ignoreChanges` covers them, or a stack releases
 * their roster. `present` are the addresses of all others.
 */
function listAcceptedRemovals(
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

/**
 * Returns the API tokens that exist before a change and that a program still declares, in words, by organization and the canonical
 * address of their owner. Tokens with an unknown owner are missing, and so are all tokens in drift.
 */
function listKeptTokens({ isPlanned, objects }: Model): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, Map<string, string[]>>();
  for (const { declaration, words, before, after } of isPlanned ? objects : []) {
    const key = declaration.organization.before;
    const owner = before?.owner;
    if (declaration.kind !== "OrganizationApiToken" || key === undefined) continue;
    if (after === undefined || declaration.isReplaced || typeof owner !== "string") continue;
    const owners = found.get(key) ?? new Map<string, string[]>();
    const email = canonicalizeEmail(owner);
    found.set(key, owners.set(email, [...(owners.get(email) ?? []), words]));
  }
  return found;
}

function getPeople({ organizations }: Access, key: string): Organization["people"] {
  return organizations.get(key)?.people ?? new Map<string, Person>();
}

interface PersonChange {
  readonly before: Person | undefined;
  readonly after: Person | undefined;
  /** Set if some stacks remove the person and others declare the person. */
  readonly handover: Handover | undefined;
  /** True if this change deletes the organization. */
  readonly isDeleted: boolean;
  /** True if this change creates the organization. */
  readonly isNew: boolean;
  /** True if any admin may be an owner, because previews with Avocado Connect do not show undeclared owners. */
  readonly isPossibleOwner: boolean;
  /** True if an OrganizationOwner declares the person. */
  readonly isDeclaredOwner: boolean;
  /** True if the preview hides the owner after the change, so that a former owner may stay one. A setting shows this. */
  readonly hidesOwner: boolean;
  /** The declared API tokens that act for the person, in words. */
  readonly tokens: readonly string[];
  readonly byUrn: ReadonlyMap<string, Declaration>;
  readonly information: Information;
}

function reviewPerson(organization: string, change: PersonChange): PersonReview {
  const { before, after } = change;
  const isDoubtful =
    (isWithheld(before?.role) && isWithheld(after?.role) && mayHaveChanged(change, "members")) ||
    (isWithheld(before?.lastDay) && isWithheld(after?.lastDay) && mayHaveChanged(change, "lastDays"));
  const drift = findAcceptedDrift(change);
  const isAccepted = drift === "accepted";
  const risks: readonly Risk[] = [
    ...findRisks(change, isDoubtful),
    ...findDayRisks(before, after),
    ...(isDoubtful ? (["hidden"] as const) : []),
    ...(isReleased(change) ? (["releasesPerson"] as const) : []),
    ...(isAccepted ? findDriftRisks(after) : []),
    ...(drift === "hidden" ? (["hidden"] as const) : []),
  ];
  return {
    organization,
    email: after?.email ?? before?.email ?? "",
    before: before === undefined ? null : getAccess(before),
    after: after === undefined ? null : getAccess(after),
    changed: isDoubtful || isChange(change),
    ...(undoesDrift(change) && { undoesDrift: true as const }),
    risks: sortRisks(risks),
    notes: [
      ...findNotes(change, isDoubtful, isAccepted),
      ...(drift === "hidden" ? [`${formerIsHidden} the person may have got the access outside Pulumi.`] : []),
      ...warnOfSharedPeople(change),
    ],
  };
}

const formerIsHidden = "The preview hides what the program declared at the last update, so";

function findDriftRisks(after: Person | undefined): readonly Risk[] {
  if (after?.isOwner === true) return ["acceptsDrift", "changesOwner"];
  return after?.role === "admin" ? ["acceptsDrift", "grantsAdmin"] : ["acceptsDrift"];
}

/**
 * Finds access that a person got outside Pulumi, that no update gave, and that a program declares, imports or keeps. Otherwise, the update
 * would undo it. `hidden`: the preview hides what the program declared at the last update. The owner of the Admin API has no role that a
 * program declares.
 */
function findAcceptedDrift({ before, after, byUrn }: PersonChange): "accepted" | "hidden" | undefined {
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

/** Returns the resources that declare a person before or after a change. */
function listUrns(before: Person | undefined, after: Person | undefined): Iterable<string> {
  const [former, present] = [before?.declaredBy ?? [], after?.declaredBy ?? []];
  // Most changes keep the resource of a person.
  const [only] = former;
  const isSame = former.length === 1 && present.length === 1 && only === present[0];
  return isSame ? former : new Set([...former, ...present]);
}

/** Reports if programs declare the same as at the last update, although a person's access differs from it. */
function undoesDrift({ before, after, byUrn }: PersonChange): boolean {
  const role = after === undefined ? undefined : after.role;
  if (isWithheld(role) || isWithheld(before?.role) || before?.role === role) return false;
  const email = canonicalizeEmail((after ?? before)?.email ?? "");
  const refreshed = [...listUrns(before, after)]
    .flatMap((urn) => byUrn.get(urn) ?? [])
    .filter(({ recorded = {} }) => Object.keys(recorded).length > 0);
  const hasDrifted = ({ before: state }: Declaration) => state?.people?.observed.people.get(email)?.role !== role;
  return (
    refreshed.some(hasDrifted) &&
    refreshed.every(({ recordedPeople }) => recordedPeople.declared?.people.get(email)?.role === role)
  );
}

/** Reports if Pulumi changes a role or a last day that is hidden on both sides. */
function mayHaveChanged({ before, after, byUrn }: PersonChange, property: "members" | "lastDays"): boolean {
  return [...listUrns(before, after)].some((urn) => {
    const resource = byUrn.get(urn);
    if (resource === undefined) return false;
    return resource.kind === "Membership" ? mayDiffer(resource, "role") : mayDiffer(resource, property, after?.email);
  });
}

function getAccess({ role, status, isOwner, lastDay }: Person): PersonAccess {
  return {
    role: isWithheld(role) ? role.reason : role,
    status,
    owner: isOwner,
    ...(lastDay !== undefined && { lastDay: isWithheld(lastDay) ? lastDay.reason : lastDay }),
  };
}

function isChange({ before, after, hidesOwner }: PersonChange): boolean {
  if (before === undefined || after === undefined) return before !== after;
  return (
    !isSameRole(before, after) ||
    (before.isOwner !== after.isOwner && !hidesOwner) ||
    isNewAccess(before, after) ||
    !isSameDay(before, after)
  );
}

/** Reports if stacks stop declaring a person who keeps the access. */
function isReleased({ before, after, isDeclaredOwner }: PersonChange): boolean {
  if (before === undefined || after === undefined || isDeclaredOwner) return false;
  return before.declaredBy.length > 0 && after.declaredBy.length === 0;
}

function isSameDay({ lastDay: a }: Person, { lastDay: b }: Person): boolean {
  return isWithheld(a) && isWithheld(b) ? a.reason === b.reason : a === b;
}

/** Finds the risks of another last day. A hidden day may be later. */
function findDayRisks(before: Person | undefined, after: Person | undefined): readonly Risk[] {
  if (after === undefined) return [];
  // A hidden day can be none, so that a new person has access without an end.
  if (before === undefined) return isWithheld(after.lastDay) ? ["hidden"] : [];
  if (isSameDay(before, after)) return [];
  const [former, present] = [before.lastDay, after.lastDay];
  if (isWithheld(former) || isWithheld(present)) return ["hidden"];
  const isLater = former !== undefined && (present === undefined || present > former);
  return [isLater ? "extendsAccess" : "shortensAccess"];
}

function isSameRole({ role: a }: Person, { role: b }: Person): boolean {
  return isWithheld(a) && isWithheld(b) ? a.reason === b.reason : a === b;
}

/** Reports if a person gets access: another user, or a person with a new invitation. */
function isNewAccess(before: Person, after: Person): boolean {
  return isDifferentUser(before, after) || isInvitedAgain(before, after);
}

function isInvitedAgain(before: Person, after: Person): boolean {
  return after.status === "planned" && before.status !== "planned";
}

/** Reports if a different user has the same address. */
function isDifferentUser(before: Person, after: Person): boolean {
  return before.userId !== undefined && after.userId !== undefined && before.userId !== after.userId;
}

function findRisks(change: PersonChange, isDoubtful: boolean): readonly Risk[] {
  const { before, after, isNew: isNewOrganization, hidesOwner } = change;
  const isSameOwner = hidesOwner || (before?.isOwner ?? false) === (after?.isOwner ?? false);
  const ownership: readonly Risk[] = isSameOwner || isNewOrganization ? [] : ["changesOwner"];
  if (after === undefined) {
    const admin: readonly Risk[] = before?.role === "admin" ? ["removesAdmin"] : [];
    return before === undefined ? [] : [...ownership, ...admin, "removesPerson"];
  }
  const isNew = before === undefined || isNewAccess(before, after);
  const addition: readonly Risk[] = isNew ? ["addsPerson"] : [];
  const isRemovedFirst = before !== undefined && isInvitedAgain(before, after) && before.status !== "expired";
  const others: readonly Risk[] = [...ownership, ...addition, ...(isRemovedFirst ? (["removesPerson"] as const) : [])];
  if (isWithheld(after.role) || isWithheld(before?.role)) {
    return isNew || isDoubtful || !isSameRole(before, after) ? [...others, "hidden"] : others;
  }
  if (isNew) return after.role === "admin" ? [...others, "grantsAdmin"] : others;
  return [...others, ...findRoleRisks(getRoleIndex(before), getRoleIndex(after))];
}

const admin = personRoles.indexOf("admin");

/** Returns the index of the role, the highest first. */
function getRoleIndex({ role }: Person): number {
  return personRoles.findIndex((known) => known === role);
}

function findRoleRisks(before: number, after: number): readonly Risk[] {
  if (before === after) return [];
  if (after === admin) return ["grantsAdmin", "raisesRole"];
  if (before === admin) return ["removesAdmin", "lowersRole"];
  return [after < before ? "raisesRole" : "lowersRole"];
}

function findNotes(change: PersonChange, isDoubtful: boolean, isAccepted: boolean): string[] {
  const { before, after, handover, isDeleted, isPossibleOwner, tokens } = change;
  if (before === undefined)
    return undoesDrift(change) && after?.status === "planned"
      ? [
          "This person left, was removed or declined since the last update, and gets a new invitation. If the person should stay away, remove the person from the program.",
        ]
      : [];
  if (after === undefined) {
    if (isDeleted) return ["Access is lost because the organization is deleted."];
    // The provider does not remove owners.
    const isPossiblyKept = isPossibleOwner && before.role === "admin" && before.status === "active";
    return [
      ...(handover === undefined ? [] : [describeHandover(handover, before)]),
      ...(before.isOwner
        ? [
            "If the update removes this person before the transfer of the ownership, the person stays an admin until the next update.",
          ]
        : []),
      ...(isPossiblyKept
        ? [
            "The preview does not show if this person is an owner. An owner stays, because the provider removes no owner.",
          ]
        : []),
      ...(tokens.length > 0 && before.status === "active" ? [describeRevocation(tokens)] : []),
      ...listInformation(before, change),
    ];
  }
  const notes: string[] = handover === undefined || after.isOwner ? [] : [describeHandover(handover, before)];
  if (isDoubtful)
    notes.push("The role or the last day may change, but the preview hides both the old and the new value.");
  if (isAccepted) notes.push(...describeAcceptance(change));
  if (isDifferentUser(before, after)) notes.push("The address belongs to a different user than before.");
  if (before.status === "expired" && after.status === "planned") {
    notes.push("The invitation has expired. The update sends a new one.");
  } else if (before.status === "pending" && after.status === "pending" && !isSameRole(before, after)) {
    const isUncertain = isWithheld(before.role) || isWithheld(after.role);
    notes.push(
      `${isUncertain ? "If the role changes, a" : "A"} new invitation replaces the present one, because Peridio cannot edit an invitation.`,
    );
  }
  if (isReleased(change)) {
    const outcome = after.isOwner ? "stays, as an owner of the organization" : "keeps the access";
    notes.push(`No stack declares this person after the change, but the person ${outcome}.`);
  }
  return notes;
}

function describeAcceptance({ before, after, byUrn }: PersonChange): readonly string[] {
  const [former] = [...listUrns(before, after)].flatMap((urn) => byUrn.get(urn)?.movedFrom ?? []);
  if (former !== undefined)
    return [
      `This is the new address of the user of ${former}. The address changed outside Pulumi, and the program accepts it.`,
    ];
  // An import can give another role.
  const isKept = before !== undefined && after !== undefined && isSameRole(before, after);
  return isKept ? ["This person got the access outside Pulumi, and the program keeps it."] : [];
}

/** The provider's information about people, by stack, resource and address. */
type Information = ReadonlyMap<string, readonly string[]>;

function readInformation(programs: Model["programs"]): Information {
  const found = new Map<string, string[]>();
  for (const { stack, remarks } of programs) {
    for (const { severity, about, text } of remarks) {
      const key = getInformationKey(stack, about, text.split(" ", 1)[0] ?? "");
      if (severity === "info") found.set(key, [...(found.get(key) ?? []), text]);
    }
  }
  return found;
}

function getInformationKey(stack: string, about: string, email: string): string {
  return JSON.stringify([stack, about, canonicalizeEmail(email)]);
}

/** Returns what the provider tells about a person who leaves, such as the last activity. */
function listInformation({ email, declaredBy }: Person, { byUrn, information }: PersonChange): readonly string[] {
  const resources = declaredBy.flatMap((urn) => byUrn.get(urn) ?? []);
  return resources.flatMap(({ stack, urn }) => information.get(getInformationKey(stack, labelUrn(urn), email)) ?? []);
}

/** Describes the declared tokens that Peridio revokes with the removal of their owner. */
function describeRevocation(tokens: readonly string[]): string {
  const isOne = tokens.length === 1;
  return `The removal also revokes ${joinAnd(tokens)} of this person, although ${isOne ? "a stack declares it" : "stacks declare them"}. To create ${isOne ? "it" : "them"} again for the user of the API key, run \`pulumi up --refresh\` after the change.`;
}

/** Warns of stacks that declare the same person without knowing of each other. */
function warnOfSharedPeople({ after, handover, byUrn }: PersonChange): readonly string[] {
  const { declaredBy = [] } = after ?? {};
  if (declaredBy.length < 2) return [];
  const stacks = new Set(declaredBy.flatMap((urn) => byUrn.get(urn)?.stack ?? []));
  if (stacks.size < 2 || handover !== undefined) return [];
  return [
    `The stacks ${joinAnd([...stacks])} declare this person. If one of these stacks stops declaring the person, that stack removes the person.`,
  ];
}

/** Describes the outcome for a person that some stacks remove and others declare. */
function describeHandover({ removedBy, declaredBy, importedBy, invitedBy }: Handover, { status }: Person): string {
  if (invitedBy.length > 0 && status === "pending") {
    return (
      "One stack revokes this invitation, and another stack declares the person. First apply the stack that revokes the invitation. " +
      "The other stack then sends a new invitation, even if the preview of that stack adopts the present invitation."
    );
  }
  if (invitedBy.length > 0) {
    return "One stack removes this person, and another stack sends a new invitation. First apply the stack that removes the person.";
  }
  const removing = joinAnd(removedBy);
  const remedy = `To keep the person, run \`pulumi state delete\` for the Membership in ${removing}, or add the address to \`ignore\` of the roster in ${removing}.`;
  if (importedBy.length > 0) {
    const importing = joinAnd(importedBy);
    const outcome = `If the update of ${removing} runs first, the import fails. Otherwise, the person loses access, but stays in the state of ${importing}.`;
    return `This person is removed by ${removing} and imported by ${importing}. ${outcome} ${remedy}`;
  }
  const declaring = joinAnd(declaredBy);
  // The provider reads invitations in every update.
  const update = status === "active" ? "pulumi up --refresh" : "pulumi up";
  return `This person is removed by ${removing} and still declared by ${declaring}. A later \`${update}\` of ${declaring} invites the person again. ${remedy}`;
}

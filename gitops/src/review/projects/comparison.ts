import { canonicalizeEmail } from "#provider";
import {
  describeReason,
  describeReasons,
  isGrant,
  joinAddresses,
  type Reason,
  type Reasons,
} from "../../access/reasons";
import type { Declaration } from "../../model/declaration";
import type { Side } from "../../model/directory";
import type { EffectiveAccess, ObjectAccess } from "../../model/effectiveAccess";
import {
  type GroupInvitation,
  hidesInvitations,
  listGroupInvitations,
  mayDifferInGroup,
} from "../../model/groupInvitations";
import { mayWrite, type MergedGroup, type MergedProject } from "../../model/merging";
import { isComplete, type Organization } from "../../model/organization";
import { describeObject, getName, getUuid } from "../../model/properties";
import { countWithheld, listTexts } from "../../objects/reading";
import { type Withheld, isWithheld } from "../../withheld";
import { describeResource, mayDiffer } from "../../model/resource";
import { quoteName } from "../../wording";
import type { PlacedRow, Row } from "./rows";

/** The organization of a project on both sides. */
interface Sides {
  readonly former: Organization | undefined;
  readonly present: Organization | undefined;
}

const none: readonly Reason[] = [];

/** Lists the changes of the access to a project or a cohort, which reports call `object`. */
export function compareProject(object: string, access: ObjectAccess, { former, present }: Sides): readonly Row[] {
  const { parent, before, after } = access;
  const whole = compareWhole(object, access);
  if (after === undefined) return whole;
  const people = joinKeys([before?.effective, before?.dormant, after.effective, after.dormant]);
  const grants = compareGrants(before, after);
  // Most people with access share the reasons with others.
  const known = new Map<readonly Reason[], string>();
  const describeGrants = (reasons: readonly Reason[]) => {
    const words = known.get(reasons) ?? describeReasons(reasons.filter(isGrant));
    known.set(reasons, words);
    return words;
  };
  const rows: Row[] = [...whole];
  const shared = new Map<Row["outcome"], Map<readonly Reason[], string[]>>();
  const share = (outcome: Row["outcome"], reasons: readonly Reason[], email: string) => {
    const byReasons = shared.get(outcome) ?? new Map<readonly Reason[], string[]>();
    const emails = byReasons.get(reasons);
    if (emails !== undefined) {
      emails.push(email);
      return;
    }
    const first = [email];
    shared.set(outcome, byReasons.set(reasons, first));
    rows.push({ object, emails: first, outcome, detail: describeReasons(reasons), reasons });
  };
  const describeDormant = (address: string) => {
    const isPresent = present?.people.has(address) === true;
    const isOutside =
      !isPresent && (former?.people.has(address) === true || (present !== undefined && isComplete(present)));
    return isOutside || parent === undefined ? "not in the organization" : `no access to ${describeObject(parent)}`;
  };
  for (const address of people) {
    const person = present?.people.get(address);
    const formerPerson = former?.people.get(address);
    const prior = before?.effective.get(address) ?? none;
    const current = after.effective.get(address) ?? none;
    const email = (person ?? formerPerson)?.email ?? address;
    const isAdmin = current.some((reason) => reason.kind === "role");
    // An admin who keeps access has no row that names groups.
    if (!isAdmin || prior.length === 0)
      grants.show(before?.reasons.get(address) ?? none, after.reasons.get(address) ?? none);
    if (prior.length === 0 && current.length === 0) {
      const [formerDormant, dormant] = [before?.dormant.get(address), after.dormant.get(address)];
      rows.push(...compareDormant({ object, emails: [email] }, formerDormant, dormant, describeDormant(address)));
    } else if (current.length === 0) {
      // Without a declared membership, the person may be a member. An open object stays open to members.
      const mayStay =
        after.isOpenTo(address) && formerPerson === undefined && present !== undefined && !isComplete(present);
      if (mayStay) {
        rows.push({ object, emails: [email], outcome: "moves", detail: describeMove(prior, [{ kind: "everyone" }]) });
        continue;
      }
      // Someone who leaves the organization is among the access changes. Withheld access may include the person.
      const isLeaving = person === undefined && !prior.some(isGrant);
      const outcome = after.mayBeGranted(address) ? "revokesKnown" : "revokes";
      const formerReasons = [...prior, ...(before?.dormant.get(address) ?? [])];
      if (!isLeaving && !after.isHidden) share(outcome, prior, email);
      rows.push(
        ...compareDormant(
          { object, emails: [email] },
          formerReasons,
          after.dormant.get(address),
          describeDormant(address),
        ).filter((dormant) => dormant.outcome === "grantsWithoutEffect"),
      );
    } else if (prior.length === 0) {
      const ended = compareDormant({ object, emails: [email] }, before?.dormant.get(address), current, "");
      rows.push(...ended.filter(({ outcome }) => outcome === "revokesWithoutEffect"));
      if (after.isOpenToAll && before?.isOpenToAll !== true && !current.some(isGrant)) continue;
      // A person who was in the organization gets the access by this change. A new member is among the access changes.
      const wasMember = formerPerson !== undefined && formerPerson.status !== "expired" && person?.role !== "admin";
      const outcome = wasMember || current.some(isGrant) ? "grants" : "includes";
      share(outcome, current, email);
    } else if (isAdmin) {
      // Admins keep access in any case. A direct grant still gives access to a former admin.
      rows.push(
        ...compareDormant({ object, emails: [email] }, prior.filter(isDirect), current.filter(isDirect), always),
      );
    } else if (describeGrants(prior) !== describeGrants(current)) {
      // A grant in an open project remains when the project closes.
      const outcome = grants.isGivenTo(address) ? "addsGrant" : "moves";
      rows.push({ object, emails: [email], outcome, detail: describeMove(prior, current) });
    }
  }
  return [...rows, ...grants.listOthers(object)];
}

const always = "admins reach every project and cohort";

function isDirect({ kind }: Reason): boolean {
  return kind === "user";
}

/** The grants of one object that differ. */
interface GrantChanges {
  /** Notes that a row shows the reasons of a person that differ. */
  show(before: readonly Reason[], after: readonly Reason[]): void;
  /** Reports if the object has a new grant for a person, directly or through a group. */
  isGivenTo(address: string): boolean;
  /** Lists the grants to groups that no other row shows, because no access differs. */
  listOthers(object: string): readonly Row[];
}

function compareGrants(before: EffectiveAccess | undefined, after: EffectiveAccess): GrantChanges {
  const added = after.groups.filter((group) => before?.groups.includes(group) !== true);
  // A hidden list can still contain a group.
  const ended = after.isHidden ? [] : (before?.groups ?? []).filter((group) => !after.groups.includes(group));
  // Other rows name the groups whose members no stack declares.
  const isDeclared = (group: string) => ![before, after].some((access) => access?.unknownGroups.includes(group));
  const shown = new Set<string>();
  const hasGrant = (reasons: readonly Reason[] = none) => reasons.some(isDirect);
  return {
    show(before, after) {
      const [some, others] = [before, after].map((reasons) => new Set(reasons.flatMap(listGroup)));
      for (const group of [...added, ...ended]) if (some?.has(group) !== others?.has(group)) shown.add(group);
    },
    isGivenTo(address) {
      const reasons = after.reasons.get(address) ?? none;
      const isDirectlyGiven = hasGrant(reasons) && !hasGrant(before?.reasons.get(address));
      return isDirectlyGiven || reasons.flatMap(listGroup).some((group) => added.includes(group));
    },
    listOthers(object) {
      const others = (groups: readonly string[], outcome: Row["outcome"]) =>
        groups
          .filter((group) => isDeclared(group) && !shown.has(group))
          .map((group): Row => ({ object, outcome, detail: quoteName(group) }));
      return [...others(added, "grantsIdleGroup"), ...others(ended, "revokesIdleGroup")];
    },
  };
}

function listGroup(reason: Reason): readonly string[] {
  return "group" in reason ? [reason.group] : [];
}

/** Returns the addresses of some maps. Usually, only one map has any. */
function joinKeys(maps: readonly (Reasons | undefined)[]): Iterable<string> {
  const [first, ...others] = maps.flatMap((map) => (map === undefined || map.size === 0 ? [] : [map]));
  if (first === undefined || others.length === 0) return first?.keys() ?? [];
  return new Set([first, ...others].flatMap((map) => [...map.keys()]));
}

/** Lists the changes that concern nobody in particular. */
function compareWhole(words: string, { object, before, after }: ObjectAccess): readonly Row[] {
  if (after === undefined) return before === undefined ? [] : [{ object: words, outcome: "deletes" }];
  const formerGroups = before?.unknownGroups ?? [];
  const isKept = before !== undefined;
  const opens = after.isOpenToAll && before?.isOpenToAll !== true;
  const opensCohort = !opens && after.isOpen && before?.isOpen !== true;
  const closes =
    isKept && !after.isHidden && before.isOpen && (!after.isOpen || (before.isOpenToAll && !after.isOpenToAll));
  const isConcealed = [object.before, object.after].some((state) => state?.concealed.includes("access"));
  const isAnyHidden = after.isHidden || before?.isHidden === true || isConcealed;
  const outcomes: readonly (readonly [Row["outcome"], boolean])[] = [
    [
      object.declared.after?.access === undefined ? "beginsUndeclared" : "begins",
      !isKept && (object.isCreated || object.isReplaced),
    ],
    ["hidden", isAnyHidden && object.after !== undefined && mayWrite(object)],
    ["opens", opens],
    ["opensCohort", opensCohort],
    ["closes", closes],
    ["endsGrants", isKept && after.isDeclared && !before.isDeclared],
    ["endsManagement", !object.isImported && object.dropped.has("access")],
  ];
  return [
    ...outcomes.filter(([, isTrue]) => isTrue).map(([outcome]) => ({ object: words, outcome })),
    ...after.unknownGroups
      .filter((group) => !formerGroups.includes(group))
      .map((group) => ({ object: words, outcome: "grantsGroup", detail: quoteName(group) }) as const),
    ...(after.isHidden ? [] : formerGroups.filter((group) => !after.groups.includes(group))).map(
      (group) => ({ object: words, outcome: "revokesGroup", detail: quoteName(group) }) as const,
    ),
  ];
}

/** Describes grants without effect, for the given reason. Nobody gets or loses access. */
function compareDormant(
  row: Pick<Row, "object" | "emails">,
  before: readonly Reason[] | undefined,
  after: readonly Reason[] | undefined,
  reason: string,
): readonly Row[] {
  const [former = [], present = []] = [before, after].map((reasons) =>
    (reasons ?? []).filter(isGrant).map(describeReason),
  );
  const ended = former.filter((words) => !present.includes(words));
  const isAdded = present.some((words) => !former.includes(words));
  return [
    ...(isAdded
      ? [{ ...row, outcome: "grantsWithoutEffect", detail: `${present.join(", ")}, but ${reason}` } as const]
      : []),
    ...(ended.length > 0 ? [{ ...row, outcome: "revokesWithoutEffect", detail: ended.join(", ") } as const] : []),
  ];
}

function describeMove(before: readonly Reason[], after: readonly Reason[]): string {
  return `${describeReasons(after)} (before: ${describeReasons(before)})`;
}

/**
 * Lists the new invitations by which people join groups, and the ended ones of people who stay invited. `name` returns the name of
 * a group.
 */
export function compareInvitations(
  before: readonly GroupInvitation[],
  after: readonly GroupInvitation[],
  {
    name,
    isInvited,
  }: { readonly name: (invitation: GroupInvitation) => string; readonly isInvited: (email: string) => boolean },
): readonly PlacedRow[] {
  const [former, present] = [before, after].map((invitations) => new Set(invitations.map(getInvitationKey)));
  const ended = before.filter(
    (invitation) =>
      invitation.group !== undefined && !present?.has(getInvitationKey(invitation)) && isInvited(invitation.email),
  );
  const added = after.filter((invitation) => invitation.isDoubtful || !former?.has(getInvitationKey(invitation)));
  return [
    ...added.map((invitation) =>
      createInvitationRow(invitation, invitation.group === undefined ? "hidesInvitation" : "invites", name),
    ),
    ...ended.map((invitation) => createInvitationRow(invitation, "uninvites", name)),
  ];
}

/** Lists the groups of members that a program starts or stops declaring. `name` returns the name of a group. */
export function compareIdleInvitations(
  before: readonly GroupInvitation[],
  after: readonly GroupInvitation[],
  name: (invitation: GroupInvitation) => string,
): readonly PlacedRow[] {
  const list = (
    some: readonly GroupInvitation[],
    others: readonly GroupInvitation[],
    outcome: "invitesWithoutEffect" | "uninvitesWithoutEffect",
  ): readonly PlacedRow[] => {
    const known = new Set(others.map(getInvitationKey));
    return some
      .filter(({ group }) => group !== undefined)
      .filter((invitation) => !known.has(getInvitationKey(invitation)))
      .map((invitation) => createInvitationRow(invitation, outcome, name));
  };
  const hidden = new Set(after.flatMap(({ email, group }) => (group === undefined ? canonicalizeEmail(email) : [])));
  return [
    ...after
      .filter(({ group, isDoubtful }) => group === undefined && isDoubtful)
      .map((invitation) => createInvitationRow(invitation, "hidesInvitation", name)),
    ...list(after, before, "invitesWithoutEffect"),
    // A hidden group can be the former one.
    ...list(
      before.filter(({ email }) => !hidden.has(canonicalizeEmail(email))),
      after,
      "uninvitesWithoutEffect",
    ),
  ];
}

/**
 * Lists the invitations to groups that were made outside Pulumi and remain. `isInvited` reports if a person has not accepted yet, and `name`
 * returns the name of a group.
 */
export function listAcceptedInvitations(
  resource: Declaration,
  groups: readonly Declaration[],
  {
    name,
    isInvited,
  }: { readonly name: (invitation: GroupInvitation) => string; readonly isInvited: (email: string) => boolean },
): readonly PlacedRow[] {
  const { before, isImported, recordedPeople, recordedOutputs } = resource;
  if (before === undefined || isImported || recordedOutputs === undefined) return [];
  const index = (invitations: readonly GroupInvitation[]) =>
    new Map(invitations.map(({ email, group }) => [canonicalizeEmail(email), group]));
  const recorded = [recordedPeople.observed, recordedPeople.declared].flatMap((named) =>
    named === undefined || isWithheld(named.groups) ? [] : named.groups,
  );
  const former = new Map(
    recorded.map(([email, id]) => [canonicalizeEmail(email), isWithheld(id) ? undefined : getUuid(id)]),
  );
  const live = index(listGroupInvitations(resource, "before", groups));
  return listGroupInvitations(resource, "after", groups).flatMap((invitation) => {
    const [address, { email, group }] = [canonicalizeEmail(invitation.email), invitation];
    const isAccepted = group !== undefined && live.get(address) === group && former.get(address) !== group;
    return isAccepted && isInvited(email) ? [createInvitationRow(invitation, "acceptsInvitation", name)] : [];
  });
}

function createInvitationRow(
  invitation: GroupInvitation,
  outcome: Row["outcome"],
  name: (invitation: GroupInvitation) => string,
): PlacedRow {
  const { urn, email, group } = invitation;
  const object = group === undefined ? "groups of invitations" : `group ${quoteName(name(invitation))}`;
  return { object, outcome, emails: [email], shows: [{ urn, property: "groups", person: canonicalizeEmail(email) }] };
}

function getInvitationKey({ email, group }: GroupInvitation): string {
  return JSON.stringify([canonicalizeEmail(email), group]);
}

/** Names a Membership or a roster whose invitations to groups the preview hides. */
export function listHiddenInvitations(resource: Declaration): readonly Row[] {
  if (!hidesInvitations(resource, "after") || !mayDifferInGroup(resource)) return [];
  return [{ object: describeResource(resource), outcome: "hidesInvitations" }];
}

/** Returns the change of the name of a group, project or cohort. `describe` returns the object in words, with a name. */
export function compareName(resource: MergedGroup | MergedProject, describe: (name: string) => string): readonly Row[] {
  if (resource.after === undefined) return [];
  const [former, present] = [resource.values.before.name, resource.values.after.name];
  const name = typeof former === "string" ? former : getName(resource);
  if (isWithheld(former) || isWithheld(present)) {
    const isSame = isWithheld(former) && isWithheld(present) && !mayDiffer(resource, "name");
    return isSame ? [] : [{ object: describe(name), outcome: "hidesName" }];
  }
  if (typeof former !== "string" || typeof present !== "string" || former === present) return [];
  return [{ object: describe(former), outcome: "renames", detail: quoteName(present) }];
}

/** Returns the change of a description. */
export function compareDescription(resource: MergedGroup | MergedProject, object: string): readonly Row[] {
  const { before, after, values } = resource;
  if (after === undefined) return [];
  if (before === undefined)
    return isWithheld(values.after.description) ? [{ object, outcome: "hidesDescription" }] : [];
  const former = values.before.description;
  const present = values.after.description;
  const areHidden = isWithheld(former) && isWithheld(present);
  if (areHidden ? !mayDiffer(resource, "description") : former === present) return [];
  if (isWithheld(present)) return [{ object, outcome: "hidesDescription" }];
  const show = (value: string | Withheld | undefined) =>
    value === undefined ? "none" : isWithheld(value) ? "hidden" : JSON.stringify(value);
  return [{ object, outcome: "describes", detail: `${show(former)} → ${show(present)}` }];
}

/** Lists the people who join or leave a group, which may have access to projects that no stack declares. */
export function compareGroup(resource: MergedGroup): readonly Row[] {
  if (resource.isReleased) return [];
  const getMembers = (side: Side) => resource[side] && resource.values[side].members;
  const lists = { before: listTexts(getMembers("before")), after: listTexts(getMembers("after")) };
  const areSame =
    lists.before.length === lists.after.length && lists.before.every((email, index) => email === lists.after[index]);
  const list = (outcome: "joins" | "leaves", side: Side, other: Side): readonly Row[] => {
    if (areSame) return [];
    const others = joinAddresses([lists[other]]);
    const people = new Map(lists[side].map((email) => [canonicalizeEmail(email), email]));
    return [...people].flatMap(([address, email]) =>
      others.has(address) ? [] : [{ object, emails: [email], outcome }],
    );
  };
  const object = describeObject(resource);
  const isDeclared = (side: Side) => resource.values[side].members !== undefined;
  const isFirst = resource.before !== undefined && !isDeclared("before") && isDeclared("after");
  const [isNew, isGone] = [resource.before === undefined, resource.after === undefined];
  const ends: readonly Row[] = [
    ...(isNew && (resource.isCreated || resource.isReplaced)
      ? [{ object, outcome: isDeclared("after") ? "begins" : "beginsUndeclared" } as const]
      : []),
    ...(isGone ? [{ object, outcome: "ends" } as const] : []),
    ...(isFirst ? [{ object, outcome: "endsMembers" } as const] : []),
    ...(resource.dropped.has("members") && !resource.isImported
      ? [{ object, outcome: "endsMembersManagement" } as const]
      : []),
  ];
  const areHidden = (side: Side) => countWithheld(getMembers(side)) > 0;
  const mayHide = mayWrite(resource) && mayDiffer(resource, "members");
  if (areHidden("before") || areHidden("after")) return mayHide ? [{ object, outcome: "hidesMembers" }, ...ends] : [];
  const areConcealed = [resource.before, resource.after].some((state) => state?.concealed.includes("members"));
  return [
    ...(areConcealed && mayHide ? [{ object, outcome: "hidesMembers" } as const] : []),
    ...list("joins", "after", "before"),
    ...list("leaves", "before", "after"),
    ...ends,
  ];
}

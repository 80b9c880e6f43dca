import { describeReason, describeReasons, isGrant, type Reason, type Reasons } from "../../access/reasons";
import { memoize } from "../../memoize";
import type { EffectiveAccess, ObjectAccess } from "../../model/effectiveAccess";
import { mayWrite } from "../../model/merging";
import { isComplete, type Organization, type Person } from "../../model/organization";
import { describeObject } from "../../model/properties";
import { quoteName } from "../../wording";
import type { Row } from "./outcomes";

// Compares who reaches a project or a cohort (an object) before and after a change, and why. A reason is dormant if it gives no access,
// because the person is not in the organization or cannot reach the project of a cohort.

/** The organization of an object before and after the change. */
interface Sides {
  readonly former: Organization | undefined;
  readonly present: Organization | undefined;
}

const none: readonly Reason[] = [];

/** Lists the changes of the access to a project or a cohort, which reports call `object`. */
export function compareProject(object: string, access: ObjectAccess, sides: Sides): readonly Row[] {
  const { before, after } = access;
  const whole = compareWhole(object, access);
  if (after === undefined) return whole;
  const people = [...joinKeys([before?.effective, before?.dormant, after.effective, after.dormant])].map((address) =>
    readPerson(address, { ...access, after }, sides),
  );
  const grants = compareGrants(before, after);
  const isOpened = after.isOpenToAll && before?.isOpenToAll !== true;
  const compare = createComparison(object, { after, grants, isOpened });
  return [...whole, ...joinReasons(people.flatMap(compare)), ...listOtherGrants(object, grants, people)];
}

/** The access of one person to one object, before and after the change. */
interface PersonChange {
  readonly address: string;
  /** In its original spelling. */
  readonly email: string;
  /** The person in the organization, before and after the change. */
  readonly former: Person | undefined;
  readonly present: Person | undefined;
  /** The reasons for which the person reaches the object. */
  readonly prior: readonly Reason[];
  readonly current: readonly Reason[];
  /** The dormant reasons. `whyDormant` says why those after the change give no access. */
  readonly formerDormant: readonly Reason[] | undefined;
  readonly dormant: readonly Reason[] | undefined;
  readonly whyDormant: string;
  /** True if the person may be a member without a declared membership. An open object then stays open to this person. */
  readonly mayStay: boolean;
  /** All reasons, with effect or without. */
  readonly all: { readonly before: readonly Reason[]; readonly after: readonly Reason[] };
}

function readPerson(
  address: string,
  { before, after, parent }: Pick<ObjectAccess, "before" | "parent"> & { readonly after: EffectiveAccess },
  sides: Sides,
): PersonChange {
  const [former, present] = [sides.former?.people.get(address), sides.present?.people.get(address)];
  const isForeign = sides.present !== undefined && isComplete(sides.present);
  const isOutside = present === undefined && (former !== undefined || isForeign);
  return {
    address,
    email: (present ?? former)?.email ?? address,
    former,
    present,
    prior: before?.effective.get(address) ?? none,
    current: after.effective.get(address) ?? none,
    formerDormant: before?.dormant.get(address),
    dormant: after.dormant.get(address),
    whyDormant:
      isOutside || parent === undefined ? "not in the organization" : `no access to ${describeObject(parent)}`,
    mayStay: after.isOpenTo(address) && former === undefined && sides.present !== undefined && !isForeign,
    all: { before: before?.reasons.get(address) ?? none, after: after.reasons.get(address) ?? none },
  };
}

function isAdmin({ current }: PersonChange): boolean {
  return current.some(({ kind }) => kind === "role");
}

/** A row of one person, of which `joinReasons` adds the reasons in words. */
type PersonRow = Row & { readonly emails: readonly string[] };

/** The changes of an object that do not depend on a person. */
interface ObjectChange {
  readonly after: EffectiveAccess;
  readonly grants: GrantChanges;
  /** True if the change opens the object to everyone. */
  readonly isOpened: boolean;
}

/** Returns a function that lists the rows of one person. */
function createComparison(
  object: string,
  { after, grants, isOpened }: ObjectChange,
): (change: PersonChange) => readonly PersonRow[] {
  // Most people with access share the reasons with others.
  const describeGrants = memoize((reasons: readonly Reason[]) => describeReasons(reasons.filter(isGrant)));
  return (change) => {
    const { email, prior, current, formerDormant, dormant, whyDormant } = change;
    const row = { object, emails: [email] };
    if (prior.length === 0 && current.length === 0) return compareDormant(row, formerDormant, dormant, whyDormant);
    if (current.length === 0) return compareLoss(row, change, after);
    if (prior.length === 0) return compareGain(row, change, isOpened);
    // Admins keep access in any case. A direct grant still gives access to a former admin.
    if (isAdmin(change)) return compareDormant(row, prior.filter(isDirect), current.filter(isDirect), always);
    if (describeGrants(prior) === describeGrants(current)) return [];
    // A grant in an open project remains when the project closes.
    const outcome = isGivenTo(change, grants) ? "addsGrant" : "moves";
    return [{ ...row, outcome, detail: describeMove(prior, current) }];
  };
}

/** Lists the rows of a person who loses the access. */
function compareLoss(
  row: Pick<PersonRow, "object" | "emails">,
  { address, present, prior, formerDormant, dormant, whyDormant, mayStay }: PersonChange,
  after: EffectiveAccess,
): readonly PersonRow[] {
  if (mayStay) return [{ ...row, outcome: "moves", detail: describeMove(prior, [{ kind: "everyone" }]) }];
  // Someone who leaves the organization is among the access changes. Hidden access may include the person.
  const isShown = (present === undefined && !prior.some(isGrant)) || after.hasHidden;
  const outcome = after.mayBeGranted(address) ? "revokesKnown" : "revokes";
  return [
    ...(isShown ? [] : [{ ...row, outcome, reasons: prior } as const]),
    ...listDormantGrants(row, [...prior, ...(formerDormant ?? [])], dormant, whyDormant),
  ];
}

/** Lists the rows of a person who gets the access. */
function compareGain(
  row: Pick<PersonRow, "object" | "emails">,
  { former, present, current, formerDormant }: PersonChange,
  isOpened: boolean,
): readonly PersonRow[] {
  const ended = listEndedDormantGrants(row, formerDormant, current);
  // The row of the opened object shows this.
  if (isOpened && !current.some(isGrant)) return ended;
  // A person who was in the organization gets the access by this change. A new member is among the access changes.
  const wasMember = former !== undefined && former.status !== "expired" && present?.role !== "admin";
  const outcome = wasMember || current.some(isGrant) ? "grants" : "includes";
  return [...ended, { ...row, outcome, reasons: current }];
}

/** Joins the rows of people with the same reasons, which most people share, and adds the reasons in words. */
function joinReasons(rows: readonly PersonRow[]): readonly Row[] {
  const byReasons = new Map<readonly Reason[], Map<Row["outcome"], string[]>>();
  return rows.flatMap((row): readonly Row[] => {
    const { reasons, outcome } = row;
    if (reasons === undefined) return [row];
    const byOutcome = byReasons.get(reasons) ?? new Map<Row["outcome"], string[]>();
    byReasons.set(reasons, byOutcome);
    const others = byOutcome.get(outcome);
    if (others !== undefined) {
      others.push(...row.emails);
      return [];
    }
    const emails = [...row.emails];
    byOutcome.set(outcome, emails);
    return [{ ...row, emails, detail: describeReasons(reasons) }];
  });
}

const always = "admins reach every project and cohort";

function isDirect({ kind }: Reason): boolean {
  return kind === "user";
}

/** The groups whose grants for one object differ. */
interface GrantChanges {
  readonly added: readonly string[];
  readonly ended: readonly string[];
  /** Reports if a stack declares the members of a group. Other rows name the other groups. */
  readonly isDeclared: (group: string) => boolean;
}

function compareGrants(before: EffectiveAccess | undefined, after: EffectiveAccess): GrantChanges {
  return {
    added: after.groups.filter((group) => before?.groups.includes(group) !== true),
    // A hidden list can still contain a group.
    ended: after.hasHidden ? [] : (before?.groups ?? []).filter((group) => !after.groups.includes(group)),
    isDeclared: (group) => ![before, after].some((access) => access?.unknownGroups.includes(group)),
  };
}

/** Reports if the object has a new grant for a person, directly or through a group. */
function isGivenTo({ all }: PersonChange, { added }: GrantChanges): boolean {
  const isDirectlyGiven = all.after.some(isDirect) && !all.before.some(isDirect);
  return isDirectlyGiven || all.after.flatMap(listGroup).some((group) => added.includes(group));
}

/** Lists the grants to groups that the row of no person shows, because no access differs. */
function listOtherGrants(
  object: string,
  { added, ended, isDeclared }: GrantChanges,
  people: readonly PersonChange[],
): readonly Row[] {
  const shown = new Set<string>();
  for (const change of people) {
    if (shown.size === added.length + ended.length) break;
    // An admin who keeps access has no row that names groups.
    if (isAdmin(change) && change.prior.length > 0) continue;
    const [former, present] = [change.all.before, change.all.after].map((all) => new Set(all.flatMap(listGroup)));
    for (const group of [...added, ...ended]) if (former?.has(group) !== present?.has(group)) shown.add(group);
  }
  const list = (groups: readonly string[], outcome: Row["outcome"]) =>
    groups
      .filter((group) => isDeclared(group) && !shown.has(group))
      .map((group): Row => ({ object, outcome, detail: quoteName(group) }));
  return [...list(added, "grantsIdleGroup"), ...list(ended, "revokesIdleGroup")];
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

/** Lists the changes that concern no single person. `words` are the object in words. */
function compareWhole(words: string, { object, before, after }: ObjectAccess): readonly Row[] {
  if (after === undefined) return before === undefined ? [] : [{ object: words, outcome: "deletes" }];
  const formerGroups = before?.unknownGroups ?? [];
  const isKept = before !== undefined;
  const opens = after.isOpenToAll && before?.isOpenToAll !== true;
  const opensCohort = !opens && after.isOpen && before?.isOpen !== true;
  const closes =
    isKept && !after.hasHidden && before.isOpen && (!after.isOpen || (before.isOpenToAll && !after.isOpenToAll));
  const isSecret = [object.before, object.after].some((state) => state?.secretOutputs.includes("access"));
  const isAnyHidden = after.hasHidden || before?.hasHidden === true || isSecret;
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
    ...(after.hasHidden ? [] : formerGroups.filter((group) => !after.groups.includes(group))).map(
      (group) => ({ object: words, outcome: "revokesGroup", detail: quoteName(group) }) as const,
    ),
  ];
}

/** Lists the rows of dormant grants that begin or end, of a person who neither gets nor loses access. `reason` says why they give none. */
function compareDormant(
  row: Pick<PersonRow, "object" | "emails">,
  before: readonly Reason[] | undefined,
  after: readonly Reason[] | undefined,
  reason: string,
): readonly PersonRow[] {
  return [...listDormantGrants(row, before, after, reason), ...listEndedDormantGrants(row, before, after)];
}

/** Describes the dormant grants, if one of them is new. */
function listDormantGrants(
  row: Pick<PersonRow, "object" | "emails">,
  before: readonly Reason[] | undefined,
  after: readonly Reason[] | undefined,
  reason: string,
): readonly PersonRow[] {
  if (listAdded(before, after).length === 0) return [];
  const grants = listGrants(after).join(", ");
  return [{ ...row, outcome: "grantsWithoutEffect", detail: `${grants}, but ${reason}` }];
}

/** Describes the dormant grants that a change ends. */
function listEndedDormantGrants(
  row: Pick<PersonRow, "object" | "emails">,
  before: readonly Reason[] | undefined,
  after: readonly Reason[] | undefined,
): readonly PersonRow[] {
  const ended = listAdded(after, before);
  return ended.length === 0 ? [] : [{ ...row, outcome: "revokesWithoutEffect", detail: ended.join(", ") }];
}

/** Returns the grants in words that only the second list has. */
function listAdded(one: readonly Reason[] | undefined, other: readonly Reason[] | undefined): readonly string[] {
  const words = listGrants(other);
  const known = words.length === 0 ? [] : listGrants(one);
  return words.filter((grant) => !known.includes(grant));
}

function listGrants(reasons: readonly Reason[] = none): readonly string[] {
  return reasons.filter(isGrant).map(describeReason);
}

function describeMove(before: readonly Reason[], after: readonly Reason[]): string {
  return `${describeReasons(after)} (before: ${describeReasons(before)})`;
}

import { canonicalizeEmail, isSameEmail } from "#provider";
import type { Organization, Person } from "../model/organization";
import { isMoreAtSomeMoment, type TimedRole } from "../model/timedRole";
import type { Changes } from "../review/review";
import { getValueOrReason, type Hidden, isHidden, isSame } from "../hidden";
import { getKind, type KindName } from "./kinds";
import type { Finding } from "./finding";

/** A finding of a rule. */
export interface RuleFinding extends Finding {
  readonly kind: KindName;
}

/** The reason why a finding is new although the state before the change had it. */
const acceptance = "the change accepts what was changed outside Pulumi";

/** The comparison of a finding with the state before the change. */
export interface FindingComparison {
  readonly isExisting: boolean;
  /** The reason why a finding is new although there was a similar one, as the rest of a sentence. */
  readonly difference?: string;
}

/**
 * Returns a function that reports if a finding existed before the change: the rule was broken for the same reason and people, the violation
 * is not larger, and the change does not touch what breaks the rule. Hidden values cannot be compared, and nobody has reviewed access from
 * outside Pulumi that the change accepts, so both are new.
 * @param earlier the findings before the change
 * @param reviewed the same findings with the names of the last update. A finding that needs another name is new.
 */
export function createFindingComparison(
  earlier: readonly RuleFinding[],
  listChanges: () => Changes | undefined,
  reviewed = earlier,
): (finding: RuleFinding) => FindingComparison {
  const byIdentity = new Map(earlier.map((finding) => [identify(finding), finding]));
  const known = new Set(reviewed.map(identify));
  return (finding) => {
    const former = byIdentity.get(identify(finding));
    if (former === undefined) return { isExisting: false };
    if (!known.has(identify(finding))) return { isExisting: false, difference: acceptance };
    const keys = finding.organizations.map(({ key }) => key);
    // A person who lost a role outside Pulumi can break a limit of a number, although the finding names only the others.
    const isNumber = getKind(finding.kind).subject === "admins";
    const difference =
      finding.hasHidden || former.hasHidden || hidesAccess(finding, listChanges())
        ? "a value that decides is hidden"
        : (findDifference(former, finding) ??
          (isAccepted(keys, isNumber ? undefined : finding.people, listChanges()) ? acceptance : undefined));
    return difference === undefined ? { isExisting: true } : { isExisting: false, difference };
  };
}

/** Reports if the change may give another role or end to a person of the finding, which the preview hides. A group or a grant does not depend on them. */
function hidesAccess({ kind, organizations, people }: RuleFinding, changes: Changes | undefined): boolean {
  if (isOfObject(kind)) return false;
  const keys = organizations.map(({ key }) => key);
  return (changes?.people ?? []).some(
    ({ organization, email, risks }) =>
      keys.includes(organization) && risks.includes("hidden") && people.some((one) => isSameEmail(one, email)),
  );
}

function isOfObject(kind: KindName): boolean {
  return ["groups", "grants"].includes(getKind(kind).subject);
}

/** Returns what is unique among the findings of a rule. */
export function identify({ kind, about }: RuleFinding): string {
  return `${kind} ${about}`;
}

/** Returns the difference from the former violation, as the rest of a sentence; undefined if it is the same or a smaller one. */
function findDifference(
  former: RuleFinding,
  { kind, organizations, people, extent, isWritten }: RuleFinding,
): string | undefined {
  if (extent > former.extent) return "the violation is larger";
  const [was, is] = [new Set(former.people.map(canonicalizeEmail)), new Set(people.map(canonicalizeEmail))];
  const [hasJoined, hasLeft] = [[...is].some((one) => !was.has(one)), [...was].some((one) => !is.has(one))];
  // Admins can be too few or too many, so a smaller violation has more or fewer people.
  const isLess = extent < former.extent;
  if (isLess ? hasJoined && hasLeft : hasJoined || hasLeft) return "it is about other people";
  if (!isLess && isWritten) return "the change writes the object";
  const isLarger = organizations.some((organization) => {
    const earlier = former.organizations.find(({ key }) => key === organization.key);
    return [...is].some((address) => was.has(address) && getsMore(address, earlier, organization));
  });
  return isLarger && !isOfObject(kind) ? "a person gets more access" : undefined;
}

/**
 * Reports if a person gets more access: ownership, or more at some moment, such as a higher role, a later end or a role after the end. Hidden
 * access may be more. An expired invitation that is sent again is the same.
 */
function getsMore(address: string, before: Organization | undefined, after: Organization): boolean {
  const [former, present] = [before?.people.get(address), after.people.get(address)];
  if (present === undefined) return false;
  if (former === undefined) return true;
  if (present.isOwner && !former.isOwner) return true;
  const isHiddenOtherwise = (["role", "lastDay", "afterwards"] as const).some(
    (part) => (isHidden(former[part]) || isHidden(present[part])) && !isSame(former[part], present[part]),
  );
  return isHiddenOtherwise || isMoreAtSomeMoment(readShown(present), readShown(former));
}

/** Returns the parts of access that are not hidden. */
function readShown({ role, lastDay, afterwards }: Person): TimedRole {
  const show = <Value>(value: Value | Hidden) => (isHidden(value) ? undefined : value);
  return { role: getValueOrReason(role), lastDay: show(lastDay), afterwards: show(afterwards) };
}

/**
 * Reports if the access of some people, or something else in these organizations, is from outside Pulumi, and the program accepts it. By
 * default, the access of everyone counts.
 */
export function isAccepted(
  keys: readonly string[],
  people: readonly string[] | undefined,
  changes: Changes | undefined,
): boolean {
  const addresses = new Set(people?.map(canonicalizeEmail));
  const isOfPerson = (email: string) => addresses.has(canonicalizeEmail(email));
  const isHere = ({ organization, risks }: Pick<Changes["settings"][number], "organization" | "risks">) =>
    keys.includes(organization) && risks.includes("acceptsDrift");
  const settings = changes?.settings.filter(isHere) ?? [];
  const accepted = changes?.people.filter(isHere) ?? [];
  if (people === undefined) return accepted.length > 0;
  if (addresses.size === 0) return settings.length > 0;
  return accepted.some(({ email }) => isOfPerson(email)) || settings.some(({ people = [] }) => people.some(isOfPerson));
}

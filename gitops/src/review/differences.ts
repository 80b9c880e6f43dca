import type * as z from "zod";
import { canonicalizeEmail, isSameEmail } from "#provider";
import { groupBy, subtract } from "../grouping";
import { formatAccess } from "../roles";
import { describeLastDay, formatCourse, formatHiddenPeople, noAccess } from "../wording";
import {
  isConcerned,
  isConcernedOrganization,
  type OrganizationReview,
  type PersonAccess,
  type Review,
} from "./review";
import { mark, root, texts } from "../schema";

/**
 * Compares a change with its reviewed version, in whole sentences; empty if both do the same. Accepted
 * invitations and rules that are no longer broken are no differences. A newly broken rule is a difference.
 * With `isPartlyApplied`, a reviewed change that is already in force is no difference.
 */
export function findDifferences(reviewed: Review, current: Review, isPartlyApplied = false): readonly string[] {
  const compareChanges = (former: readonly Change[], present: readonly Change[]) =>
    compareLists(former, present, isPartlyApplied);
  return [
    ...compareStacks(reviewed, current),
    ...compareSources(reviewed, current),
    ...compareChanges(listOrganizationChanges(reviewed), listOrganizationChanges(current)),
    ...compareChanges(listPeopleChanges(reviewed), listPeopleChanges(current)),
    ...(isPartlyApplied ? listOtherAccess(reviewed, current) : []),
    ...compareChanges(listSettingChanges(reviewed), listSettingChanges(current)),
    ...compareChanges(listProgramChanges(reviewed), listProgramChanges(current)),
    ...listAdded(listConflicts(reviewed), listConflicts(current)).map(
      (words) => `New conflict between stacks: ${words}`,
    ),
    ...listAdded(listViolations(reviewed), listViolations(current)).map((words) => `A rule is newly broken: ${words}`),
    ...listAdded(reviewed.unknowns, current.unknowns).map((words) => `Newly unknown: ${words}`),
    ...listAdded(listWarnings(reviewed), listWarnings(current)).map((words) => `New warning: ${words}`),
  ];
}

/** One change in a review. Several changes can be about the same thing, such as two projects of one name. */
interface Change {
  /** The identity of the changed thing, as far as a review names it. */
  readonly key: string;
  readonly name: string;
  readonly words: string;
  /** Every other field that decides about the change. */
  readonly details: string;
}

function createChange(identity: readonly unknown[], name: string, words: string, details: readonly unknown[]): Change {
  return { key: JSON.stringify(identity), name, words, details: JSON.stringify(details) };
}

function listOrganizationChanges(review: Review): readonly Change[] {
  return review.organizations.filter(isConcernedOrganization).map((organization) => {
    const { key, name, change, risks, hiddenPeople, hiddenRoster = false } = organization;
    const words = [change, ...describeHiddenParts(organization)].join(", with ");
    return createChange([key], name, words, [risks, hiddenPeople, hiddenRoster]);
  });
}

function describeHiddenParts({ risks, hiddenPeople, hiddenRoster }: OrganizationReview): readonly string[] {
  if (!risks.includes("hidden")) return [];
  if (hiddenRoster === true) return ["people that the preview hides"];
  return hiddenPeople === 0 ? ["people that the preview does not name"] : [formatHiddenPeople(hiddenPeople)];
}

function listPeopleChanges(review: Review): readonly Change[] {
  return review.people
    .filter(isConcerned)
    .map(({ organization, email, before, after, risks }) =>
      createChange(
        [organization, canonicalizeEmail(email)],
        `${email} in ${getName(review, organization)}`,
        formatCourse({ before: describeAccess(before), after: describeAccess(after) }),
        [risks],
      ),
    );
}

/** Finds the people whose access does not change, and is not the reviewed one. */
function listOtherAccess(reviewed: Review, current: Review): readonly string[] {
  return reviewed.people.filter(isConcerned).flatMap(({ organization, email, after }) => {
    // A created organization has another key than its declaration.
    const name = getName(reviewed, organization);
    const rows = current.people.filter(
      (one) => isSameEmail(one.email, email) && getName(current, one.organization) === name,
    );
    if (rows.some(isConcerned)) return [];
    const present = rows.length === 0 ? [noAccess] : rows.map((row) => describeAccess(row.after));
    if (present.every((words) => words === describeAccess(after))) return [];
    return [`${email} in ${name}: ${present.join(", ")}. Reviewed: ${describeAccess(after)}.`];
  });
}

/** Describes access in a few words, such as `admin (owner)`. */
export function describeAccess(access: PersonAccess | null): string {
  if (access === null) return noAccess;
  const { role, owner, lastDay, afterwards } = access;
  return formatAccess(role, [...(owner ? ["owner"] : []), ...[describeLastDay(lastDay, afterwards) ?? []].flat()]);
}

function listSettingChanges(review: Review): readonly Change[] {
  return review.settings.map(({ organization, section, setting, words, undoesDrift, risks, digest }) =>
    createChange([organization, section, setting], getName(review, organization), endWithoutStop(words), [
      risks,
      digest,
      undoesDrift,
    ]),
  );
}

function listProgramChanges({ programChanges }: Review): readonly Change[] {
  return programChanges.map(({ stack, section, subject, words, risks }) =>
    createChange([stack, section, subject], stack ?? subject, endWithoutStop(words), [risks]),
  );
}

function endWithoutStop(words: string): string {
  return words.replace(/\.$/, "");
}

function getName({ organizations }: Review, key: string): string {
  return organizations.find((organization) => organization.key === key)?.name ?? key;
}

function listConflicts({ conflicts = [], organizations }: Review): readonly string[] {
  const isShared = new Set(conflicts.map(({ organization }) => organization)).size > 1;
  return conflicts.map(({ organization, message }) =>
    isShared ? `${organizations.find(({ key }) => key === organization)?.name ?? organization}: ${message}` : message,
  );
}

function listViolations({ violations }: Review): readonly string[] {
  return violations.map(({ rule, message }) => `${rule}. ${message}`);
}

function listWarnings({ remarks }: Review): readonly string[] {
  return remarks
    .filter(({ severity }) => severity === "warning")
    .map(({ about, text }) => (about === "" ? text : `${about}: ${text}`));
}

/** Compares lists, because a review can contain one thing several times. */
function compareLists(
  reviewed: readonly Change[],
  current: readonly Change[],
  isPartlyApplied: boolean,
): readonly string[] {
  const [former, present] = [groupBy(reviewed, getKey), groupBy(current, getKey)];
  return [...new Set([...present.keys(), ...former.keys()])].flatMap((key) => {
    const removed = subtract(former.get(key) ?? [], present.get(key) ?? [], isSameChange);
    const added = subtract(present.get(key) ?? [], former.get(key) ?? [], isSameChange);
    if (isPartlyApplied && added.length === 0) return [];
    const [[before, ...moreBefore], [after, ...moreAfter]] = [removed, added];
    if (before !== undefined && after !== undefined && moreBefore.length + moreAfter.length === 0) {
      if (before.words === after.words) return [describeAlike(after)];
      return [`${after.name}: ${after.words}. Reviewed: ${before.words}.`];
    }
    const alike = new Set(removed.map(({ words }) => words));
    const isAlike = ({ words }: Change) => alike.has(words);
    const isReviewed = ({ words }: Change) => added.some((change) => change.words === words);
    return [
      ...added.filter(isAlike).map(describeAlike),
      ...added
        .filter((change) => !isAlike(change))
        .map(({ name, words }) => `${name}: ${words}. This change was not reviewed.`),
      ...removed
        .filter((change) => !isReviewed(change))
        .map(({ name, words }) => `${name}: no change. Reviewed: ${words}.`),
    ];
  });
}

function describeAlike({ name, words }: Change): string {
  return `${name}: ${words}. The reviewed change has the same words, but another value or risk.`;
}

function getKey({ key }: Change): string {
  return key;
}

function isSameChange(one: Change, other: Change): boolean {
  return one.words === other.words && one.details === other.details;
}

/** Returns the texts of the current review that the reviewed one does not have, or has less often. */
function listAdded(reviewed: readonly string[], current: readonly string[]): readonly string[] {
  return subtract(current, reviewed);
}

function compareStacks(reviewed: Review, current: Review): readonly string[] {
  return [
    ...listAdded(reviewed.stacks, current.stacks).map((stack) => `The stack ${stack} was not reviewed.`),
    ...listAdded(current.stacks, reviewed.stacks).map(
      (stack) => `The reviewed stack ${stack} is missing from the current review.`,
    ),
  ];
}

/** Other rules can hide a violation. */
function compareSources({ evidence: reviewed }: Review, { evidence: current }: Review): readonly string[] {
  return reviewed.rules === current.rules ? [] : ["The access rules differ from the reviewed access rules."];
}

/** The schema of `confirm --json`. `gitops/confirm.schema.json` is generated from it. */
export const confirmation = root("A confirmation of a review", "The comparison of a change with its review.", {
  differences: texts("The differences between the change and its review, in whole sentences; empty if there are none."),
  missingApprovals: texts(
    "The approvals that the change still needs, in whole sentences; empty if there are none. Absent without `--approved-by`.",
  ).optional(),
  refused: mark("True if the current review refuses the change, so that no approval is possible. Absent otherwise."),
});

export type Confirmation = z.output<typeof confirmation>;

import * as z from "zod";
import { groupBy } from "../grouping";
import { includesLogin, isLogin } from "../logins";
import { joinOr } from "../wording";
import type { Review } from "./review";
import { getVerdict } from "./verdict";

/** The record of `confirm --approval-file`: the people who approved one file of a review. */
export const approval = z.strictObject({
  version: z.literal(1),
  /** The SHA-256 digest of the file. */
  review: z.string(),
  approvers: z.array(z.string()),
});

export type Approval = z.output<typeof approval>;

/**
 * Finds the missing approvals of a review, each in a sentence. An author of the change, a person who gains by it, or a login that the access
 * rules do not list, never counts. `approvers` are the logins of the people who approved. With `isRequired`, a change that passes needs an approval too.
 */
export function findMissingApprovals(
  review: Review,
  approvers: readonly string[],
  isRequired = false,
): readonly string[] {
  const partial = listPartial(review);
  const { logins: known } = review.evidence;
  const isKnown = (login: string) => isLogin(login) && (known === undefined || includesLogin(known, login));
  const given = approvers.filter((login) => isKnown(login) && !includesLogin(partial, login));
  const missing = findMissingApprovers(review, given);
  if (missing.length > 0 || given.length > 0 || (!isRequired && getVerdict(review) === "pass")) return missing;
  const other = partial.length === 0 ? "a person" : `another person than ${joinOr(partial)}`;
  const listed = known === undefined ? "" : " Only people in `logins` of the access rules count.";
  return [`The change needs an approval by ${other}.${listed}`];
}

/** Returns the logins whose approvals do not count: those of the authors, and of the people who gain by the change. */
function listPartial({ evidence: { authors = [], beneficiaries = [] } }: Review): readonly string[] {
  return [...authors, ...beneficiaries.filter((login) => !includesLogin(authors, login))];
}

/** Finds the broken and edited rules that name the people who may approve, and that none of them approved. */
function findMissingApprovers(review: Review, given: readonly string[]): readonly string[] {
  const { violations, programChanges, evidence } = review;
  const { authors = [] } = evidence;
  const broken = violations.flatMap(({ rule, severity, approvers: allowed }) => {
    if (severity !== "approve" || allowed === undefined) return [];
    return [{ what: `The rule ${JSON.stringify(rule)}`, allowed, remedy: "Name another approver in the rule." }];
  });
  const edited = programChanges.flatMap(({ subject, approvers: allowed }) => {
    if (allowed === undefined) return [];
    const what = `The edit of the rule ${JSON.stringify(subject)}`;
    return [{ what, allowed, remedy: "Another person must propose the edit." }];
  });
  return [...groupBy([...broken, ...edited], ({ what }) => what)].flatMap(([what, [{ allowed, remedy }]]) => {
    const isApproved = authors.length > 0 && allowed.some((login) => includesLogin(given, login));
    if (isApproved) return [];
    const others = allowed.filter((login) => !includesLogin(listPartial(review), login));
    const needs = `${what} needs an approval by ${joinOr(others.length > 0 ? others : allowed)}`;
    if (authors.length === 0)
      return [
        `${needs}. The authors of the change, who must not approve it, are unknown. Pass \`--authors\` to the review. If a change has no pull or merge request, revert it, and propose it in one.`,
      ];
    if (others.length > 0) return [`${needs}.`];
    const are = allowed.length === 1 ? "is an author" : "are authors";
    const gain = allowed.every((login) => includesLogin(authors, login))
      ? ""
      : allowed.length === 1
        ? " or gains by it"
        : " or gain by it";
    return [`${needs}, who ${are} of the change${gain}. ${remedy}`];
  });
}

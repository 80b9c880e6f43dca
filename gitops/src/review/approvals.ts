import { groupBy } from "../grouping";
import { joinOr } from "../wording";
import type { Review } from "./review";

/**
 * Finds the rules that name the people who may approve, and that none of them approved, each in a sentence. An author of the change
 * never counts. `approvers` are the logins of the people who approved.
 */
export function findMissingApprovals(
  { violations, evidence: { authors = [] } }: Review,
  approvers: readonly string[],
): readonly string[] {
  const fold = (login: string) => login.toLowerCase();
  const named = violations.flatMap(({ rule, severity, approvers: allowed }) =>
    severity === "approve" && allowed !== undefined ? [{ rule, allowed }] : [],
  );
  const isAuthor = (login: string) => authors.some((author) => fold(author) === fold(login));
  const given = approvers.filter((login) => !isAuthor(login)).map(fold);
  return [...groupBy(named, ({ rule }) => rule)].flatMap(([rule, [{ allowed }]]) => {
    const isApproved = authors.length > 0 && allowed.some((login) => given.includes(fold(login)));
    if (isApproved) return [];
    const others = allowed.filter((login) => !isAuthor(login));
    const needs = `The rule ${JSON.stringify(rule)} needs an approval by ${joinOr(others.length > 0 ? others : allowed)}`;
    if (authors.length === 0)
      return [
        `${needs}. The authors of the change, who must not approve it, are unknown. Pass \`--authors\` to the review. If a change has no author, revert it, and propose it again.`,
      ];
    if (others.length > 0) return [`${needs}.`];
    const are = allowed.length === 1 ? "is an author" : "are authors";
    return [`${needs}, who ${are} of the change. Name another approver in the rule.`];
  });
}

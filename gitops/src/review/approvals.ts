import { groupBy } from "../grouping";
import { joinOr } from "../wording";
import type { Review } from "./review";

/**
 * Finds the rules that name the people who may approve, and that none of them approved, each in a sentence. The author of the change
 * never counts. `approvers` are the logins of the people who approved.
 */
export function findMissingApprovals(
  { violations, evidence: { author } }: Review,
  approvers: readonly string[],
): readonly string[] {
  const fold = (login: string) => login.toLowerCase();
  const named = violations.flatMap(({ rule, severity, approvers: allowed }) =>
    severity === "approve" && allowed !== undefined ? [{ rule, allowed }] : [],
  );
  const given = approvers.map(fold).filter((login) => author === undefined || login !== fold(author));
  return [...groupBy(named, ({ rule }) => rule)].flatMap(([rule, [{ allowed }]]) => {
    const isApproved = author !== undefined && allowed.some((login) => given.includes(fold(login)));
    if (isApproved) return [];
    const others = allowed.filter((login) => author === undefined || fold(login) !== fold(author));
    const needs = `The rule ${JSON.stringify(rule)} needs an approval by ${joinOr(others.length > 0 ? others : allowed)}`;
    if (author === undefined)
      return [
        `${needs}. The author of the change, who must not approve it, is unknown. Pass \`--author\` to the review. If several people changed main, revert the changes that break the rule, and propose them again one at a time.`,
      ];
    if (others.length > 0) return [`${needs}.`];
    return [`${needs}, who is the author of the change. Name another approver in the rule.`];
  });
}

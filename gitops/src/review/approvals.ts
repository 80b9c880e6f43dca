import { groupBy } from "../grouping";
import { joinOr } from "../wording";
import type { Review } from "./review";

/**
 * Finds the broken and edited rules that name the people who may approve, and that none of them approved, each in a sentence. An author
 * of the change never counts. `approvers` are the logins of the people who approved.
 */
export function findMissingApprovals(
  { violations, programChanges, evidence: { authors = [] } }: Review,
  approvers: readonly string[],
): readonly string[] {
  const fold = (login: string) => login.toLowerCase();
  const broken = violations.flatMap(({ rule, severity, approvers: allowed }) => {
    if (severity !== "approve" || allowed === undefined) return [];
    return [{ what: `The rule ${JSON.stringify(rule)}`, allowed, remedy: "Name another approver in the rule." }];
  });
  const edited = programChanges.flatMap(({ subject, approvers: allowed }) => {
    if (allowed === undefined) return [];
    const what = `The edit of the rule ${JSON.stringify(subject)}`;
    return [{ what, allowed, remedy: "Another person must propose the edit." }];
  });
  const isAuthor = (login: string) => authors.some((author) => fold(author) === fold(login));
  const given = approvers.filter((login) => !isAuthor(login)).map(fold);
  return [...groupBy([...broken, ...edited], ({ what }) => what)].flatMap(([what, [{ allowed, remedy }]]) => {
    const isApproved = authors.length > 0 && allowed.some((login) => given.includes(fold(login)));
    if (isApproved) return [];
    const others = allowed.filter((login) => !isAuthor(login));
    const needs = `${what} needs an approval by ${joinOr(others.length > 0 ? others : allowed)}`;
    if (authors.length === 0)
      return [
        `${needs}. The authors of the change, who must not approve it, are unknown. Pass \`--authors\` to the review. If a change has no pull or merge request, revert it, and propose it in one.`,
      ];
    if (others.length > 0) return [`${needs}.`];
    const are = allowed.length === 1 ? "is an author" : "are authors";
    return [`${needs}, who ${are} of the change. ${remedy}`];
  });
}

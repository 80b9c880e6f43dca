import { canonicalizeEmail } from "#provider";
import { hasEffect } from "../risks";
import { type Changes, isConcerned } from "./review";

/** The people behind logins: addresses by login. */
export type Logins = ReadonlyMap<string, string>;

/**
 * Returns the logins of the people who get more access by a change, or whose access the change may raise. If the preview hides people, each
 * login can be one of them.
 */
export function findBeneficiaries({ organizations, people, settings }: Changes, logins: Logins): readonly string[] {
  const gainers = [
    ...people
      .filter(isConcerned)
      .filter(({ risks }) => hasEffect(risks, "gives") || !hasEffect(risks, "takes"))
      .map(({ email }) => email),
    ...settings.flatMap(({ risks, people = [] }) =>
      hasEffect(risks, "gives") || hasEffect(risks, "unknown") ? people : [],
    ),
  ].map(canonicalizeEmail);
  const isHidden =
    organizations.some(({ risks }) => risks.includes("hidden")) || gainers.some((email) => !email.includes("@"));
  return [...logins]
    .filter(([, email]) => isHidden || gainers.includes(canonicalizeEmail(email)))
    .map(([login]) => login);
}

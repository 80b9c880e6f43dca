import { canonicalizeEmail, hasAdminRights } from "#provider";
import { includesLogin } from "../logins";
import { hasEffect, type Risk } from "../risks";
import { type Changes, isConcerned } from "./review";

/** The people behind logins: addresses by login. */
export type Logins = ReadonlyMap<string, string>;

/**
 * Returns the logins of the people who get more access by a change, or whose access the change may raise. If the preview hides people, each
 * login can be one of them. Access that names no person, such as an open project, goes to everyone who has no rights of an admin there.
 */
export function findBeneficiaries({ organizations, people, settings }: Changes, logins: Logins): readonly string[] {
  const gives = (risks: readonly Risk[]) => hasEffect(risks, "gives") || hasEffect(risks, "unknown");
  const gainers = [
    ...people
      .filter(isConcerned)
      .filter(({ risks }) => hasEffect(risks, "gives") || !hasEffect(risks, "takes"))
      .map(({ email }) => email),
    ...settings.flatMap(({ risks, people = [] }) => (gives(risks) ? people : [])),
  ].map(canonicalizeEmail);
  const isHidden =
    organizations.some(({ risks }) => risks.includes("hidden")) || gainers.some((email) => !email.includes("@"));
  const opened = settings
    .filter(({ section, risks, people = [] }) => section === "projects" && people.length === 0 && gives(risks))
    .map(({ organization }) => organization);
  const isAdmin = (email: string, organization: string) =>
    people.some(
      (one) =>
        one.organization === organization && canonicalizeEmail(one.email) === email && hasAdminRights(one.before?.role),
    );
  return [...logins]
    .map(([login, address]) => ({ login, email: canonicalizeEmail(address) }))
    .filter(({ email }) => isHidden || gainers.includes(email) || opened.some((one) => !isAdmin(email, one)))
    .map(({ login }) => login);
}

/** Returns logins with the other logins of the same people. */
export function addOtherLogins(given: readonly string[], logins: Logins): readonly string[] {
  const emails = [...logins].flatMap(([login, email]) => (includesLogin(given, login) ? canonicalizeEmail(email) : []));
  const others = [...logins].filter(
    ([login, email]) => emails.includes(canonicalizeEmail(email)) && !includesLogin(given, login),
  );
  return [...given, ...others.map(([login]) => login)];
}

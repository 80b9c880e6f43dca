import { describeReason, type Reason } from "../../access/reasons";
import { can, type FoundPerson } from "../../who/can";
import type { AccessObject, OrganizationAccess } from "../../who/source";
import { listFirst, quoteName } from "../../wording";
import type { TestFailure } from "./accessTest";
import type { ExpectedRole } from "./schema";

/** Describes the role that a test names, or any role, after `must have`. */
export function describeExpectedRole(role: ExpectedRole | undefined): string {
  if (role === undefined) return "a role";
  return typeof role === "string" ? `the role ${role}` : `the role ${role.atLeast} or a higher one`;
}

/** Describes the role of a person, or its absence, after a person and `but`. */
export function describeActualRole(actual: FoundPerson): string {
  const { isPresent, person } = actual;
  if (isPresent) {
    const [member, invited] = listHeldRoles(actual);
    return person?.status === "invited" ? invited : member;
  }
  if (person?.status === "expired") return "has only an expired invitation";
  return person?.status === "invited" ? "has only an invitation" : "has no role there";
}

/** Returns the descriptions of the role of a present person, with each status. */
export function listHeldRoles({ role, person }: FoundPerson): readonly [member: string, invited: string] {
  const name = role ?? person?.role ?? "unknown";
  return [`has the role ${name}`, `is invited with the role ${name}`];
}

/** Describes the role of a person, and what the person reaches in the organization. */
export function describeActualAccess(actual: FoundPerson): string {
  if (!actual.isPresent) return describeActualRole(actual);
  const others = actual.organization.objects.flatMap((object) => {
    const { reasons } = can(actual, object);
    return reasons.length === 0 ? [] : `${quoteName(object.path)} ${describeReasons(reasons)}`;
  });
  return `${describeActualRole(actual)} and reaches ${others.length === 0 ? "nothing" : listFirst(others, 3)}`;
}

/** Describes a project or cohort with its organization. */
export function describeObjectIn({ kind, path }: AccessObject, { name }: OrganizationAccess): string {
  return `${kind} ${quoteName(path)} in ${name}`;
}

/** Describes the reasons for access, in parentheses. */
export function describeReasons(reasons: readonly Reason[]): string {
  return `(${reasons.map(describeReason).join(", ")})`;
}

/** Reports if a failure says that a fact is not known, so that it cannot be compared with one before the change. */
export function lacksFact({ words }: TestFailure): boolean {
  return words.startsWith("Cannot know");
}

/** Joins sentences, without duplicates. */
export function joinSentences(sentences: readonly string[]): string {
  return [...new Set(sentences)].join(" ");
}

import { describeReason, type Reason } from "../../access/reasons";
import { can, type FoundPerson } from "../../who/can";
import type { AccessObject, OrganizationAccess } from "../../who/source";
import { listFirst, quoteName } from "../../wording";
import type { TestFailure } from "./accessTest";
import type { ExpectedRole } from "./schema";

export function describeExpectedRole(role: ExpectedRole | undefined): string {
  if (role === undefined) return "a role";
  return typeof role === "string" ? `the role ${role}` : `the role ${role.atLeast} or a higher one`;
}

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

export function describePlace({ kind, path }: AccessObject, { name }: OrganizationAccess): string {
  return `${kind} ${quoteName(path)} in ${name}`;
}

export function describeReasons(reasons: readonly Reason[]): string {
  return `(${reasons.map(describeReason).join(", ")})`;
}

/** Reports if a failure says that a fact is missing, so that two moments cannot be compared. */
export function isOnlyPossible({ words }: TestFailure): boolean {
  return words.startsWith("Cannot know");
}

export function joinSentences(sentences: readonly string[]): string {
  return [...new Set(sentences)].join(" ");
}

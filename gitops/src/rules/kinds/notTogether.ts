import * as z from "zod";
import { canonicalizeEmail } from "#provider";
import { listBriefly } from "#framework/messages";
import { groupBy } from "../../grouping";
import type { Person } from "../../model/organization";
import { personRole, type PersonRole } from "../../roles";
import { getValueOrReason, isHidden } from "../../hidden";
import type { ScopedOrganization, Scope } from "../scope";
import { createJointFinding, type Finding } from "../finding";
import { reportHiddenPeople } from "../hiddenFindings";
import { everything, organizations, type Selector, selectsOrganization } from "../selector";
import { joinAnd } from "../../wording";
import { defineKind } from "./kind";

const duty = z
  .strictObject({
    role: z
      .union([personRole, z.array(personRole).min(1, "must not be empty: add a role")])
      .meta({ description: "One role, or a list of roles. A person with any of these roles matches the entry." }),
    organizations: organizations.optional().meta({
      description:
        "The organizations: patterns of names or PRNs, or `{ like: …, except: … }`. The default is all organizations of the rule.",
    }),
  })
  .transform(({ role, organizations = everything }): Duty => ({ roles: [role].flat(), organizations }))
  .meta({ description: "Roles in some organizations." });

/** A duty: some roles in some organizations. Nobody may have two duties of a rule in different organizations. */
interface Duty {
  readonly roles: readonly PersonRole[];
  readonly organizations: Selector;
}

/** Separation of duties: no person has two of these roles. */
export const notTogether = defineKind({
  subject: "people",
  audit: { reads: ["people"] },
  description: "Roles in different organizations. A person must not match two of the entries in two organizations.",
  schema: z.array(duty).min(2, "must have at least two entries"),
  nameLimitsApply: (duties, object) =>
    object.noun === "organization"
      ? duties.map(({ organizations }) => selectsOrganization(organizations, object.organization) !== "no")
      : [],
  checkTogether: checkDuties,
});

/** The access of a person that is part of a duty. */
interface HeldRole {
  readonly scoped: ScopedOrganization;
  readonly person: Person;
  readonly isOnlyPossible: boolean;
}

function checkDuties(duties: readonly Duty[], scope: Scope): readonly Finding[] {
  const holders = duties.map((duty) => findHolders(duty, scope));
  const findings = holders.flatMap((first, index) =>
    holders.slice(index + 1).flatMap((second, offset) => {
      const about = JSON.stringify([index, index + 1 + offset]);
      return [...first].flatMap(([address, roles]) => compareHolders(roles, second.get(address) ?? [], about));
    }),
  );
  const affected = scope.organizations.filter(({ organization }) =>
    duties.some((duty) => selectsOrganization(duty.organizations, organization) !== "no"),
  );
  return [...findings, ...affected.flatMap(reportHiddenPeople)];
}

function findHolders({ roles, organizations }: Duty, scope: Scope): ReadonlyMap<string, readonly HeldRole[]> {
  const held = scope.organizations.flatMap((scoped): readonly HeldRole[] => {
    const selected = selectsOrganization(organizations, scoped.organization);
    if (selected === "no") return [];
    return scoped.people
      .filter(({ role }) => isHidden(role) || roles.includes(role))
      .map((person) => ({ scoped, person, isOnlyPossible: scoped.isOnlyPossible || selected === "perhaps" }));
  });
  return groupBy(held, ({ person }) => canonicalizeEmail(person.email));
}

/** Finds the organizations in which one person has both duties. One role in one organization counts once. */
function compareHolders(first: readonly HeldRole[], second: readonly HeldRole[], duties: string): readonly Finding[] {
  const isElsewhere = (held: HeldRole) => (other: HeldRole) => held.scoped !== other.scoped;
  const [firstElsewhere, secondElsewhere] = [
    first.filter((held) => second.some(isElsewhere(held))),
    second.filter((held) => first.some(isElsewhere(held))),
  ];
  const [held] = firstElsewhere;
  if (held === undefined) return [];
  const byOrganization = new Map([...firstElsewhere, ...secondElsewhere].map((held) => [held.scoped, held]));
  const { email } = held.person;
  const byName = [...byOrganization.values()].sort((a, b) => (a.scoped.name < b.scoped.name ? -1 : 1));
  const organizations = byName.map(({ scoped }) => scoped.organization);
  return [
    createJointFinding({
      words: `${email} has ${describeBoth(firstElsewhere, secondElsewhere)}.`,
      organizations,
      people: [email],
      objects: byName.map(({ scoped, person: { role } }) => `role ${getValueOrReason(role)} in ${scoped.name}`),
      possibleOrganizations: byName
        .filter(({ isOnlyPossible }) => isOnlyPossible)
        .map(({ scoped }) => scoped.organization),
      about: JSON.stringify([
        duties,
        canonicalizeEmail(email),
        byName
          .map(({ scoped: { organization }, person: { role } }) =>
            JSON.stringify([organization.key, isHidden(role) ? role.reason : ""]),
          )
          .sort(),
      ]),
      hasHidden: byName.some(({ isOnlyPossible, person }) => isOnlyPossible || isHidden(person.role)),
    }),
  ];
}

function describeBoth(first: readonly HeldRole[], second: readonly HeldRole[]): string {
  const [firstDuty, secondDuty] = [describeDuty(first), describeDuty(second)];
  const hasHiddenRole = [...first, ...second].some(({ person }) => isHidden(person.role));
  if (firstDuty === secondDuty) {
    return hasHiddenRole
      ? `${firstDuty}. If a hidden role is one that the rule names, this breaks the rule. Declare hidden roles as plain values, or keep a role in only one of these organizations`
      : `${firstDuty}, but the rule allows this in only one organization. Remove the roles in the others`;
  }
  return hasHiddenRole
    ? `${firstDuty} together with ${secondDuty}, but the rule may forbid this combination. Declare hidden roles as plain values, or remove one of the roles`
    : `${firstDuty} together with ${secondDuty}, but the rule forbids this combination. Remove one of these roles`;
}

/** Returns words such as `the role admin in acme-eu, acme-us and the role manager in acme-billing`. */
function describeDuty(held: readonly HeldRole[]): string {
  const byRole = groupBy(held, ({ person }) => (isHidden(person.role) ? "a hidden role" : `the role ${person.role}`));
  return joinAnd([...byRole].map(([role, all]) => `${role} in ${listBriefly(all.map(({ scoped }) => scoped.name))}`));
}

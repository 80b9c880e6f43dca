import * as z from "zod";
import { type Role, key, role as oneRole } from "#provider";
import { listBriefly } from "#framework";
import type { Person } from "../../access/access";
import { isHidden } from "../../preview/resource";
import { type Finding, reportHiddenPeople, type Requirement, type Concerned, type Scope } from "../scope";
import { everything, organizations, type Selector, selectsOrganization } from "../selector";
import { joinAnd } from "../../wording";

const duty = z
  .strictObject({
    role: z
      .union([oneRole, z.array(oneRole).min(1, "must name a role")])
      .meta({ description: "The role, or several roles, each of which counts." }),
    organizations: organizations.optional().meta({
      description:
        "The organizations: patterns of names, or `{ like: …, except: … }`. All organizations of the rule if not set.",
    }),
  })
  .transform(({ role, organizations = everything }): Duty => ({ roles: [role].flat(), organizations }))
  .meta({ description: "Roles in some organizations." });

interface Duty {
  readonly roles: readonly Role[];
  readonly organizations: Selector;
}

/** Separation of duties: nobody has two of these roles. */
export const notTogether = z
  .array(duty)
  .min(2, "must have at least two entries")
  .transform(
    (duties): Requirement =>
      (scope) =>
        checkDuties(duties, scope),
  )
  .optional()
  .meta({ description: "Roles in different organizations. A person may have only one of them." });

/** The access of a person that is part of a duty. */
interface Held {
  readonly concerned: Concerned;
  readonly person: Person;
  readonly unsure: boolean;
}

function checkDuties(duties: readonly Duty[], scope: Scope): readonly Finding[] {
  const held = duties.map((one) => findHolders(one, scope));
  const findings = held.flatMap((first, index) =>
    held.slice(index + 1).flatMap((second, offset) => {
      const about = JSON.stringify([index, index + 1 + offset]);
      return [...first].flatMap(([address, mine]) => compareHolders(mine, second.get(address) ?? [], about));
    }),
  );
  const untold = scope.organizations.filter(({ organization }) =>
    duties.some((one) => selectsOrganization(one.organizations, organization) !== "no"),
  );
  return [...findings, ...untold.flatMap(reportHiddenPeople)];
}

function findHolders({ roles, organizations }: Duty, scope: Scope): ReadonlyMap<string, readonly Held[]> {
  const found = new Map<string, Held[]>();
  for (const concerned of scope.organizations) {
    const selected = selectsOrganization(organizations, concerned.organization);
    if (selected === "no") continue;
    for (const person of concerned.people) {
      if (!isHidden(person.role) && !roles.includes(person.role)) continue;
      const held = { concerned, person, unsure: concerned.unsure || selected === "perhaps" };
      found.set(key(person.email), [...(found.get(key(person.email)) ?? []), held]);
    }
  }
  return found;
}

/** Finds the organizations in which one person has both duties. One role in one organization counts once. */
function compareHolders(first: readonly Held[], second: readonly Held[], duties: string): readonly Finding[] {
  const differs = (one: Held) => (other: Held) => one.concerned !== other.concerned;
  const [mine, theirs] = [
    first.filter((one) => second.some(differs(one))),
    second.filter((one) => first.some(differs(one))),
  ];
  const [some] = mine;
  if (some === undefined) return [];
  const places = new Map([...mine, ...theirs].map((one) => [one.concerned, one]));
  const { email } = some.person;
  const byName = [...places.values()].sort((a, b) => (a.concerned.name < b.concerned.name ? -1 : 1));
  const organizations = byName.map(({ concerned }) => concerned.organization);
  return [
    {
      words: `${email} has ${describeBoth(mine, theirs)} away.`,
      organizations,
      people: [email],
      unsure: byName.filter(({ unsure }) => unsure).map(({ concerned }) => concerned.organization),
      about: JSON.stringify([duties, key(email), organizations.map((one) => one.key).sort()]),
      extent: 0,
    },
  ];
}

function describeBoth(mine: readonly Held[], theirs: readonly Held[]): string {
  const [one, other] = [describeDuty(mine), describeDuty(theirs)];
  if (one === other) return `${one}, but the rule allows only one of them: take the others`;
  return `${one} together with ${other}, but the rule forbids both: take one of them`;
}

/** Returns words such as `the role admin in acme-eu, acme-us and the role manager in acme-billing`. */
function describeDuty(held: readonly Held[]): string {
  const byRole = new Map<string, string[]>();
  for (const { person, concerned } of held) {
    const role = isHidden(person.role) ? "a hidden role" : `the role ${person.role}`;
    byRole.set(role, [...(byRole.get(role) ?? []), concerned.name]);
  }
  return joinAnd([...byRole].map(([role, names]) => `${role} in ${listBriefly(names)}`));
}

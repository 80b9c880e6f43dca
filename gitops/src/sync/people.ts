import { isRecord, type Values } from "#framework";
import { omitAbsent } from "#framework/definitions";
import { canonicalizeEmail, createMatcher, role as roleSchema, type RosterEntry } from "#provider";
import type { LayoutOrganization } from "#layout";
import type { LayoutFiles } from "../edit/layoutFiles";
import { listRoleEntries, setRole } from "../edit/people";
import { createRemoval, createRoleEdit } from "../edit/personEdits";
import { describeInvitedRole, formatAccess, getRank, getRoleName } from "../roles";
import type { Adoption } from "../edit/adopt";
import { getPersonAccess } from "../edit/proof";
import type { Difference } from "./difference";

/** The people of an organization. */
export interface ComparedPeople {
  readonly files: LayoutFiles;
  readonly declared: LayoutOrganization;
  /** The statuses of people that the provider reads, by address. */
  readonly statuses: unknown;
  /** The addresses for which the provider finds a difference. */
  readonly changed: readonly string[];
  /** Members, and the pending invitations of other people. */
  readonly present: readonly RosterEntry[];
}

/** Lists the people with another role than the declared one, and those who are only in the organization or only in the layout. */
export function comparePeople(people: ComparedPeople): readonly Difference[] {
  const { declared, statuses, changed, present } = people;
  const isIgnored = createMatcher(declared.roster.ignore);
  const [names, states] = [indexByAddress(declared.members), indexByAddress(isRecord(statuses) ? statuses : {})];
  const live = new Map(present.map((person) => [canonicalizeEmail(person.email), person]));
  // The provider finds no difference for an undeclared owner, and for an expired invitation that the roster ignores.
  const undeclared = [...live.keys()].filter((address) => !names.has(address) && !isIgnored(address));
  const expired = [...names.keys()].filter((address) => states.has(address) && !live.has(address));
  return [...new Set([...changed.map(canonicalizeEmail), ...undeclared, ...expired])].map((address) => {
    const [name, person] = [names.get(address), live.get(address)];
    if (name === undefined && person !== undefined) return describeUndeclared(people, person);
    if (name !== undefined && person !== undefined) return describeOtherRole(people, name, person);
    return describeAbsent(people, name ?? address, states.has(address));
  });
}

/** Returns the addresses of a map in its spelling, by canonical address. */
function indexByAddress(map: Values): ReadonlyMap<string, string> {
  return new Map(Object.keys(map).map((email) => [canonicalizeEmail(email), email]));
}

function describeUndeclared(people: ComparedPeople, person: RosterEntry): Difference {
  const { email, kind } = person;
  const ended = getPersonAccess(people.declared, email)?.lastDay;
  return {
    ...identify(people, email),
    declared: ended === undefined ? "no role" : `no role since ${ended}`,
    live: describePerson(person),
    undo: isOwner(person)
      ? "changes nothing, because the provider never removes owners"
      : kind === "member"
        ? "removes the person"
        : "revokes the invitation",
    adoption: adoptRole(people, email, person),
  };
}

function describeOtherRole(people: ComparedPeople, email: string, person: RosterEntry): Difference {
  const role = people.declared.members[email] ?? "";
  const undo =
    person.kind === "member" ? `sets the role ${role}` : `invites the person again ${describeInvitedRole(role)}`;
  return {
    ...identify(people, email),
    declared: getRoleName(role),
    live: describePerson(person),
    undo: isOwner(person) ? "fails, because an owner keeps the role" : undo,
    adoption: adoptRole(people, email, person),
  };
}

/** Describes a declared person who has left, was removed, has declined, or whose invitation has expired. */
function describeAbsent(people: ComparedPeople, email: string, hasExpired: boolean): Difference {
  const { members, roster } = people.declared;
  const role = members[email] ?? "";
  return {
    ...identify(people, email),
    ...(!hasExpired && { gone: true }),
    declared: getRoleName(role),
    live: hasExpired ? "an expired invitation" : "neither a member nor invited",
    undo:
      hasExpired && roster.onExpired === "ignore"
        ? "changes nothing, because `roster.onExpired` is `ignore`"
        : `invites the person again ${describeInvitedRole(role)}`,
    adoption: createRemoval(email, [people.declared.name]),
  };
}

function identify({ declared }: ComparedPeople, email: string) {
  return { organization: declared.name, subject: email, name: email };
}

function adoptRole(people: ComparedPeople, email: string, person: RosterEntry): Adoption | string {
  const { files, declared } = people;
  const { success, data: role } = roleSchema.safeParse(person.role);
  if (!success) return `This version does not know the role ${person.role}. Update \`peridio-gitops\`.`;
  // An end that has passed is declared only without a role afterwards.
  const { role: declaredRole, lastDay, afterwards } = getPersonAccess(declared, email) ?? {};
  const entries = listRoleEntries(files, email, declared.name);
  const own = entries.find(({ team }) => team === undefined);
  const counting = own === undefined ? entries : [own];
  const hasEnd = counting.length > 0 && counting.every(({ value }) => isRecord(value) && "until" in value);
  if (hasEnd && (lastDay === undefined || declaredRole === undefined))
    return "An end of this access has passed. To renew the access, use `peridio-gitops grant` with another `--until`.";
  if (lastDay !== undefined && (role === "owner" || (afterwards !== undefined && getRank(role) <= getRank(afterwards))))
    return `The live role ${role} cannot have the declared end. To keep the role without an end, use \`peridio-gitops grant ${email} --organization ${declared.name} --role ${role} --no-end\`.`;
  const entry = omitAbsent(isRecord(own?.value) ? { ...own.value, role } : { role, until: lastDay, afterwards });
  return {
    effect: `declares the role ${role}${lastDay === undefined ? "" : `, and keeps its end`}`,
    edit: (edited) => {
      setRole(edited, email, declared.name, Object.keys(entry).length === 1 ? role : entry);
    },
    prove: createRoleEdit(email, declared.name, { role, lastDay, afterwards }).prove,
  };
}

function describePerson(person: RosterEntry): string {
  const owner = isOwner(person) && person.role !== "owner" ? ["owner"] : [];
  return formatAccess(person.role, person.kind === "invitation" ? ["invited"] : owner);
}

function isOwner(person: RosterEntry): boolean {
  return person.kind === "member" && person.isOwner;
}

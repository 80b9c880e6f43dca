import { listBriefly } from "#framework";
import { findClosest } from "#framework/documents";
import { canonicalizeEmail, createMatcher } from "#provider";
import type { Model } from "../model/model";
import type { Access } from "../model/organization";
import { groupBy } from "../grouping";
import { isWithheld } from "../withheld";
import { getMailbox } from "./aliases";
import type { Rule } from "./rule";
import { type Selector, selectsOrganization } from "./selector";

/** The people that a review or some layouts contain. */
export interface KnownPeople {
  /** The addresses by mailbox. */
  readonly mailboxes: ReadonlyMap<string, readonly string[]>;
  /** The mailboxes whose other spellings another sentence names. */
  readonly aliased: ReadonlySet<string>;
  readonly emails: readonly string[];
  readonly domains: ReadonlySet<string>;
  readonly rosters: readonly Roster[];
}

/** A roster that ignores people, who may be in the organization without a declaration. */
interface Roster {
  readonly isSelected: (organizations: Selector) => boolean;
  readonly isIgnored: (email: string) => boolean;
}

/** `aliased` are addresses whose other spellings another sentence names. By default, none. */
export function createKnownPeople(
  emails: Iterable<string>,
  rosters: readonly Roster[],
  aliased: readonly string[] = [],
): KnownPeople {
  const addresses = [...new Set([...emails].map(canonicalizeEmail))];
  return {
    mailboxes: groupBy(addresses, getMailbox),
    aliased: new Set(aliased.map(getMailbox)),
    emails: addresses,
    domains: new Set(addresses.map(getDomain)),
    rosters,
  };
}

function getDomain(text: string): string {
  return canonicalizeEmail(text).replace(/^.*@/, "");
}

/** An address or a pattern of a rule that nobody matches, perhaps because of a typing error. */
export interface UnknownPerson {
  readonly text: string;
  /** The address or pattern that was probably meant. */
  readonly closest: string | undefined;
}

/**
 * Reports an address that nobody has. A pattern may match nobody today. So may an address in a rule that forbids all access, or one that
 * the roster of a selected organization ignores. Those are reported only if their domain is almost that of known people, or if a known
 * person has another spelling of the address.
 */
export function findUnknownPerson(
  text: string,
  { forbidsAccess, organizations }: Pick<Rule, "forbidsAccess" | "organizations">,
  known: KnownPeople,
): UnknownPerson | undefined {
  const domain = getDomain(text);
  const isPattern = text.includes("*");
  const isIgnored = known.rosters.some((roster) => roster.isSelected(organizations) && roster.isIgnored(text));
  const isNearby = !isIgnored && !domain.includes("*") && !known.domains.has(domain);
  const closest = isNearby ? findClosest(domain, known.domains) : undefined;
  if (closest !== undefined) return { text, closest: `${text.replace(/@[^@]*$/, "")}@${closest}` };
  const mailbox = isPattern ? "" : getMailbox(text);
  const spellings = known.mailboxes.get(mailbox) ?? [];
  if (spellings.includes(canonicalizeEmail(text)) || known.aliased.has(mailbox)) return undefined;
  if (isPattern || ((forbidsAccess || isIgnored) && spellings.length === 0)) return undefined;
  return { text, closest: spellings[0] ?? findClosest(text, known.emails) };
}

/** Finds rules that name people that no reviewed stack declares, each in a sentence. An address may be misspelled. */
export function findUnknownPeople(
  rules: readonly Rule[],
  { before, after, declarations }: Pick<Model, "before" | "after" | "declarations">,
): readonly string[] {
  const members = [...after.organizations.values()].flatMap(({ people }) => [...people.keys()]);
  const rosters = [before, after].flatMap(({ organizations }, index) =>
    declarations.flatMap((declaration): readonly Roster[] => {
      const side = index === 0 ? "before" : "after";
      const organization = organizations.get(declaration.organization[side] ?? "");
      const ignored = declaration[side]?.people?.declared.ignore;
      if (organization === undefined || ignored === undefined || isWithheld(ignored)) return [];
      const isSelected = (selector: Selector) => selectsOrganization(selector, organization) !== "no";
      return [{ isSelected, isIgnored: createMatcher(ignored) }];
    }),
  );
  const known = createKnownPeople([before, after].flatMap(listEmails), rosters, members);
  return rules.flatMap((rule) => {
    const { name, people } = rule;
    const unknown = people.like.flatMap((text) => findUnknownPerson(text, rule, known) ?? []);
    if (unknown.length === 0) return [];
    const texts = unknown.map(({ text, closest }) =>
      closest === undefined ? text : `${text} (did you mean ${closest}?)`,
    );
    return [
      `The rule ${JSON.stringify(name)} names ${listBriefly(texts)}, but no known person in this review has such an address. If the rule should apply, correct the address under \`people\`, or add the previews of the stacks that declare the person.`,
    ];
  });
}

/** Returns the addresses of all people, of members of groups, and of people with direct grants. */
function listEmails({ organizations }: Access): readonly string[] {
  return [...organizations.values()].flatMap(({ people, owner, objects: { groups, invitedMembers, projects } }) => [
    ...people.keys(),
    ...(typeof owner === "string" ? [owner] : []),
    ...groups.flatMap(({ members = [] }) => members),
    ...invitedMembers.map(({ email }) => email),
    ...projects.flatMap(({ users }) => users),
  ]);
}

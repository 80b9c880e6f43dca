import { listBriefly } from "#framework";
import { findClosest } from "#framework/documents";
import { canonicalizeEmail, createMatcher } from "#provider";
import type { DeclaredState } from "../model/declaration";
import type { Model } from "../model/model";
import type { Access } from "../model/organization";
import { groupBy } from "../grouping";
import { isWithheld } from "../withheld";
import { getMailbox } from "./aliases";
import type { Rule } from "./rule";

/** The people that a review or some layouts contain. */
export interface KnownPeople {
  /** The addresses by mailbox. */
  readonly mailboxes: ReadonlyMap<string, readonly string[]>;
  /** The mailboxes whose other spellings another sentence names. */
  readonly aliased: ReadonlySet<string>;
  readonly emails: readonly string[];
  readonly domains: ReadonlySet<string>;
  /** Reports if a roster ignores the address, so that the person may be in the organization without a declaration. */
  readonly isIgnored: (email: string) => boolean;
}

/** `aliased` are addresses whose other spellings another sentence names. `ignored` are the patterns of rosters. */
export function createKnownPeople(
  emails: Iterable<string>,
  { aliased = [], ignored = [] }: { readonly aliased?: readonly string[]; readonly ignored?: readonly string[] } = {},
): KnownPeople {
  const addresses = [...new Set([...emails].map(canonicalizeEmail))];
  return {
    mailboxes: groupBy(addresses, getMailbox),
    aliased: new Set(aliased.map(getMailbox)),
    emails: addresses,
    domains: new Set(addresses.map(getDomain)),
    isIgnored: createMatcher(ignored),
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
 * Reports an address that nobody has and no roster ignores. A pattern may match nobody today, and so may an address in a rule that forbids all access. Those are
 * reported only if their domain is almost that of known people, or if a known person has another spelling of the address.
 */
export function findUnknownPerson(
  text: string,
  { forbidsAccess, known }: { readonly forbidsAccess: boolean; readonly known: KnownPeople },
): UnknownPerson | undefined {
  const domain = getDomain(text);
  const isPattern = text.includes("*");
  if (!isPattern && known.isIgnored(text)) return undefined;
  const isNearby = !domain.includes("*") && !known.domains.has(domain);
  const closest = isNearby ? findClosest(domain, known.domains) : undefined;
  if (closest !== undefined) return { text, closest: `${text.replace(/@[^@]*$/, "")}@${closest}` };
  const mailbox = isPattern ? "" : getMailbox(text);
  const spellings = known.mailboxes.get(mailbox) ?? [];
  if (spellings.includes(canonicalizeEmail(text)) || known.aliased.has(mailbox)) return undefined;
  if (isPattern || (forbidsAccess && spellings.length === 0)) return undefined;
  return { text, closest: spellings[0] ?? findClosest(text, known.emails) };
}

/** Finds rules that name people that no reviewed stack declares, each in a sentence. An address may be misspelled. */
export function findUnknownPeople(
  rules: readonly Rule[],
  { before, after, declarations }: Pick<Model, "before" | "after" | "declarations">,
): readonly string[] {
  const members = [...after.organizations.values()].flatMap(({ people }) => [...people.keys()]);
  const known = createKnownPeople([before, after].flatMap(listEmails), {
    aliased: members,
    ignored: declarations.flatMap((one) => [one.before, one.after].flatMap(listIgnored)),
  });
  return rules.flatMap(({ name, people, forbidsAccess }) => {
    const unknown = people.like.flatMap((text) => findUnknownPerson(text, { forbidsAccess, known }) ?? []);
    if (unknown.length === 0) return [];
    const texts = unknown.map(({ text, closest }) =>
      closest === undefined ? text : `${text} (did you mean ${closest}?)`,
    );
    return [
      `The rule ${JSON.stringify(name)} names ${listBriefly(texts)}, but no known person in this review has such an address. If the rule should apply, correct the address under \`people\`, or add the previews of the stacks that declare the person.`,
    ];
  });
}

function listIgnored(state: DeclaredState | undefined): readonly string[] {
  const ignore = state?.people?.declared.ignore ?? [];
  return isWithheld(ignore) ? [] : ignore;
}

/** Returns the addresses of all people, of members of groups, and of people with direct grants. */
function listEmails({ organizations }: Access): readonly string[] {
  return [...organizations.values()].flatMap(({ people, owner, objects: { groups, invitedMembers, projects } }) => [
    ...people.keys(),
    ...(typeof owner === "string" ? [owner] : []),
    ...groups.flatMap(({ members = [] }) => members),
    ...invitedMembers.map(({ email }) => email),
    ...projects.flatMap(({ users = [] }) => users),
  ]);
}

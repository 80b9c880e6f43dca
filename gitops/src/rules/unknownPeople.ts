import { findClosest } from "#framework/documents";
import { canonicalizeEmail } from "#provider";
import { groupBy } from "../grouping";
import { getMailbox } from "./aliases";
import type { Rule } from "./rule";
import { matches, type Selector } from "./selector";

/** The people that a review or some layouts contain. */
export interface KnownPeople {
  /** The addresses by mailbox (`getMailbox`), because one person can have several spellings of an address. */
  readonly mailboxes: ReadonlyMap<string, readonly string[]>;
  /** The mailboxes whose other spellings another sentence names. */
  readonly aliased: ReadonlySet<string>;
  readonly emails: readonly string[];
  readonly domains: ReadonlySet<string>;
  readonly rosters: readonly Roster[];
}

/** A roster that ignores people, who may be in the organization without a declaration. */
export interface Roster {
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

/**
 * Reports an address that nobody has, with the address or pattern of known people that was probably meant. A pattern may match nobody
 * today. So may an address in a rule that forbids all access, or one that the roster of a selected organization ignores. Those are
 * reported only if their domain is almost that of known people, or if a known person has another spelling of the address.
 */
export function findUnknownPerson(
  text: string,
  { forbidsAccess, organizations }: Pick<Rule, "forbidsAccess" | "organizations">,
  known: KnownPeople,
): { readonly closest: string | undefined } | undefined {
  const domain = getDomain(text);
  const isPattern = text.includes("*");
  const isIgnored = known.rosters.some((roster) => roster.isSelected(organizations) && roster.isIgnored(text));
  const isNearby = !isIgnored && !domain.includes("*") && !known.domains.has(domain);
  const nearby = isNearby ? findClosest(domain, known.domains) : undefined;
  if (nearby !== undefined) {
    const repaired = `${text.replace(/@[^@]*$/, "")}@${nearby}`;
    const isDeclared = known.emails.some((email) => matches([repaired], email, "i"));
    return { closest: isDeclared ? repaired : isPattern ? undefined : findClosest(text, known.emails) };
  }
  const mailbox = isPattern ? "" : getMailbox(text);
  const spellings = known.mailboxes.get(mailbox) ?? [];
  if (spellings.includes(canonicalizeEmail(text)) || known.aliased.has(mailbox)) return undefined;
  if (isPattern || ((forbidsAccess || isIgnored) && spellings.length === 0)) return undefined;
  return { closest: spellings[0] ?? findClosest(text, known.emails) };
}

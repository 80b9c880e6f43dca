import {
  type BillingSettings,
  type Invitation,
  type Organization,
  type Peridio,
  type RosterEntry,
  type SecuritySettings,
  canonicalizeEmail,
} from "#provider";
import { findLastExpired } from "../access/expired";
import { describeUnreadable } from "../access/unreadable";
import { type LiveOrganization, listOrganizations, settleAll, readEachOrganization } from "../model/live";
import { chooseOrganizations, rejectNoOrganization } from "../organizations";
import { type AccessInventory, readAccessInventory } from "./accessInventory";
import { CommandError } from "../exit";
import { compareTexts, joinAnd } from "../wording";

/** The contents of one organization that layouts can declare. */
export interface Inventory {
  readonly organization: Organization;
  /** Members and pending invitations, one entry a person, by address. */
  readonly people: readonly (Pick<RosterEntry, "kind" | "email" | "role"> & Pick<Invitation, "groupId">)[];
  /** The newest expired invitation of every person without another one, by address. */
  readonly expired: readonly Pick<Invitation, "email" | "role" | "expiresAt" | "sentAt">[];
  /** Undefined if the API has none. */
  readonly security: SecuritySettings | undefined;
  /** Undefined if the API has none. */
  readonly billing: BillingSettings | undefined;
  /** Undefined if the API has none. */
  readonly access: AccessInventory | undefined;
}

/**
 * Reads the organizations that match a pattern, in which `*` stands for any characters; without patterns, all that
 * the API key can see. Sorts by name.
 * @throws CommandError if there is none, a pattern matches none, or one cannot be read.
 */
export async function readInventories(api: Peridio, patterns: readonly string[]): Promise<readonly Inventory[]> {
  const visible = await listOrganizations(api);
  rejectNoOrganization(visible);
  const chosen = chooseOrganizations(patterns, visible, "that this API key can see");
  const { readings, unreadable } = await readEachOrganization(chosen, readInventory);
  if (unreadable.length > 0) throw new CommandError(describeUnreadable(unreadable).join("\n"));
  return readings;
}

async function readInventory(live: LiveOrganization): Promise<Inventory> {
  const [{ members, pending }, expired, security, billing, access] = await settleAll([
    live.people(),
    live.expiredInvitations(),
    live.security(),
    live.billing(),
    live.has("projects") ? readAccessInventory(live) : undefined,
  ]);
  const people = [...members, ...pending].sort(compareAddresses);
  return {
    organization: live.listed,
    people,
    expired: findLastExpired(expired, people).toSorted(compareAddresses),
    security,
    billing,
    access,
  };
}

function compareAddresses(a: { readonly email: string }, b: { readonly email: string }): number {
  return compareTexts(canonicalizeEmail(a.email), canonicalizeEmail(b.email));
}

/** Returns the spelling of an e-mail address in a layout. */
export type Spelling = (email: string) => string;

/**
 * Chooses one spelling for each address, because case does not matter and a layout has one entry a person. The spelling
 * of an account wins over that of an invitation.
 */
export function chooseSpelling(inventories: readonly Inventory[]): Spelling {
  const people = inventories.flatMap(({ people }) => people);
  const spellings = new Map<string, string>();
  for (const kind of ["member", "invitation"] as const) {
    const emails = people.filter((person) => person.kind === kind).map(({ email }) => email);
    for (const email of emails.sort(compareTexts))
      if (!spellings.has(canonicalizeEmail(email))) spellings.set(canonicalizeEmail(email), email);
  }
  return (email) => spellings.get(canonicalizeEmail(email)) ?? email;
}

/** The facts that an API may not report, with their names in sentences. */
const names = {
  owner: "owners",
  description: "descriptions",
  contactEmail: "contact e-mail addresses",
  security: "security settings",
  billing: "billing settings",
} as const;

export type OptionalFact = keyof typeof names;

/** The names of these facts. */
export const optionalFacts = Object.keys(names).filter((name): name is OptionalFact => name in names);

/** Lists the facts that the API does not report. It reports the same facts for all organizations. */
export function findUnreported(inventories: readonly Inventory[]): readonly OptionalFact[] {
  const getReportedFacts = ({ organization, people, ...others }: Inventory): Record<OptionalFact, boolean> => ({
    // With Avocado Connect, the roles show the owners.
    owner: organization.owner !== undefined || people.some(({ role }) => role === "owner"),
    description: organization.description !== undefined,
    contactEmail: organization.contactEmail !== undefined,
    security: others.security !== undefined,
    billing: others.billing !== undefined,
  });
  const reported = inventories.map(getReportedFacts);
  return optionalFacts.filter((name) => reported.some((facts) => !facts[name]));
}

/** Returns words such as `owners and billing settings`. */
export function describeUnreported(unreported: readonly OptionalFact[]): string {
  return joinAnd(unreported.map((name) => names[name]));
}

import { type Access, nameOf, type Organization, type Person } from "../access/access";
import { type Exemption, exemptsOrganization, exemptsPerson } from "./exemption";
import type { Finding } from "./finding";
import type { LastDays } from "./lastDays";
import { amongWords, type Selector, selectsOrganization, selectsPerson } from "./selector";

/** What a rule looks at. */
export interface Scope {
  /** By name. */
  readonly organizations: readonly Concerned[];
  /** The day, UTC, such as `2027-01-31`. */
  readonly today: string;
  /** Undefined if nothing tells last days. */
  readonly lastDays: LastDays | undefined;
}

/** An organization that a rule is about. */
export interface Concerned {
  readonly organization: Organization;
  readonly name: string;
  /** Whether the rule is only perhaps about it, since nothing tells its name. */
  readonly unsure: boolean;
  /** Whom of its people the rule is about, as the rest of a sentence; empty for everybody. */
  readonly among: string;
  /** The people in it that the rule is about, by address. */
  readonly everybody: readonly Person[];
  /** The same, without those who are exempt. */
  readonly people: readonly Person[];
}

/** What of the rule is about whom. */
interface Aim {
  readonly organizations: Selector;
  readonly people: Selector;
  readonly exempt: readonly Exemption[];
}

export function scopeOf(aim: Aim, access: Access, { today, lastDays }: Pick<Scope, "today" | "lastDays">): Scope {
  const exempt = aim.exempt.filter(({ until }) => until >= today);
  const organizations = [...access.organizations.values()].flatMap((organization): readonly Concerned[] => {
    const selected = selectsOrganization(aim.organizations, organization);
    if (selected === "no" || exempt.some((one) => exemptsOrganization(one, organization))) return [];
    const everybody = peopleIn(organization).filter(({ email }) => selectsPerson(aim.people, email));
    const people = everybody.filter(({ email }) => !exempt.some((one) => exemptsPerson(one, email, organization)));
    const [name, unsure] = [nameOf(organization), selected === "perhaps"];
    return [{ organization, name, unsure, among: amongWords(aim.people), everybody, people }];
  });
  return { organizations: organizations.sort(byName), today, lastDays };
}

function byName(a: Concerned, b: Concerned): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.organization.key < b.organization.key ? -1 : 1;
}

/** Everybody who is known to be in an organization, by address. */
export function peopleIn({ people }: Organization): readonly Person[] {
  return [...people].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, person]) => person);
}

/** What is said of a finding besides its words. */
interface Details {
  readonly people?: readonly string[];
  readonly about?: string;
  readonly extent?: number;
}

/** Something that is wrong in one organization. */
export function findingIn({ organization, unsure }: Concerned, words: string, details: Details = {}): Finding {
  const { people = [], about = "", extent = 0 } = details;
  return {
    words,
    organizations: [organization],
    people,
    unsure: unsure ? [organization] : [],
    about: JSON.stringify([organization.key, about]),
    extent,
  };
}

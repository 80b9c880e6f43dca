import {
  ApiError,
  byAge,
  type BillingSettings,
  type Feature,
  type Invitation,
  type Organization,
  type Peridio,
  type Place,
  type SecuritySettings,
} from "../../../provider/src/api";
import { key } from "../../../provider/src/resources/people/roster";
import { choice } from "../choice";
import { Failure } from "../failure";
import { byText } from "./order";

/** What Peridio has of one organization, as far as layouts speak of it. */
export interface Inventory {
  readonly organization: Organization;
  /** Members and invitations that wait, one entry a person, by address. */
  readonly people: readonly Pick<Place, "kind" | "email" | "role">[];
  /** The newest expired invitation of everybody who has nothing else, by address. */
  readonly expired: readonly Pick<Invitation, "email" | "role" | "expiresAt" | "sentAt">[];
  /** Undefined where the API has none. */
  readonly security: SecuritySettings | undefined;
  /** Undefined where the API has none. */
  readonly billing: BillingSettings | undefined;
}

/**
 * Everything of the organizations whose names fit one of the patterns, in which `*` stands for any characters; without patterns, of all that
 * the key can see. By name.
 * @throws Failure if there is none, a pattern fits none, or one of them cannot be read.
 */
export async function inventories(peridio: Peridio, patterns: readonly string[]): Promise<readonly Inventory[]> {
  const visible: Organization[] = [];
  for await (const organization of peridio.organizations.list()) visible.push(organization);
  if (visible.length === 0) {
    throw new Failure("This API key can see no organization: use a key of somebody who is in one.");
  }
  const names = visible.map(({ name }) => name);
  const isMeant = choice(patterns, names, "that this key can see");
  const wanted = visible.filter(({ name }) => isMeant(name)).sort((a, b) => byText(a.name, b.name));
  const reads = await Promise.allSettled(wanted.map((organization) => inventory(peridio, organization)));
  const reasons = reads.flatMap((read) => (read.status === "rejected" ? [messageOf(read.reason)] : []));
  if (reasons.length > 0) throw new Failure(reasons.join("\n"));
  return reads.flatMap((read) => (read.status === "fulfilled" ? [read.value] : []));
}

async function inventory(peridio: Peridio, organization: Organization): Promise<Inventory> {
  const { id, name } = organization;
  const reads = [
    peridio.roster.list(id),
    peridio.roster.expired(id),
    unlessLacking(peridio, "securitySettings", () => peridio.securitySettings.get(id)),
    unlessLacking(peridio, "billingSettings", () => peridio.billingSettings.get(id)),
  ] as const;
  try {
    // Nothing is under way any more when the command has failed.
    await Promise.allSettled(reads);
    const [people, expired, security, billing] = await Promise.all(reads);
    return {
      organization,
      people: [...people].sort(byAddress),
      expired: lasting(expired, people),
      security,
      billing,
    };
  } catch (error) {
    throw error instanceof ApiError ? new Failure(`${name} cannot be read: ${error.message}`) : error;
  }
}

/** Asks for nothing that the API does not have. */
async function unlessLacking<T>(peridio: Peridio, feature: Feature, ask: () => Promise<T>): Promise<T | undefined> {
  return peridio.lacks(feature) === undefined ? ask() : undefined;
}

/** Whoever has been invited again, or has joined in another way, lacks nothing. Of several invitations the newest counts. */
function lasting(expired: readonly Invitation[], people: readonly Place[]): readonly Invitation[] {
  const there = new Set(people.map(({ email }) => key(email)));
  const found = new Map<string, Invitation>();
  for (const invitation of [...expired].sort(byAge)) {
    if (!there.has(key(invitation.email))) found.set(key(invitation.email), invitation);
  }
  return [...found.values()].sort(byAddress);
}

function byAddress(a: { readonly email: string }, b: { readonly email: string }): number {
  return byText(key(a.email), key(b.email));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

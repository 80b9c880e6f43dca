import { type UsageCounts, type Organization, type ResourceType, type State, type Tier } from "../model/state";
import { conflict } from "./errors";

/** The limits of a new organization. */
export const defaultLimits: Readonly<Record<ResourceType, number>> = {
  products: 100,
  devices: 10_000,
  users: 50,
  api_keys: 100,
  webhooks: 25,
};

/** The highest possible limits; null for none. */
export const maximumLimits: Readonly<Record<ResourceType, number | null>> = {
  products: null,
  devices: null,
  users: 500,
  api_keys: 1000,
  webhooks: 100,
};

/**
 * The limits of each plan, from Peridio's page about plans. `users` and `devices` are absent where the page gives no number: startup is
 * sold by the seat, and enterprise has no fixed limits.
 */
export const plans: Readonly<Record<Tier, PlanLimits>> = {
  development: { users: 1, devices: 1, max_tunnels: 1, max_claim_tokens: 2 },
  startup: { devices: 20, max_tunnels: 5, max_claim_tokens: 10 },
  teams: { users: 2, devices: 100, max_tunnels: 25, max_claim_tokens: 10 },
  pro: { users: 25, devices: 500, max_tunnels: 25, max_claim_tokens: 50 },
  enterprise: { max_tunnels: null, max_claim_tokens: null },
};

interface PlanLimits {
  readonly users?: number;
  readonly devices?: number;
  readonly max_tunnels: number | null;
  readonly max_claim_tokens: number | null;
}

/** Counts an organization's resources against its limits. Invitations do not count as users. */
export function countUsage(
  state: State,
  // An organization counts objects in `belongings`, and can also store objects in a list with the name of their limit, such as `webhooks`.
  organization: Organization & Readonly<Partial<Record<ResourceType, readonly object[]>>>,
): Record<ResourceType, number> {
  const { id, members, belongings } = organization;
  const count = (type: ResourceType & keyof UsageCounts) => belongings[type] + (organization[type]?.length ?? 0);
  return {
    products: count("products"),
    devices: count("devices"),
    users: members.length,
    api_keys: Object.values(state.api_keys).filter(({ organization_id }) => organization_id === id).length,
    webhooks: count("webhooks"),
  };
}

/** @throws ApiError if the organization's limit is below `count` */
export function checkLimit({ limits }: Organization, type: ResourceType, count: number): void {
  const limit = limits[type];
  if (count > limit) throw conflict("limit_reached", { resource_type: type, limit });
}

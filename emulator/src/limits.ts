import { conflict } from "./errors";
import type { Organization, ResourceType, State } from "./state";

/** What a new organization gets. */
export const defaultLimits: Readonly<Record<ResourceType, number>> = {
  products: 100,
  devices: 10_000,
  users: 50,
  api_keys: 100,
  webhooks: 25,
};

/** How far a limit can be raised; null means without bound. */
export const maximumLimits: Readonly<Record<ResourceType, number | null>> = {
  products: null,
  devices: null,
  users: 500,
  api_keys: 1000,
  webhooks: 100,
};

/** How many the organization has now; invitations are no users yet. */
export function used(state: State, { id, members, belongings }: Organization): Record<ResourceType, number> {
  return {
    products: belongings.products,
    devices: belongings.devices,
    users: members.length,
    api_keys: Object.values(state.api_keys).filter(({ organization_id }) => organization_id === id).length,
    webhooks: belongings.webhooks,
  };
}

/** Checks that the organization may have that many of something. @throws Refusal if its limit is lower */
export function checkLimit({ limits }: Organization, type: ResourceType, count: number): void {
  const limit = limits[type];
  if (count > limit) throw conflict("limit_reached", { resource_type: type, limit });
}

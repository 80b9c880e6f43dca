import type { Lack } from "#framework";
import { UnsupportedError } from "../errors";
import type { Feature, Role } from "../model";
import type { Wire } from "./schemas";

const memberRole: Lack = {
  reason: "Peridio's Admin API has no role `member`, which only Avocado Connect has: declare developer or viewer",
  inAll: null,
};

/** What only Avocado Connect has. */
export function lacks(feature: Feature): Lack | undefined {
  return feature === "role member" ? memberRole : undefined;
}

/** @throws UnsupportedError for the one role that this API does not have */
export function roleOnWire(role: Role): Wire["role"] {
  if (role === "member") throw new UnsupportedError(memberRole);
  return role;
}

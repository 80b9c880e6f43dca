import type { UnsupportedFeature } from "#framework";
import { UnsupportedError } from "../errors";
import type { Feature, Role } from "../model";
import type { Wire } from "./schemas";

const memberRole: UnsupportedFeature = {
  reason: "Peridio's Admin API has no role `member`, which only Avocado Connect has: use `developer` or `viewer`",
  overview: null,
};

/** Explains a feature that only Avocado Connect has. */
export function explainUnsupported(feature: Feature): UnsupportedFeature | undefined {
  return feature === "role member" ? memberRole : undefined;
}

/** @throws UnsupportedError for the only role that this API does not have */
export function toWireRole(role: Role): Wire["role"] {
  if (role === "member") throw new UnsupportedError(memberRole);
  return role;
}

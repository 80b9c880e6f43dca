import type { UnsupportedFeature } from "#framework";
import { UnsupportedError } from "../errors";
import type { Feature, Role } from "../model";
import type { Wire } from "./schemas";

const alternative =
  "use Avocado Connect: set `peridio:backend` or the environment variable PERIDIO_BACKEND to `connect`";
const remedy = `remove them from the program, or ${alternative}`;

const reasons = {
  "role member":
    "Peridio's Admin API has no role `member`, which only Avocado Connect has: use `developer` or `viewer`",
  groups: `Peridio's Admin API has no groups: ${remedy}`,
  projects: `Peridio's Admin API has no projects or cohorts: ${remedy}`,
  tunnelPolicies: `Peridio's Admin API has no tunnel policies: remove the call to \`getTunnelPolicy\`, or ${alternative}`,
  claimTokens: `Peridio's Admin API has no claim tokens: ${remedy}`,
  webhooks: `The provider manages no webhooks with Peridio's Admin API: ${remedy}`,
  apiTokens: `The provider manages no API tokens with Peridio's Admin API: ${remedy}`,
} satisfies Partial<Record<Feature, string>>;

/** A feature that only Avocado Connect has. */
export type Unsupported = keyof typeof reasons;

export function explainUnsupported(feature: Feature): UnsupportedFeature | undefined {
  return isUnsupported(feature) ? explain(feature) : undefined;
}

/** Rejects with `UnsupportedError`. */
export async function rejectUnsupported(feature: Unsupported): Promise<never> {
  return Promise.reject(new UnsupportedError(explain(feature)));
}

function isUnsupported(feature: Feature): feature is Unsupported {
  return Object.hasOwn(reasons, feature);
}

function explain(feature: Unsupported): UnsupportedFeature {
  return { reason: reasons[feature], overview: null };
}

/** @throws UnsupportedError for the only role that this API does not have */
export function toWireRole(role: Role): Wire["role"] {
  if (role === "member") throw new UnsupportedError(explain("role member"));
  return role;
}

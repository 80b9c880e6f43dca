import type { Feature, Lack } from "../port";

const memberRole: Lack = {
  reason: "Peridio's Admin API has no role `member`, which is one of Avocado Connect: declare developer or viewer",
  inAll: null,
};

/** What only Avocado Connect has. */
export function lacks(feature: Feature): Lack | undefined {
  return feature === "role member" ? memberRole : undefined;
}

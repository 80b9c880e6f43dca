import type { UnsupportedFeature } from "#framework";
import type { Collection } from "../connect/collection";
import { collections } from "../connect/collections";

const alternative =
  "use Avocado Connect: set `peridio:backend` or the environment variable PERIDIO_BACKEND to `connect`";

/** The only role that this API does not have. */
export const memberRole: UnsupportedFeature = {
  reason: "Peridio's Admin API has no role `member`, which only Avocado Connect has: use `developer` or `viewer`",
  overview: null,
};

/** Explains that only Avocado Connect serves these objects. */
export function explainAbsence<Operations>({
  absence,
  remedy = "remove them from the program",
}: Collection<Operations>): UnsupportedFeature {
  return { reason: `${absence}: ${remedy}, or ${alternative}`, overview: null };
}

export function explainUnsupported(feature: string): UnsupportedFeature | undefined {
  if (feature === "role member") return memberRole;
  const missing = Object.values(collections).find((collection) => collection.feature === feature);
  return missing && explainAbsence<unknown>(missing);
}

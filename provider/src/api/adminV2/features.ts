import type { UnsupportedFeature } from "#framework";
import type { Collection } from "../connect/collection";
import { collections } from "../connect/collections";
import { providerSettings, type SettingNames } from "../settingNames";

/** The roles that this API does not have. */
export const missingRoles = {
  member: {
    reason: "Peridio's Admin API has no role `member`, which only Avocado Connect has: use `developer` or `viewer`",
  },
  owner: {
    reason:
      "Peridio's Admin API has no role `owner`, which only Avocado Connect has: use `admin`, and name the owner in an " +
      "OrganizationOwner (in a layout, `owner`)",
  },
} satisfies Readonly<Record<string, UnsupportedFeature>>;

/** Explains that only Avocado Connect serves these objects. */
export function explainAbsence<Operations>(
  { absence, remedy = "remove them from the program" }: Collection<Operations>,
  { backend }: SettingNames,
): UnsupportedFeature {
  return { reason: `${absence}: ${remedy}, or use Avocado Connect: set ${backend} to \`connect\`` };
}

/** Explains that an organization of a layout is in Avocado Connect. */
function explainConnection({ backend }: SettingNames): UnsupportedFeature {
  return {
    reason:
      `The provider uses the Admin API, but the organization is in Avocado Connect: set ${backend} to \`connect\`, ` +
      "or set `connection` on the Layout to a connection to the Admin API",
  };
}

export function explainUnsupported(feature: string, settings = providerSettings): UnsupportedFeature | undefined {
  if (feature === "role member") return missingRoles.member;
  if (feature === "role owner") return missingRoles.owner;
  if (feature === "backend connect") return explainConnection(settings);
  const missing = Object.values(collections).find((collection) => collection.feature === feature);
  return missing && explainAbsence<unknown>(missing, settings);
}

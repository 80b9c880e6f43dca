import type { UnsupportedFeature } from "#framework";
import { UnsupportedError } from "../errors";

const reasons = {
  createOrganization:
    "Avocado Connect cannot create an organization: create it in Peridio's console, " +
    "or set `name` to the slug of an existing organization",
  /** `displayName`. */
  renameOrganization:
    "Avocado Connect cannot rename an organization: remove `displayName` from the program, or declare the name that the " +
    "provider last read",
  deleteOrganization:
    "Avocado Connect cannot delete organizations: ask Peridio's support to delete the organization. To keep it, " +
    "set `deletionPolicy: retain` on the Organization, run `pulumi up`, and then delete the resource",
  /** The blockers of a deletion. */
  deletionReadiness:
    "Avocado Connect cannot delete organizations, so it does not report their deletion readiness: " +
    "remove the call to `getDeletionReadiness`",
  /** `description` and `contactEmail`. */
  organizationDetails:
    "Avocado Connect does not support `description` or `contactEmail` of organizations: remove these properties from the program",
  ownership:
    "Avocado Connect has no single owner, but a role `owner`: declare this role for people, and remove the OrganizationOwner (in " +
    "a layout, `owner`) from the program",
  securitySettings:
    "Avocado Connect cannot manage security settings: remove the SecurityPolicy (in a layout, `security`) from the program",
  billingSettings:
    "Avocado Connect cannot manage billing settings: remove the BillingSettings (in a layout, `billing`) from the program",
  /** The time of a member's last activity. */
  activity: "Avocado Connect does not report when members were last active: remove the filter `inactiveForDays`",
  /** The presence of a member's second factor. */
  secondFactor: "Avocado Connect does not report second factors: remove the filter `withoutTwoFactor`",
  /** An organization of a layout whose connection is the Admin API. */
  "backend admin-v2":
    "The provider uses Avocado Connect, but the organization is in the Admin API: set the backend of the provider " +
    "(`peridio:backend`) to `admin-v2`, or set `connection` on the Layout to a connection to Avocado Connect",
  "role manager": explainRole("manager", ", or `admin` for more permissions"),
  "role developer": explainRole("developer"),
  "role viewer": explainRole("viewer"),
};

function explainRole(role: string, otherwise = ""): string {
  return (
    `Avocado Connect has no role ${role}: use \`member\`${otherwise}. ` +
    "A `member` has access to every project unless the project sets `everyoneEnabled: false`"
  );
}

/** A feature that Avocado Connect does not have. */
export type MissingFeature = keyof typeof reasons;

export function explainUnsupported(feature: string): UnsupportedFeature | undefined {
  return isMissing(feature) ? explain(feature) : undefined;
}

/** Rejects with `UnsupportedError`. */
export async function rejectUnsupported(feature: MissingFeature): Promise<never> {
  return Promise.reject(createUnsupportedError(feature));
}

export function createUnsupportedError(feature: MissingFeature): UnsupportedError {
  return new UnsupportedError(explain(feature));
}

function isMissing(feature: string): feature is MissingFeature {
  return Object.hasOwn(reasons, feature);
}

function explain(feature: MissingFeature): UnsupportedFeature {
  return { reason: reasons[feature] };
}

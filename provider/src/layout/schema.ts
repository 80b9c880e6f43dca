import validRange from "semver/ranges/valid";
import * as z from "zod";
import { canonicalizeEmail, roles } from "../api";
import { billingSettings } from "../resources/billingSettings";
import { organization } from "../resources/organization";
import { organizationMembers } from "../resources/organizationMembers";
import { securityPolicy } from "../resources/securityPolicy";
import { declaredAllowlist } from "../types/allowlist";
import { backend } from "../types/backend";
import { connectionName } from "../types/connection";
import { email } from "../types/email";
import { end } from "../types/end";
import { role } from "../types/role";
import { accessKeys, tunnels } from "./accessSchema";
import { formerTeams } from "./formerTeams";

/** The schema of layouts: of layout files and, with the names of types in the SDKs, of the Layout component. Resources check their own inputs again. */

const security = securityPolicy.inputs
  .omit({ organizationId: true })
  .extend({
    ipAllowlist: declaredAllowlist.optional().meta({
      description:
        "The addresses that can access the organization through the console and the API: at most 100 blocks. Each " +
        "block is a text such as `203.0.113.0/24`, or an object such as `{ cidr: 203.0.113.0/24, description: " +
        "Berlin office }`. An empty list permits every address. An organization's list replaces the whole list of " +
        "the defaults. The list also applies to this provider. If the list excludes the provider's address, " +
        "Peridio refuses the provider's requests. The provider therefore rejects a new list, and a list that loses " +
        "addresses, unless the list contains all of `peridio:runnerCidrs` or the layout sets `allowLockout`. The " +
        "provider writes the list after the people and the other settings of the organization. Order does not matter.",
    }),
  })
  .strict()
  .meta({ id: "LayoutSecurity", description: "The security settings of an organization, as in SecurityPolicy." });

const billing = billingSettings.inputs
  .omit({ organizationId: true })
  .strict()
  .meta({ id: "LayoutBilling", description: "The billing settings of an organization, as in BillingSettings." });

const roster = organizationMembers.inputs
  .omit({ organizationId: true, members: true, groups: true, lastDays: true, rolesAfterwards: true })
  .strict()
  .meta({
    id: "LayoutRoster",
    description: "The limits of changes to a roster, and the people that it ignores, as in OrganizationMembers.",
  });

const { name, displayName, description, contactEmail, forceDestroy, deletionPolicy } = organization.inputs.shape;

/** An API in which some organizations of a layout are. */
export const connection = z
  .strictObject({
    backend: backend.meta({
      description: "The API: `admin-v2` for the Admin API, or `connect` for Avocado Connect.",
    }),
  })
  .meta({ id: "LayoutConnection", description: "An API in which some organizations of a layout are." });

const shared = {
  connection: z.string().optional().meta({
    description:
      "The name of the organization's connection, from `connections`. Required if the layout has `connections`.",
  }),
  contactEmail,
  forceDestroy,
  deletionPolicy,
  owner: email.optional().meta({
    description:
      "The e-mail address of the owner, who must be a member with the role admin. A change transfers the " +
      "ownership. If omitted, the owner does not change. Not supported by Avocado Connect.",
  }),
  roster: roster
    .optional()
    .meta({ description: "The limits of changes to the roster, and the people that it ignores." }),
  security: security.optional().meta({
    description:
      "The security settings. The provider does not change settings that the layout has never declared. If a " +
      "setting is removed from the layout, it returns to Peridio's default. Not supported by Avocado Connect.",
  }),
  tunnels: tunnels.optional().meta({
    description:
      "The rules for tunnels to the devices of the organization. The provider does not change rules that the layout has never " +
      "declared. If a rule is removed from the layout, the update removes the rule. Only Avocado Connect supports these rules.",
  }),
  billing: billing.optional().meta({
    description:
      "The billing settings. The provider does not change settings that the layout has never declared. If a " +
      "setting is removed from the layout, it returns to Peridio's default. Not supported by Avocado Connect.",
  }),
};

/** The entry of an organization in a layout. */
export const organizationEntry = z
  .strictObject({ displayName, description, ...shared, ...accessKeys })
  .meta({ id: "LayoutOrganization", description: "An organization of a layout." });

const until = end.optional().meta({
  description:
    "The end of access: the last day (UTC), such as `2027-01-31`, or a moment with a time zone, such as " +
    "`2027-01-31T08:00Z`. From then on, this entry gives no access, and the next update removes the person. If " +
    "several teams give a person access, the latest of the ends applies.",
});

const afterwards = role.optional().meta({
  description:
    "The role after `until`, without an end: a lower one than `role`. The next update after the end gives the person " +
    "this role and removes nobody. Default: none.",
});

/** A role with an end. */
export const roleEntry = z
  .strictObject({ role: role.meta({ description: "The person's role." }), until, afterwards })
  .superRefine(({ role, until, afterwards }, context) => {
    const refuse = (key: "until" | "afterwards", message: string) => {
      context.addIssue({ code: "custom", message, path: [key] });
    };
    if (role === "owner" && until !== undefined) {
      refuse(
        "until",
        "is not possible for an owner: the provider never removes owners. Remove `until`, or declare another role",
      );
    } else if (afterwards === undefined) return;
    else if (until === undefined)
      refuse("afterwards", `requires an end: add \`until\` for the role ${role}, or remove \`afterwards\``);
    else if (roles.indexOf(afterwards) <= roles.indexOf(role)) {
      const relation = afterwards === role ? "the same role as" : "a higher role than";
      refuse("afterwards", `is ${relation} \`role\`: declare a lower role than ${role}, or remove \`afterwards\``);
    }
  })
  .meta({ id: "LayoutRole", description: "A person's role in an organization, with an optional end." });

const noRole = z
  .enum(["none"])
  .meta({ id: "NoRole", description: "The entry of a person who gets no role in an organization from a team." });

/** The role of a person or team in an organization, or the entry of a person without one. */
export const grant = z.union([role, noRole, roleEntry]);

/** The addresses of a team. */
export const team = z.array(email).superRefine((emails, context) => {
  const addresses = new Set<string>();
  emails.forEach((address, index) => {
    if (!addresses.has(canonicalizeEmail(address))) {
      addresses.add(canonicalizeEmail(address));
      return;
    }
    context.addIssue({ code: "custom", message: "is already in the team: keep one of the two", path: [index] });
  });
});

const requires = z
  .string()
  .superRefine((range, context) => {
    if (validRange(range) !== null) return;
    context.addIssue({ code: "custom", message: 'must be a version range, such as ">=0.1 <1"' });
  })
  .optional()
  .meta({
    description: 'The versions of the provider that support this layout: a semver range in quotes, such as ">=0.1 <1".',
  });

const organizations = { description: "The organizations by their unique names, which cannot change." };

const teams = z.record(
  z.string().regex(/^[^@]+$/, "must not contain @: a key with @ is the e-mail address of a person"),
  team,
);

/** A layout file whose former key is renamed. */
export const layoutFile = z.strictObject({
  $schema: z.string().optional().meta({ description: "The path or URL of the JSON Schema of layouts, for editors." }),
  requires,
  defaults: z
    .strictObject(shared)
    .meta({
      id: "LayoutDefaults",
      description: "The default settings of the organizations in a layout.",
    })
    .optional()
    .meta({
      description:
        "The default settings of all organizations. An organization can override each setting separately. Lists " +
        "and `apiKeyRotation` are not merged: an organization's value replaces the whole default.",
    }),
  organizations: z.record(name, organizationEntry.nullable()).optional().meta(organizations),
  connections: z
    .record(connectionName, connection)
    .optional()
    .meta({
      description:
        "The connections to Peridio by name, for organizations in different APIs or with different API keys. A stack " +
        "manages the organizations of one connection.",
    }),
  teams: teams.optional().meta({
    description:
      "Teams: lists of e-mail addresses, by name of the team. In `people`, the name of a team can take the place of " +
      "an e-mail address.",
  }),
  people: z
    .record(z.string(), z.record(z.string(), grant, "must be a map of roles, such as `{ acme-dev: viewer }`"))
    .optional()
    .meta({
      description:
        "The role of each person or team in each organization, by e-mail address or name of the team, and then by " +
        "name of the organization. For each organization, a person's own entry overrides the entries of the " +
        "person's teams. A person with the entry `none` gets no role from a team.",
    }),
});

const useTeams = "Use `teams` instead. The next version does not accept this former name.";

/** Everything that a layout file can contain, including the former key. Editors and SDKs mark this key as deprecated. */
export const acceptedLayout = layoutFile.extend({
  [formerTeams]: teams.optional().meta({ description: useTeams, deprecation: useTeams }),
});

/** A layout as properties of the component: the same as in a file, but Pulumi drops an organization that is null. */
export const inlineLayout = z.object({
  ...acceptedLayout.omit({ $schema: true }).shape,
  organizations: z.record(name, organizationEntry).optional().meta(organizations),
});

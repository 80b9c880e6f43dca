import validRange from "semver/ranges/valid";
import * as z from "zod";
import { canonicalizeEmail } from "../api";
import { billingSettings } from "../resources/billingSettings";
import { organization } from "../resources/organization";
import { organizationMembers } from "../resources/organizationMembers";
import { securityPolicy } from "../resources/securityPolicy";
import { declaredAllowlist } from "../types/allowlist";
import { email } from "../types/email";
import { role } from "../types/role";

/** The schema of layouts: of a file and, with the names of the SDKs' types, of the Layout component. Resources check their own inputs. */

const security = securityPolicy.inputs
  .omit({ organizationId: true })
  .extend({
    ipAllowlist: declaredAllowlist.optional().meta({
      description:
        "The addresses that may reach the console and the API, at most 100 blocks such as `203.0.113.0/24` or " +
        "`{ cidr: 203.0.113.0/24, description: Berlin office }`. An empty list permits every address. The list replaces " +
        "the complete list of the defaults. The list also applies to this provider. If the list excludes the provider's " +
        "address, Peridio refuses the provider's requests. Order does not matter.",
    }),
  })
  .strict()
  .meta({ id: "LayoutSecurity", description: "The security settings of an organization, as in SecurityPolicy." });

const billing = billingSettings.inputs
  .omit({ organizationId: true })
  .strict()
  .meta({ id: "LayoutBilling", description: "The billing settings of an organization, as in BillingSettings." });

const roster = organizationMembers.inputs
  .omit({ organizationId: true, members: true })
  .strict()
  .meta({ id: "LayoutRoster", description: "The guardrails of a roster, as in OrganizationMembers." });

const { name, displayName, description, contactEmail, forceDestroy, deletionPolicy } = organization.inputs.shape;

const shared = {
  contactEmail,
  forceDestroy,
  deletionPolicy,
  owner: email.optional().meta({
    description:
      "The e-mail address of the owner, who must be an admin. A change transfers the ownership. If omitted, the owner " +
      "does not change.",
  }),
  roster: roster.optional().meta({ description: "The guardrails of the roster." }),
  security: security.optional().meta({
    description:
      "The security settings. The provider ignores settings that were never declared. A setting that leaves the layout " +
      "returns to the API's default.",
  }),
  billing: billing.optional().meta({
    description:
      "The billing settings. The provider ignores settings that were never declared. A setting that leaves the layout " +
      "returns to the API's default.",
  }),
};

/** The entry of an organization. */
export const organizationEntry = z
  .strictObject({ displayName, description, ...shared })
  .meta({ id: "LayoutOrganization", description: "An organization of a layout." });

const until = z.iso.date({ error: "must be a date, such as 2027-01-31" }).optional().meta({
  description:
    "The last day of access (UTC), such as `2027-01-31`. From the next day on, the layout does not declare the person.",
});

/** A role with a last day. */
export const roleEntry = z
  .strictObject({ role: role.meta({ description: "The person's role." }), until })
  .meta({ id: "LayoutRole", description: "A person's role in an organization, with an optional last day." });

/** The role of a person or group in an organization. */
export const grant = z.union([role, roleEntry]);

/** The addresses of a group. */
export const group = z
  .array(email)
  .min(1, "must contain an e-mail address: add one, or remove the group")
  .superRefine((emails, context) => {
    const addresses = new Set<string>();
    emails.forEach((address, index) => {
      if (!addresses.has(canonicalizeEmail(address))) {
        addresses.add(canonicalizeEmail(address));
        return;
      }
      context.addIssue({ code: "custom", message: "is already in the group: keep one of the two", path: [index] });
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

/** A layout file. */
export const layoutFile = z.strictObject({
  $schema: z.string().optional().meta({ description: "The JSON Schema of layouts, for editors." }),
  requires,
  defaults: z
    .strictObject(shared)
    .meta({
      id: "LayoutDefaults",
      description: "The settings of every organization in a layout that does not override them.",
    })
    .optional()
    .meta({
      description:
        "The settings of every organization that does not override them. An organization overrides each setting " +
        "separately.",
    }),
  organizations: z.record(name, organizationEntry.nullable()).optional().meta(organizations),
  groups: z
    .record(z.string().regex(/^[^@]+$/, "must not contain @: a key with @ is the e-mail address of a person"), group)
    .optional()
    .meta({
      description:
        "Groups of people: lists of e-mail addresses, by name of the group. Use a group in `people` like a person.",
    }),
  people: z
    .record(z.string(), z.record(z.string(), grant))
    .optional()
    .meta({
      description:
        "The roles of people, by e-mail address or group, and by name of the organization. A person's entry overrides " +
        "the groups of the person.",
    }),
});

/** A layout as properties of the component: the same as in a file, but Pulumi drops an organization that is null. */
export const inlineLayout = z.object({
  ...layoutFile.omit({ $schema: true }).shape,
  organizations: z.record(name, organizationEntry).optional().meta(organizations),
});

import * as z from "zod";
import { billingSettings } from "../resources/billingSettings";
import { organization } from "../resources/organization";
import { organizationMembers } from "../resources/organizationMembers";
import { securityPolicy } from "../resources/securityPolicy";
import { role } from "../types/role";

const security = securityPolicy.inputs
  .omit({ organizationId: true })
  .meta({ id: "LayoutSecurity", description: "The security settings of an organization, as of a SecurityPolicy." });

const billing = billingSettings.inputs
  .omit({ organizationId: true })
  .meta({ id: "LayoutBilling", description: "The billing settings of an organization, as of a BillingSettings." });
const roster = organizationMembers.inputs.omit({ organizationId: true, members: true }).meta({
  id: "LayoutRoster",
  description: "How the roster of an organization is kept, as of an OrganizationMembers.",
});

const { contactEmail, forceDestroy, deletionPolicy } = organization.inputs.shape;

const whole = {
  contactEmail,
  forceDestroy,
  deletionPolicy,
  owner: z.string().optional().meta({
    description: "The e-mail address of the owner, one of the admins. Another one transfers the ownership.",
  }),
  security: security.optional().meta({ description: "The security settings to declare." }),
  billing: billing.optional().meta({ description: "The billing settings to declare." }),
  roster: roster.optional().meta({ description: "How the roster is kept." }),
};

const laidOut = organization.inputs
  .omit({ name: true })
  .extend(whole)
  .meta({ id: "LayoutOrganization", description: "One organization of a layout." });

const place = z
  .object({
    role: role.meta({ description: "What the person may do." }),
    until: z.string().optional().meta({
      description: "The last day of it, UTC, such as `2027-01-31`. From the next day on, the person is not declared.",
    }),
  })
  .meta({ id: "LayoutPlace", description: "A person's place in an organization, for as long as it lasts." });

/** What a layout file says, as properties of a program. The reader of layouts checks it; this is how SDKs show it. */
export const inline = z.object({
  organizations: z.record(z.string(), laidOut).optional().meta({ description: "The organizations, by name." }),
  people: z
    .record(z.string(), z.record(z.string(), z.union([role, place])))
    .optional()
    .meta({ description: "Who may do what where: by e-mail address or group, and by the name of the organization." }),
  groups: z.record(z.string(), z.array(z.string())).optional().meta({
    description: "Names for several people: lists of e-mail addresses, to be used in `people` like a person.",
  }),
  defaults: z
    .object(whole)
    .meta({ id: "LayoutDefaults", description: "What every organization of a layout has unless it says otherwise." })
    .optional()
    .meta({ description: "What every organization has unless it says otherwise." }),
  requires: z.string().optional().meta({
    description: "The versions of the provider that understand the layout: a semver range such as `>=0.1 <1`.",
  }),
});

import * as z from "zod";
import validRange from "semver/ranges/valid";
import { billingSettings } from "../resources/billingSettings";
import { organization } from "../resources/organization";
import { organizationMembers } from "../resources/organizationMembers";
import { key } from "../roster/declaration";
import { securityPolicy } from "../resources/securityPolicy";
import { declaredAllowlist } from "../resources/settings/allowlist";
import { email } from "../types/email";
import { role } from "../types/role";

/** What one layout file may say. Whatever a resource checks is checked by that resource's own schema. */

const security = securityPolicy.inputs
  .omit({ organizationId: true })
  .extend({
    ipAllowlist: declaredAllowlist.optional().meta({
      description:
        "The addresses that may reach the console and the API, at most 100 blocks such as `203.0.113.0/24` or " +
        "`{ cidr: 203.0.113.0/24, description: Berlin office }`; empty means any. Replaces the list of the defaults as a whole.",
    }),
  })
  .strict();

const billing = billingSettings.inputs.omit({ organizationId: true }).strict();

const roster = organizationMembers.inputs.omit({ organizationId: true, members: true }).strict();

const { name, displayName, description, contactEmail, forceDestroy, deletionPolicy } = organization.inputs.shape;

const owner = email.optional().meta({
  description:
    "Who shall own the organization: the address of somebody who is an admin of it. Another one transfers the ownership. Left out, it stays with whoever has it.",
});

const shared = {
  contactEmail,
  forceDestroy,
  deletionPolicy,
  owner,
  roster: roster.optional().meta({ description: "How carefully people are removed from the organization." }),
  security: security.optional().meta({
    description:
      "The security settings. One that was never said is not touched; one that was said before goes back to its initial value.",
  }),
  billing: billing.optional().meta({
    description:
      "The billing settings. One that was never said is not touched; one that was said before goes back to its initial value.",
  }),
};

/** What is said of one organization. */
export const organizationEntry = z.strictObject({ displayName, description, ...shared });

/** The last day of a place in an organization. */
const until = z.iso.date({ error: "is not a date, such as 2027-01-31" }).meta({
  description: "The last day, UTC, such as `2027-01-31`. From the next day on the person is no longer declared.",
});

/** A role and its last day. */
export const roleEntry = z
  .strictObject({ role, until: until.optional() })
  .meta({ description: "A role that may end on a day." });

/** What somebody may do in an organization, and until when. */
export const grant = z.union([role, roleEntry]);

/** Everybody in a group. */
export const group = z
  .array(email)
  .min(1, "must name somebody, or be removed")
  .superRefine((people, context) => {
    const seen = new Set<string>();
    people.forEach((person, index) => {
      if (!seen.has(key(person))) {
        seen.add(key(person));
        return;
      }
      context.addIssue({ code: "custom", message: "is in the group already: keep one of the two", path: [index] });
    });
  });

const requires = z
  .string()
  .superRefine((range, context) => {
    if (validRange(range) !== null) return;
    context.addIssue({ code: "custom", message: 'is not a range of versions, such as ">=0.1 <1"' });
  })
  .meta({
    description: 'Which versions of the provider understand this layout: a semver range in quotes, such as ">=0.1 <1".',
  });

export const layoutFile = z.strictObject({
  $schema: z.string().optional().meta({ description: "For editors: where the JSON Schema of layouts is." }),
  requires: requires.optional(),
  defaults: z.strictObject(shared).optional().meta({
    description: "What holds for every organization that does not say otherwise. Settings are overridden one by one.",
  }),
  organizations: z
    .record(name, organizationEntry.nullable())
    .optional()
    .meta({ description: "The organizations by their unique names, which never change." }),
  groups: z
    .record(z.string().regex(/^[^@]+$/, "must not contain @, which tells people from groups"), group)
    .optional()
    .meta({ description: "People who get the same roles: lists of e-mail addresses by the name of the group." }),
  people: z
    .record(z.string(), z.record(z.string(), grant))
    .optional()
    .meta({
      description:
        "Who may do what: for each e-mail address, or group, the roles by organization. " +
        "What is said of a person wins over what is said of the person's groups.",
    }),
});

import * as z from "zod";
import type { Organization } from "../access/access";
import { matches, organizationPattern, personPattern, selectsOrganization } from "./selector";

/** Somebody or something that a rule does not bind until a day. One for good is an `except` of the rule. */
export const exemption = z
  .strictObject({
    person: personPattern.optional().meta({
      description: "The e-mail address, in which `*` stands for any characters. Everybody if not set.",
    }),
    organization: organizationPattern.optional().meta({
      description: "The name or PRN of the organization, in which `*` stands for any characters. All if not set.",
    }),
    until: z.iso.date({ error: "is not a date, such as 2027-01-31" }).meta({
      description: "The last day of the exemption, UTC, such as `2027-01-31`. An exemption for good is an `except`.",
    }),
    because: z.string().min(1, "must not be empty").meta({ description: "Why." }),
  })
  .superRefine(({ person, organization }, context) => {
    if (person !== undefined || organization !== undefined) return;
    context.addIssue({ code: "custom", message: "exempts everything: name a `person`, an `organization` or both" });
  })
  .meta({
    description:
      "Whom or what the rule does not bind, until when and why: a `person`, an `organization`, or the person there.",
  });

export type Exemption = z.output<typeof exemption>;

/** Whether it exempts an organization as a whole. */
export function exemptsOrganization({ person, organization }: Exemption, one: Organization): boolean {
  return person === undefined && isThere(organization, one);
}

/** Whether it exempts somebody in an organization. */
export function exemptsPerson({ person, organization }: Exemption, email: string, one: Organization): boolean {
  return (person === undefined || matches([person], email, "i")) && isThere(organization, one);
}

function isThere(organization: string | undefined, one: Organization): boolean {
  if (organization === undefined) return true;
  // An organization without a name is not exempt by a pattern of names: that would be a guess.
  return selectsOrganization({ like: [organization], except: [] }, one) === "yes";
}

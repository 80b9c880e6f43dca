import * as z from "zod";
import { accessInputs } from "../access/access";
import { groupName, objectName } from "../access/names";
import { canonicalizeEmail } from "../api";
import { group } from "../resources/group";
import { tunnelRules } from "../resources/tunnelPolicy";
import { email } from "../types/email";

/** The schema of groups, projects and cohorts in layouts. Other checks find unknown people and groups. */

/** An e-mail address, or the name of a team, which contains no @. */
const personOrTeam = z.string().superRefine((text, context) => {
  if (!text.includes("@")) return;
  for (const { message } of email.safeParse(text).error?.issues ?? []) context.addIssue({ code: "custom", message });
});

const people = z
  .array(personOrTeam)
  .superRefine(rejectRepetition((text) => (text.includes("@") ? canonicalizeEmail(text) : text)));

/** The access to a project or a cohort. */
export const accessEntry = z
  .strictObject({
    users: people.optional().meta({
      description:
        "The people with a direct grant: e-mail addresses, or names of the layout's teams. Each person must have a " +
        "role in the organization. Default: none.",
    }),
    groups: z.array(z.string()).superRefine(rejectRepetition(String)).optional().meta({
      description: "The groups with a grant: names of groups of this organization in the layout. Default: none.",
    }),
  })
  .meta({ id: "LayoutAccess", description: "The people and groups with a grant for a project or a cohort." });

/** The tunnel policy of an organization or a cohort. */
export const tunnels = z
  .strictObject(tunnelRules)
  .meta({ id: "LayoutTunnels", description: "The rules for tunnels to devices, as in TunnelPolicy." });

const restricted = z.strictObject({
  description: accessInputs.description,
  everyoneEnabled: accessInputs.everyoneEnabled,
  access: accessEntry.optional().meta({
    description:
      "The people and groups with a grant. Admins and owners have access without a grant. An update revokes all " +
      "other grants. If omitted, the provider does not manage grants. Removing the key changes no grant.",
  }),
});

/** The entry of a cohort. */
export const cohortEntry = restricted
  .extend({
    tunnels: tunnels.optional().meta({
      description:
        "The cohort's own rules for tunnels. They tighten the rules of the organization, except that the cohort's allowlist " +
        "replaces that of the organization. The provider does not change rules that the layout has never declared. If a rule " +
        "is removed from the layout, the organization's rule applies.",
    }),
  })
  .meta({ id: "LayoutCohort", description: "A cohort of devices in a project, as in Cohort and TunnelPolicy." });

/** The entry of a group in Peridio. */
export const groupEntry = z
  .strictObject({
    description: group.inputs.shape.description,
    members: people.optional().meta({
      description:
        "All members: e-mail addresses, or names of the layout's teams. Each person must have a role in the " +
        "organization. An update removes everyone else. An empty list removes everyone. If omitted, the provider does " +
        "not manage the members. Removing the key changes no member.",
    }),
  })
  .meta({ id: "LayoutGroup", description: "A group in Peridio, as in Group." });

/** The entry of a project. */
export const projectEntry = restricted
  .extend({
    cohorts: z.record(objectName, cohortEntry).optional().meta({ description: "The cohorts of the project, by name." }),
  })
  .meta({ id: "LayoutProject", description: "A project with its cohorts, as in Project and Cohort." });

/** The keys of an organization that declare groups and projects. */
export const accessKeys = {
  // A group needs no settings, so its entry may be empty. A project must declare `everyoneEnabled`.
  groups: z.record(groupName, groupEntry.nullable()).optional().meta({
    description:
      "The groups of the organization in Peridio, by name, of at most 100 characters. The provider manages groups only with Avocado Connect.",
  }),
  projects: z
    .record(
      objectName.regex(
        /^[^/]*$/,
        "must not contain /, which separates the names of a project and a cohort: rename the project in Peridio, or " +
          "declare it outside the layout, as a Project",
      ),
      projectEntry,
    )
    .optional()
    .meta({
      description:
        "The projects of the organization, by name. The provider manages projects only with Avocado Connect.",
    }),
};

/** Returns a check that no two entries of a list have one canonical form. */
function rejectRepetition(canonicalize: (text: string) => string) {
  return (list: readonly string[], context: z.RefinementCtx): void => {
    const names = list.map((text) => canonicalize(text));
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        context.addIssue({ code: "custom", message: "is listed twice: remove one of the two", path: [index] });
    });
  };
}

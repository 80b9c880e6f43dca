import * as z from "zod";
import { canonicalizeEmail } from "#provider";
import type { DeclaredProject } from "../../model/declaredObjects";
import { isHidden } from "../../hidden";
import type { ScopedOrganization } from "../scope";
import { createFinding, type BreachDetails, type Finding } from "../finding";
import { reportHidden, reportHiddenEntries } from "../hiddenFindings";
import { defineKind } from "./kind";

/** Projects and cohorts that are not open to everyone. */
export const everyoneEnabled = defineKind({
  subject: "projects",
  audit: { reads: ["projects"] },
  brokenAloneBy: { Project: "everyoneEnabled", Cohort: "everyoneEnabled" },
  description: "No project and no cohort is open to everyone in the organization: `false`.",
  schema: z.literal(false, { error: "must be false or absent" }),
  check: (_, scoped) => scoped.organization.objects.projects.flatMap((project) => checkProject(project, scoped)),
});

/** Access through groups only. */
export const access = defineKind({
  subject: "grants",
  audit: { reads: ["projects"] },
  brokenAloneBy: { Project: "access", Cohort: "access" },
  description: "People get access to projects and cohorts through groups, and not directly: `{ users: none }`.",
  schema: z.strictObject({
    users: z.literal("none", { error: "must be `none`" }).meta({
      description: "No direct grants: `none`. An object whose grants no reviewed stack declares breaks the rule.",
    }),
  }),
  check: (_, scoped) => scoped.organization.objects.projects.flatMap((project) => checkGrants(project, scoped)),
});

function checkGrants(
  { key, words, users, isManaged, hidesUsers }: DeclaredProject,
  scoped: ScopedOrganization,
): readonly Finding[] {
  const object = `${words} of ${scoped.name}`;
  const report = (sentence: string, about: string, details: BreachDetails = {}) =>
    createFinding(scoped, sentence, { ...details, about: JSON.stringify([key, about]) });
  return [
    ...(isManaged
      ? []
      : [
          report(
            `No reviewed stack declares the grants of ${object}, so the rule cannot check them. Declare \`access\`.`,
            "undeclared",
          ),
        ]),
    ...users
      .filter(scoped.appliesTo)
      .map((email) =>
        report(
          `${email} has a direct grant for ${object}, but the rule allows only groups. Remove the person from \`access.users\`, and add the person to a group.`,
          canonicalizeEmail(email),
          { people: [email], objects: [words] },
        ),
      ),
    ...(hidesUsers
      ? reportHiddenEntries(scoped, JSON.stringify([key, "hidden"]), {
          subject: `Direct grants for ${object}`,
          declare: "the addresses",
        })
      : []),
  ];
}

function checkProject(
  { key, words, everyoneEnabled }: DeclaredProject,
  scoped: ScopedOrganization,
): readonly Finding[] {
  if (everyoneEnabled === false) return [];
  const object = `${words} of ${scoped.name}`;
  if (isHidden(everyoneEnabled)) {
    const setting = { subject: `\`everyoneEnabled\` of ${object}`, checked: "this setting", declare: "the setting" };
    return reportHidden(scoped, everyoneEnabled, setting, { about: key });
  }
  const problem = `Everyone in the organization has access to ${object}, but the rule forbids this. Declare \`everyoneEnabled: false\`.`;
  return [createFinding(scoped, problem, { about: key, distinguishedBy: "open" })];
}

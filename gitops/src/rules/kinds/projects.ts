import * as z from "zod";
import type { DeclaredProject } from "../../model/objects";
import { describeWithheld, isWithheld } from "../../withheld";
import { asPlainValue, checkEach, createFinding, type Finding, type ScopedOrganization } from "../scope";

/** Projects and cohorts that are not open to everyone. */
export const everyoneEnabled = z
  .literal(false, { error: "must be false or absent" })
  .transform(() =>
    checkEach((concerned) =>
      concerned.organization.objects.projects.flatMap((project) => checkProject(project, concerned)),
    ),
  )
  .optional()
  .meta({ description: "No project and no cohort is open to everyone in the organization: `false`." });

function checkProject(
  { key, words, everyoneEnabled }: DeclaredProject,
  concerned: ScopedOrganization,
): readonly Finding[] {
  if (everyoneEnabled === false) return [];
  const object = `${words} of ${concerned.name}`;
  const problem = isWithheld(everyoneEnabled)
    ? `\`everyoneEnabled\` of ${object} is ${describeWithheld(everyoneEnabled)}, so the rule cannot check this setting. Declare the setting ${asPlainValue}.`
    : `Everyone in the organization has access to ${object}, but the rule forbids this. Declare \`everyoneEnabled: false\`.`;
  return [createFinding(concerned, problem, { about: key, extent: isWithheld(everyoneEnabled) ? 0 : 1 })];
}

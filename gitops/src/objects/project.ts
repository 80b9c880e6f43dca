import { projectAndCohortInputs } from "./grants";
import { organizationId } from "./inputs";
import { grantees } from "./outputs";
import { createRow } from "./row";

/** Projects. review/projects words their rows, because they are about access. */
export const project = createRow({
  noun: "project",
  orderInReports: 80,
  liveType: "project",
  auditComparison: "projects",
  isInLayout: true,
  inputs: { organizationId, ...projectAndCohortInputs },
  ignoredOutputs: grantees,
});

import { projectId } from "./inputs";
import { grantees } from "./outputs";
import { projectAndCohortInputs } from "./grants";
import { createRow } from "./row";

/** Cohorts. review/projects words their rows, because they are about access. */
export const cohort = createRow({
  noun: "cohort",
  orderInReports: 90,
  liveType: "cohort",
  auditComparison: "projects",
  isInLayout: true,
  inputs: { projectId, ...projectAndCohortInputs },
  ignoredOutputs: grantees,
});

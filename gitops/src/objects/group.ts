import { list, name, organizationId, text } from "./inputs";
import { grantees } from "./outputs";
import { createRow } from "./row";

/** Groups. Their members get access through grants, so review/projects words their rows together with those of projects. */
export const group = createRow({
  noun: "group",
  orderInReports: 70,
  liveType: "group",
  auditComparison: "groups",
  isInLayout: true,
  inputs: { organizationId, name, description: text, members: { ...list, staysWhenUndeclared: true } },
  ignoredOutputs: grantees,
});

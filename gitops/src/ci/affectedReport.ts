import type * as z from "zod";
import { formatJson } from "../terminal/text";
import { getStackName } from "./previews";
import { array, constant, definition, root, string, texts } from "../schema";

// The schema of `ci affected --format json`. `gitops/affected.schema.json` is generated from it.

const affectedStack = definition("AffectedStack", "A stack that a change may affect.", {
  stack: string("The stack, as `project/stack`."),
  organizations: texts(
    "The organizations of this stack that the layout changes, by name. Absent if the change may affect every " +
      "organization of the stack.",
  ).optional(),
  causes: texts("The reasons that apply to this stack, in addition to `everywhere`."),
});

export const affectedReport = root(
  "The stacks that a change may affect",
  "The stacks of the base of a change that the change may affect. Changes outside Pulumi, merges that are not applied and last days of " +
    "people can change the other stacks.",
  {
    version: constant(1, "The version of this format."),
    base: string("The commit with which the change is compared."),
    commit: string("The commit of the checkout."),
    everywhere: texts("The reasons why the change may affect every stack; empty if it affects only some stacks."),
    stacks: array(affectedStack, "The stacks that the change may affect, in the order of the list of stacks."),
    unaffected: texts("The other stacks of the list. A review needs the previews of these stacks too."),
  },
);

export type AffectedReport = z.output<typeof affectedReport>;

export const affectedFormats = ["text", "json", "matrix"] as const;
export type AffectedFormat = (typeof affectedFormats)[number];

/** Formats a report. The text has one line for each stack: the stack, a tab, and its organizations or `*`. */
export function formatAffected(report: AffectedReport, form: AffectedFormat): string {
  switch (form) {
    case "json":
      return formatJson(affectedReport.parse(report));
    case "matrix": {
      const include = report.stacks.map(({ stack }) => ({ stack, name: getStackName(stack) }));
      return `${JSON.stringify({ include })}\n`;
    }
    case "text":
      return report.stacks.map(({ stack, organizations = ["*"] }) => `${stack}\t${organizations.join(" ")}\n`).join("");
  }
}

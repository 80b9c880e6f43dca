import type * as z from "zod";
import { groupBy } from "../grouping";
import { formatCount } from "../wording";
import { type Difference, difference } from "./difference";
import type { Comparison } from "./fleet";
import { array, root, texts } from "../schema";

// The schema of `sync --json`. `gitops/sync.schema.json` is generated from it.

export const syncReport = root("Drift of organizations", "The differences between live organizations and a layout.", {
  differences: array(difference, "The differences, by organization."),
  failures: texts("The reasons why organizations are not compared, in whole sentences."),
});

export function createReport({ differences, failures }: Comparison): z.output<typeof syncReport> {
  return {
    differences: differences.map(({ adoption, ...others }) => ({
      ...others,
      ...(typeof adoption === "string" ? { reason: adoption } : { adopt: adoption.effect }),
    })),
    failures: [...failures],
  };
}

/** Lists differences by organization. `refused` has the reasons why edits were refused. */
export function formatText(differences: readonly Difference[], refused?: ReadonlyMap<Difference, string>): string {
  if (differences.length === 0) return "No differences.\n";
  const byOrganization = groupBy(differences, ({ organization }) => organization);
  const parts = Array.from(byOrganization, ([organization, list]) => {
    const lines = list.map((one) => formatDifference(one, refused?.get(one)));
    return `${organization}:\n${lines.join("")}\n`;
  });
  const count = `${formatCount(differences.length, "difference")} in ${formatCount(parts.length, "organization")}`;
  return `${parts.join("")}${count}.\n`;
}

function formatDifference(
  { subject, name = "", declared, live, undo, adoption }: Difference,
  refusal?: string,
): string {
  const adopt = typeof adoption === "string" ? adoption : `${adoption.effect} (\`--adopt '${name}'\`)`;
  return `- ${subject}: live ${live}, declared ${declared}\n  undo: ${undo}\n  adopt: ${refusal ?? adopt}\n`;
}

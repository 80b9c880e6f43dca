import * as z from "zod";
import { auditReport } from "../../gitops/src/audit/report";
import { exportReport } from "../../gitops/src/export/report";
import { confirmation } from "../../gitops/src/review/confirmation";
import { graph } from "../../gitops/src/graph/graph";
import { review } from "../../gitops/src/review/review";
import { validation } from "../../gitops/src/validation/report";

/** What the commands print with `--json`, by command. */
const printed = new Map<string, z.ZodType>([
  ["audit", auditReport],
  ["confirm", confirmation],
  ["export", exportReport],
  ["graph", graph],
  ["review", review],
  ["validate", validation],
]);

export const commandsWithSchema = [...printed.keys()];

/** The JSON Schema of what a command prints. @throws Error for a command without one */
export function printedSchema(command: string): Readonly<Record<string, unknown>> {
  const schema = printed.get(command);
  if (schema === undefined)
    throw new Error(`there is no schema of ${command}; there are ${commandsWithSchema.join(", ")}`);
  return z.toJSONSchema(schema, { target: "draft-7" });
}

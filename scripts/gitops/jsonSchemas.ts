import * as z from "zod";
import { auditReport, confirmation, exportReport, graph, review, validation } from "../../gitops/src";

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

/** The JSON Schemas of the files that people write and of the reports that `peridio-gitops` prints. */
import * as z from "zod";
import { auditReport, confirmation, exportReport, graph, review, rulesFile, validation } from "#gitops";
import { behaviourNames } from "#framework";
import { layoutFile } from "#layout";

type JsonSchema = Readonly<Record<string, unknown>>;

/** The schemas that editors use: keys, types and help. Only the reader of a file checks relations between its parts. */
export const layoutSchema = editorSchema("Peridio layout", layoutFile);
export const accessRulesSchema = editorSchema("Peridio access rules", rulesFile);

/** The schemas of the output with `--json`, by command. */
export const reportSchemas: Readonly<Record<string, JsonSchema>> = {
  audit: reportSchema(auditReport),
  confirm: reportSchema(confirmation),
  export: reportSchema(exportReport),
  graph: reportSchema(graph),
  review: reportSchema(review),
  validate: reportSchema(validation),
};

/** Editors support draft 7 best. */
function editorSchema(title: string, file: z.ZodType): JsonSchema {
  return { title, ...z.toJSONSchema(file, { target: "draft-7", io: "input", override: removeBehaviour }) };
}

function reportSchema(report: z.ZodType): JsonSchema {
  return z.toJSONSchema(report, { target: "draft-7", override: removeBehaviour });
}

/** Removes the metadata that only the framework reads. */
function removeBehaviour({ jsonSchema }: { readonly jsonSchema: object }): void {
  for (const name of behaviourNames) Reflect.deleteProperty(jsonSchema, name);
}

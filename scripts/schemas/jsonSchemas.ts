/** The JSON Schemas of the files that people write and of the reports that `peridio-gitops` prints. */
import * as z from "zod";
import {
  accessAnswer,
  applyRecord,
  affectedReport,
  auditReport,
  campaignReport,
  checkReport,
  confirmation,
  doctorReport,
  evidenceList,
  exportReport,
  graph,
  nightlyReport,
  review,
  rulesFile,
  syncReport,
  testReport,
  validation,
  verification,
} from "#gitops";
import { behaviourNames } from "#framework/definitions";
import { acceptedLayout } from "#layout";

type JsonSchema = Readonly<Record<string, unknown>>;

/** The schemas that editors use: keys, types and help. Only the reader of a file checks relations between its parts. */
export const layoutSchema = createEditorSchema("Peridio layout", acceptedLayout);
export const accessRulesSchema = createEditorSchema("Peridio access rules", rulesFile);

/** The schemas of the output with `--json`, by command or, for `ci affected`, `ci check` and `ci nightly`, by job, and of the record of an apply. */
export const reportSchemas: Readonly<Record<string, JsonSchema>> = {
  affected: createReportSchema(affectedReport),
  audit: createReportSchema(auditReport),
  certify: createReportSchema(campaignReport),
  check: createReportSchema(checkReport),
  confirm: createReportSchema(confirmation),
  doctor: createReportSchema(doctorReport),
  evidence: createReportSchema(applyRecord),
  "evidence-list": createReportSchema(evidenceList),
  "evidence-verify": createReportSchema(verification),
  export: createReportSchema(exportReport),
  graph: createReportSchema(graph),
  nightly: createReportSchema(nightlyReport),
  review: createReportSchema(review),
  sync: createReportSchema(syncReport),
  test: createReportSchema(testReport),
  validate: createReportSchema(validation),
  who: createReportSchema(accessAnswer),
};

/** All schemas, by the path of their file. */
export const jsonSchemas: Readonly<Record<string, JsonSchema>> = {
  "layout.schema.json": layoutSchema,
  "gitops/access-rules.schema.json": accessRulesSchema,
  ...Object.fromEntries(Object.entries(reportSchemas).map(([name, schema]) => [`gitops/${name}.schema.json`, schema])),
};

/** Editors support draft 7 best. */
function createEditorSchema(title: string, file: z.ZodType): JsonSchema {
  return { title, ...z.toJSONSchema(file, { target: "draft-7", io: "input", override: removeBehaviour }) };
}

function createReportSchema(report: z.ZodType): JsonSchema {
  return z.toJSONSchema(report, { target: "draft-7", override: removeBehaviour });
}

/** Removes the metadata that only the framework reads. A deprecation becomes the mark of JSON Schema. */
function removeBehaviour({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.deprecation !== undefined) jsonSchema.deprecated = true;
  for (const name of behaviourNames) Reflect.deleteProperty(jsonSchema, name);
}

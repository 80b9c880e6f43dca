import * as z from "zod";
import { backends } from "#provider";
import { formatList, formatTable, joinParts } from "../terminal/text";

// The schema of `doctor --json`. `gitops/doctor.schema.json` is generated from it.

const checkedAssumption = z
  .strictObject({
    assumption: z.string().meta({ description: "The operation, and the property of its response or the behaviour." }),
    source: z.string().meta({
      description:
        "Where the assumption comes from: the published document, the user guide, the specification, or a decision.",
    }),
    result: z.enum(["holds", "differs", "notSeen"]).meta({
      description: "`notSeen` means that the organization has nothing that shows it.",
    }),
    differences: z.array(z.string()).meta({ description: "The differences, without values." }),
    seen: z.array(z.string()).meta({ description: "The forms of the values, such as `time in UTC`." }),
  })
  .meta({ id: "Assumption", description: "An assumption about the API." });

export type CheckedAssumption = z.output<typeof checkedAssumption>;

const operationResult = z
  .strictObject({
    operation: z.string().meta({ description: "The name of the operation." }),
    request: z.string().meta({ description: "The method, and the path without ids." }),
    result: z.string().meta({ description: "`read`, or the reason for which there is no response to compare." }),
    items: z.int().optional().meta({ description: "The number of items that were compared. Absent if it is no list." }),
  })
  .meta({ id: "Operation", description: "A read request." });

export type OperationResult = z.output<typeof operationResult>;

/** The schema of the report. */
export const doctorReport = z
  .strictObject({
    version: z.string().meta({ description: "The version of peridio-gitops." }),
    api: z.enum(backends).meta({ description: "The API." }),
    complete: z.boolean().meta({
      description: "False if a request had no response, was not sent, or if no response could be compared.",
    }),
    gaps: z.array(z.string()).meta({
      description: "The reasons for which a request was not sent, or had no response, such as the limit of time.",
    }),
    requests: z.int().meta({ description: "The number of requests, all of them GET." }),
    operations: z.array(operationResult).meta({ description: "The read requests." }),
    assumptions: z.array(checkedAssumption).meta({ description: "The assumptions." }),
  })
  .meta({
    title: "A comparison of an API with the assumptions of this project",
    description:
      "Names of properties, forms and counts. The report contains no values, names, addresses, ids or hosts.",
  });

/** A comparison of an API with the assumptions of this project. */
export type DoctorReport = z.output<typeof doctorReport>;

/** Returns true if the API differs from an assumption. */
export function hasDifferences({ assumptions }: DoctorReport): boolean {
  return assumptions.some(({ result }) => result === "differs");
}

/** Returns the report as a table of that width. */
export function formatText(report: DoctorReport, width: number): string {
  const { api, requests, operations, assumptions } = report;
  const count = (wanted: CheckedAssumption["result"]) => assumptions.filter(({ result }) => result === wanted).length;
  const rows = assumptions.flatMap(({ assumption, source, result, differences }) =>
    result === "differs" ? [[assumption, source, differences.join("; ")]] : [],
  );
  const columns = [{ title: "assumption", most: 44 }, { title: "source", most: 20 }, { title: "difference" }];
  const unread = operations
    .filter(({ result }) => result !== "read")
    .map(({ operation, result }) => `${operation}: ${result}`);
  return joinParts([
    formatTable(columns, rows, width),
    formatList("Not read", unread, width),
    `${api}: ${requests} GET requests. Assumptions: ${count("holds")} hold, ${count("differs")} differ, ${count("notSeen")} not seen.\n`,
  ]);
}

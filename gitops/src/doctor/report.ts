import * as z from "zod";
import { backends } from "#provider";
import { formatList, formatTable, joinParts } from "../terminal/text";
import { array, boolean, choice, definition, root, string, texts } from "../schema";

// The schema of `doctor --json`. `gitops/doctor.schema.json` is generated from it.

const checkedAssumption = definition("Assumption", "An assumption about the API.", {
  assumption: string("The operation, and the property of its response or the behaviour."),
  source: string(
    "Where the assumption comes from: the published document, the user guide, the specification, or a decision.",
  ),
  result: choice(["holds", "differs", "notSeen"], "`notSeen` means that the organization has nothing that shows it."),
  differences: texts("The differences, without values."),
  seen: texts("The forms of the values, such as `time in UTC`."),
});

export type CheckedAssumption = z.output<typeof checkedAssumption>;

const operationResult = definition("Operation", "A read request.", {
  operation: string("The name of the operation."),
  request: string("The method, and the path without ids."),
  result: string("`read`, or the reason for which there is no response to compare."),
  items: z.int().optional().meta({ description: "The number of items that were compared. Absent if it is no list." }),
});

export type OperationResult = z.output<typeof operationResult>;

/** The schema of the report. */
export const doctorReport = root(
  "A comparison of an API with the assumptions of this project",
  "Names of properties, forms and counts. The report contains no values, names, addresses, ids or hosts.",
  {
    version: string("The version of peridio-gitops."),
    api: choice(backends, "The API."),
    complete: boolean("False if a request had no response, was not sent, or if no response could be compared."),
    gaps: texts("The reasons for which a request was not sent, or had no response, such as the limit of time."),
    requests: z.int().meta({ description: "The number of requests, all of them GET." }),
    operations: array(operationResult, "The read requests."),
    assumptions: array(checkedAssumption, "The assumptions."),
  },
);

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

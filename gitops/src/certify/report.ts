import type * as z from "zod";
import { columnNames, columns, type Row } from "./campaign";
import { array, definition, root, string } from "../schema";

// The schema of `certify --json`. `gitops/certify.schema.json` is generated from it.

// Only the CSV has a place for answers.
const facts = columnNames.filter((name) => name !== "answer");

const access = definition(
  "Access",
  "The access of a person to an organization.",
  Object.fromEntries(facts.map((name) => [toKey(name), string(columns[name])])),
);

export const campaignReport = root(
  "Campaign",
  "Everyone with access to the organizations of a layout. A fact that no source contains is `unknown`.",
  { access: array(access, "The access, by organization and person.") },
);

export function createReport(rows: readonly Row[]): z.output<typeof campaignReport> {
  return campaignReport.parse({
    access: rows.map((row) => Object.fromEntries(facts.map((name) => [toKey(name), row[name]]))),
  });
}

/** Returns a title in camel case: `last active` is `lastActive`. */
function toKey(title: string): string {
  return title.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}

import type * as z from "zod";
import { columns, type Row } from "./campaign";
import { array, definition, root, string } from "../schema";

// The schema of `certify --json`. `gitops/certify.schema.json` is generated from it.

const access = definition("Access", "The access of a person to an organization.", {
  organization: string("The organization's name."),
  person: string("The e-mail address."),
  role: string("The role in Peridio; `none` for a person who is not there."),
  status: string("`owner`, `member`, `invited` or `not in Peridio`."),
  declared: string("The role in the layout; `none` without one."),
  path: string("The entry that gives the role: `own entry`, teams, or `none`."),
  ends: string("The end of the access, in words, or `never`."),
  groupsAndGrants: string("The groups and grants that name the person, separated by semicolons."),
  since: string("The day on which the person joined or was invited (UTC)."),
  lastActive: string("The last day with activity (UTC), or `never`."),
  secondFactor: string("`yes`, `no`, or `none` for a person who is not a member."),
  approvedBy: string("The logins that approved the last change of this access."),
  evidence: string("The record of this change."),
  people: string("The number of people in the campaign of this organization."),
  reviewer: string("The reviewer of the organization."),
  due: string("The last day for answers (UTC)."),
  created: string("The time of the campaign (UTC)."),
  commit: string("The commit of the layout."),
});

export const campaignReport = root(
  "Campaign",
  "Everyone with access to the organizations of a layout. A fact that no source contains is `unknown`.",
  { access: array(access, "The access, by organization and person.") },
);

export function createReport(rows: readonly Row[]): z.output<typeof campaignReport> {
  const names = columns.filter((name) => name !== "answer");
  return campaignReport.parse({
    access: rows.map((row) => Object.fromEntries(names.map((name) => [toKey(name), row[name]]))),
  });
}

/** Returns a title in camel case: `last active` is `lastActive`. */
function toKey(title: string): string {
  return title.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}

import * as z from "zod";
import { columns, type Row } from "./campaign";

// The schema of `certify --json`. `gitops/certify.schema.json` is generated from it.

const fact = (description: string) => z.string().meta({ description });

const access = z
  .strictObject({
    organization: fact("The organization's name."),
    person: fact("The e-mail address."),
    role: fact("The role in Peridio; `none` for a person who is not there."),
    status: fact("`owner`, `member`, `invited` or `not in Peridio`."),
    declared: fact("The role in the layout; `none` without one."),
    path: fact("The entry that gives the role: `own entry`, teams, or `none`."),
    ends: fact("The end of the access, in words, or `never`."),
    groupsAndGrants: fact("The groups and grants that name the person, separated by semicolons."),
    since: fact("The day on which the person joined or was invited (UTC)."),
    lastActive: fact("The last day with activity (UTC), or `never`."),
    secondFactor: fact("`yes`, `no`, or `none` for a person who is not a member."),
    approvedBy: fact("The logins that approved the last change of this access."),
    evidence: fact("The record of this change."),
    people: fact("The number of people in the campaign of this organization."),
    reviewer: fact("The reviewer of the organization."),
    due: fact("The last day for answers (UTC)."),
    created: fact("The time of the campaign (UTC)."),
    commit: fact("The commit of the layout."),
  })
  .meta({ id: "Access", description: "The access of a person to an organization." });

export const campaignReport = z
  .strictObject({ access: z.array(access).meta({ description: "The access, by organization and person." }) })
  .meta({
    title: "Campaign",
    description: "Everyone with access to the organizations of a layout. A fact that no source contains is `unknown`.",
  });

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

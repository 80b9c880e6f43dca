import { canonicalizeEmail } from "#provider";
import type { LayoutOrganization } from "#layout";
import { getDate } from "../days";
import type { LayoutFiles } from "../edit/layoutFiles";
import { listRoleEntries, listTeamsOfRole } from "../edit/people";
import { getPersonAccess } from "../edit/proof";
import type { Archive } from "../evidence/archive";
import type { LiveOrganization } from "../model/live";
import { describeLastDay, joinAnd } from "../wording";

/** The columns of a campaign, in order. */
export const columns = {
  organization: "The organization's name.",
  person: "The e-mail address.",
  answer: "The answer, which reviewers fill in.",
  role: "The role in Peridio; `none` for a person who is not there.",
  status: "`owner`, `member`, `invited` or `not in Peridio`.",
  declared: "The role in the layout; `none` without one.",
  path: "The entry that gives the role: `own entry`, teams, or `none`.",
  ends: "The end of the access, in words, or `never`.",
  "groups and grants": "The groups and grants that name the person, separated by semicolons.",
  since: "The day on which the person joined or was invited (UTC).",
  "last active": "The last day with activity (UTC), or `never`.",
  "second factor": "`yes`, `no`, or `none` for a person who is not a member.",
  "approved by": "The logins that approved the last change of this access.",
  evidence: "The record of this change.",
  people: "The number of people in the campaign of this organization.",
  reviewer: "The reviewer of the organization.",
  due: "The last day for answers (UTC).",
  created: "The time of the campaign (UTC).",
  commit: "The commit of the layout.",
} as const;

export type Column = keyof typeof columns;

export const columnNames = Object.keys(columns).filter((name): name is Column => name in columns);

/** The access of one person to one organization, in words. A fact that no source contains is `unknown`. */
export type Row = Readonly<Record<Column, string>>;

/** The facts of a campaign that are equal for all people of an organization. */
export type Campaign = Pick<Row, "reviewer" | "due" | "created" | "commit">;

const unknown = "unknown";

/** Lists everyone in an organization, and everyone that its layout declares, by address. @throws ApiError if Peridio refuses to list them. */
export async function listAccess(
  live: LiveOrganization,
  declared: LayoutOrganization,
  { files, archive }: { readonly files: LayoutFiles; readonly archive: Archive | undefined },
  campaign: Campaign,
): Promise<readonly Row[]> {
  const { members, pending } = await live.people();
  const present = [
    ...members.map((member) => ({
      email: member.email,
      role: member.role,
      status: member.isOwner ? "owner" : "member",
      since: describeMoment(member.joinedAt),
      "last active": describeMoment(member.lastActiveAt),
      "second factor": { true: "yes", false: "no", undefined: unknown }[`${member.twoFactorEnabled}`],
    })),
    ...pending.map(({ email, role, sentAt }) => ({
      ...absent,
      ...{ email, role, status: "invited", since: describeMoment(sentAt) },
    })),
  ];
  const known = new Set(present.map(({ email }) => canonicalizeEmail(email)));
  const others = Object.keys(declared.members).filter((email) => !known.has(canonicalizeEmail(email)));
  return [
    ...present,
    ...others.map((email) => ({ ...absent, email, role: "none", status: "not in Peridio", since: "none" })),
  ]
    .toSorted((a, b) => (canonicalizeEmail(a.email) < canonicalizeEmail(b.email) ? -1 : 1))
    .map(({ email, ...facts }, _, all) => ({
      organization: live.name,
      person: email,
      answer: "",
      ...facts,
      ...describeDeclaration(declared, files, email),
      ...findApproval(archive, live.name, email),
      people: String(all.length),
      ...campaign,
    }));
}

/** The facts about a person who is not a member. */
const absent = { "last active": "none", "second factor": "none" };

function describeMoment(moment: string | null | undefined): string {
  return moment === null ? "never" : moment === undefined ? unknown : getDate(moment);
}

/** Describes the access that a layout declares for a person. */
export function describeDeclaration(declared: LayoutOrganization, files: LayoutFiles, email: string) {
  const { role, lastDay, afterwards, objects = [] } = getPersonAccess(declared, email) ?? {};
  const entries = listRoleEntries(files, email, declared.name);
  const teams = listTeamsOfRole(files, email, declared.name);
  return {
    declared: role ?? "none",
    path: teams.length > 0 ? `team ${joinAnd(teams)}` : entries.length > 0 ? "own entry" : "none",
    ends: describeLastDay(lastDay, afterwards) ?? "never",
    "groups and grants": objects.join("; "),
  };
}

/** Finds the last apply that changed a person's access to an organization. */
function findApproval(archive: Archive | undefined, organization: string, email: string) {
  const address = canonicalizeEmail(email);
  const last = archive?.records.findLast(({ record }) =>
    record?.review.changes.some(
      (change) =>
        change.organization === organization && change.people.some((one) => canonicalizeEmail(one) === address),
    ),
  );
  if (last?.record === undefined) return { "approved by": unknown, evidence: unknown };
  const logins = last.record.approvals.map(({ login }) => login);
  return { "approved by": logins.length === 0 ? "no approval needed" : joinAnd(logins), evidence: last.name };
}

import * as z from "zod";
import { listBriefly } from "#framework";
import { formatCount, getRoleName, joinAnd } from "../wording";
import type { AccessInventory } from "./accessInventory";
import { type Inventory, unreportedFacts, findUnreported, describeUnreported } from "./inventory";
import { describePart, omittableParts, type OmittedPart } from "./omittedPart";
import type { Verdict } from "./pulumi";

/** The schema of `export --json`. `gitops/export.schema.json` is generated from it. */

const count = z.int().min(0);

const expired = z
  .strictObject({
    email: z.string().meta({ description: "The invited e-mail address." }),
    role: z.string().meta({ description: "The role of the invitation." }),
    expiresAt: z.string().optional().meta({
      description: "The expiry of the invitation: ISO 8601, UTC. Absent if Peridio does not report it.",
    }),
  })
  .meta({ id: "ExpiredInvitation", description: "The last invitation of a person without access." });

const leftOut = z
  .strictObject({
    part: z
      .enum(omittableParts)
      .meta({ description: "The part of the organization; `organization` stands for the whole organization." }),
    name: z
      .string()
      .optional()
      .meta({
        description:
          "The name of the group or project; of a cohort, the names of its project and the cohort, such as " +
          "`firmware/canary`. Absent for other parts.",
      }),
    reasons: z.array(z.string()).meta({ description: "The reasons why a layout cannot declare the part." }),
    value: z.unknown().meta({ description: "The value, in the format of a layout." }),
  })
  .meta({ id: "LeftOut", description: "A part that a layout cannot declare." });

const access = z
  .strictObject({
    groups: count.meta({ description: "The number of groups." }),
    projects: count.meta({ description: "The number of projects." }),
    cohorts: count.meta({ description: "The number of cohorts." }),
    apiTokens: count.meta({ description: "The number of API tokens, which are not exported." }),
    webhooks: count.meta({ description: "The number of webhooks, which are not exported." }),
    claimTokens: count.meta({ description: "The number of claim tokens, which are not exported." }),
  })
  .meta({
    id: "ExportedAccess",
    description:
      "The groups and projects of an organization, and the objects whose secrets Peridio returns only at their creation.",
  });

const organization = z
  .strictObject({
    name: z.string().meta({ description: "The organization's name." }),
    id: z.string().meta({ description: "The organization's PRN." }),
    members: count.meta({ description: "The number of members." }),
    pendingInvitations: count.meta({ description: "The number of pending invitations." }),
    access: access.nullable().meta({ description: "The groups, projects and tokens; null if the API has none." }),
    expiredInvitations: z.array(expired).meta({ description: "The expired invitations, which are not exported." }),
    leftOut: z.array(leftOut).meta({ description: "The parts that are not exported." }),
  })
  .meta({ id: "ExportedOrganization", description: "One organization of the export." });

const verification = z
  .strictObject({
    passed: z.boolean().meta({ description: "True if the preview after the import was empty." }),
    differences: z
      .string()
      .meta({ description: "Pulumi's output if a step failed or the preview was not empty; empty otherwise." }),
  })
  .meta({ id: "Verification", description: "The result of the verification." });

export const exportReport = z
  .strictObject({
    organizations: z.array(organization).meta({ description: "The organizations, by name." }),
    api: z.string().meta({ description: "The name of the API." }),
    unreported: z.array(z.enum(unreportedFacts)).meta({
      description:
        "The facts that this API does not report. The export does not contain these facts. Empty if the API reports all facts.",
    }),
    folder: z.string().meta({ description: "The folder of the files, as given with --out." }),
    files: z.array(z.string()).meta({ description: "The written files, as paths relative to `folder`." }),
    removed: z.array(z.string()).meta({
      description: "The layouts of an earlier export that --force has removed, as paths relative to `folder`.",
    }),
    verification: verification.nullable().meta({ description: "The verification; null without --verify." }),
  })
  .meta({ title: "An export of organizations", description: "The files of an export and its omissions." });

type ExportReport = z.output<typeof exportReport>;

export function createReport(
  inventories: readonly Inventory[],
  omitted: readonly OmittedPart[],
  {
    api,
    folder,
    files,
    removed,
    verdict,
  }: {
    readonly api: string;
    readonly folder: string;
    readonly files: readonly string[];
    readonly removed: readonly string[];
    readonly verdict?: Verdict;
  },
): ExportReport {
  const organizations = inventories.map(({ organization: { name, id }, people, expired, access }) => ({
    name,
    id,
    members: people.filter(({ kind }) => kind === "member").length,
    pendingInvitations: people.filter(({ kind }) => kind === "invitation").length,
    access: access === undefined ? null : countAccess(access),
    expiredInvitations: expired.map(({ email, role, expiresAt }) => ({
      email,
      role,
      ...(expiresAt !== undefined && { expiresAt }),
    })),
    leftOut: omitted
      .filter(({ organization }) => organization === name)
      .map(({ part, name, reasons, value }) => ({
        part,
        ...(name !== undefined && { name }),
        reasons: [...reasons],
        value,
      })),
  }));
  return {
    organizations,
    api,
    unreported: [...findUnreported(inventories)],
    folder,
    files: [...files],
    removed: [...removed],
    verification: verdict ?? null,
  };
}

function countAccess({ groups, projects, secrets }: AccessInventory): z.output<typeof access> {
  const cohorts = projects.reduce((sum, { cohorts }) => sum + cohorts.length, 0);
  return { groups: groups.length, projects: projects.length, cohorts, ...secrets };
}

/** Describes an export for people. */
export function formatText({
  organizations,
  api,
  unreported,
  folder,
  files,
  removed,
  verification,
}: ExportReport): string {
  type Organization = ExportReport["organizations"][number];
  const sum = (count: (organization: Organization) => number) =>
    organizations.reduce((total, organization) => total + count(organization), 0);
  const objects = (["group", "project", "cohort"] as const).flatMap((kind) => {
    const total = sum(({ access }) => access?.[`${kind}s`] ?? 0);
    return total === 0 ? [] : [formatCount(total, kind)];
  });
  const lines = [
    [
      formatCount(organizations.length, "organization"),
      formatCount(
        sum(({ members }) => members),
        "member",
      ),
      formatCount(
        sum(({ pendingInvitations }) => pendingInvitations),
        "pending invitation",
      ),
      ...objects,
    ].join(", "),
    `files in ${folder}: ${listBriefly(files)}`,
    ...(removed.length === 0 ? [] : [`removed layouts of an earlier export: ${listBriefly(removed)}`]),
    ...(unreported.length === 0 ? [] : [`With ${api}, the export does not contain ${describeUnreported(unreported)}.`]),
    ...organizations.flatMap(describeOmissions),
    ...(organizations.some(({ leftOut }) => leftOut.length > 0)
      ? ["left-out.json contains the parts that are not exported. Correct these parts in Peridio, and export again."]
      : []),
    describeVerification(verification),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function describeOmissions({
  name,
  access,
  expiredInvitations,
  leftOut,
}: ExportReport["organizations"][number]): readonly string[] {
  const expired = listBriefly(expiredInvitations.map(({ email, role }) => `${email} (${getRoleName(role)})`));
  return [
    ...(expired === "" ? [] : [`${name}: expired invitations are not exported: ${expired}`]),
    ...describeSecrets(name, access),
    ...leftOut.map(({ reasons, ...part }) => {
      const subject = part.part === "organization" ? "the organization" : describePart(part);
      return `${name}: ${subject} is not exported, because a layout cannot declare it: ${reasons.join("; ")}`;
    }),
  ];
}

/** Names the objects whose secrets no import can read. */
function describeSecrets(name: string, counts: z.output<typeof access> | null): readonly string[] {
  const { apiTokens = 0, webhooks = 0, claimTokens = 0 } = counts ?? {};
  const kinds = [
    { count: apiTokens, kind: "API token" },
    { count: webhooks, kind: "webhook" },
    { count: claimTokens, kind: "claim token" },
  ].flatMap(({ count, kind }) => (count === 0 ? [] : [formatCount(count, kind)]));
  if (kinds.length === 0) return [];
  const [are, their] = apiTokens + webhooks + claimTokens === 1 ? ["is", "its secret"] : ["are", "their secrets"];
  return [`${name}: ${joinAnd(kinds)} ${are} not exported, because Peridio returned ${their} only at the creation`];
}

function describeVerification(verification: ExportReport["verification"]): string {
  if (verification === null) {
    return `To adopt the exported organizations, run these commands in the folder of the files:\n  pulumi stack init\n  pulumi import --file import.json --generate-code=false\n  pulumi preview --expect-no-changes`;
  }
  return verification.passed
    ? "Verified: Pulumi imported everything, and the preview after the import is empty."
    : `Not verified. ${verification.differences}`;
}

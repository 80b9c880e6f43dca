import * as z from "zod";
import { named } from "#framework";
import { counted, roleName } from "../wording";
import { left, type LeftOut } from "./entry";
import { type Inventory, everyUntold, untoldOf, untoldWords } from "./inventory";
import type { Verdict } from "./pulumi";

/** The schema of `export --json`. `gitops/export.schema.json` is generated from it. */

const count = z.int().min(0);

const expired = z
  .strictObject({
    email: z.string().meta({ description: "Who was invited." }),
    role: z.string().meta({ description: "The role of the invitation." }),
    expiresAt: z.string().optional().meta({
      description: "The expiry of the invitation: ISO 8601, UTC. Absent if Peridio does not report it.",
    }),
  })
  .meta({ id: "ExpiredInvitation", description: "The last invitation of somebody who is not in the organization." });

const leftOut = z
  .strictObject({
    part: z.enum(left).meta({ description: "Which part of the organization; `organization` is all of it." }),
    reasons: z.array(z.string()).meta({ description: "What the reader of layouts has against it." }),
    value: z.unknown().meta({ description: "As the layout would have said it." }),
  })
  .meta({ id: "LeftOut", description: "Something that no layout may say." });

const organization = z
  .strictObject({
    name: z.string().meta({ description: "The organization's name." }),
    id: z.string().meta({ description: "Its PRN." }),
    members: count.meta({ description: "How many members it has." }),
    pendingInvitations: count.meta({ description: "How many others are invited." }),
    expiredInvitations: z.array(expired).meta({ description: "Invitations that have expired, and are not exported." }),
    leftOut: z.array(leftOut).meta({ description: "What could not be exported." }),
  })
  .meta({ id: "ExportedOrganization", description: "One organization of the export." });

const verification = z
  .strictObject({
    passed: z.boolean().meta({ description: "Whether the preview after the import was empty." }),
    differences: z.string().meta({ description: "What Pulumi said where something failed or differs; else empty." }),
  })
  .meta({ id: "Verification", description: "What the Pulumi CLI made of the export." });

export const exportReport = z
  .strictObject({
    organizations: z.array(organization).meta({ description: "The organizations, by name." }),
    api: z.string().meta({ description: "What the API is called that told it." }),
    untold: z.array(z.enum(everyUntold)).meta({
      description: "What this API tells of no organization, so that it is not exported; empty if it tells all.",
    }),
    folder: z.string().meta({ description: "Where the files are, as it was given." }),
    files: z.array(z.string()).meta({ description: "The files, as seen from the folder." }),
    removed: z
      .array(z.string())
      .meta({ description: "Layouts of an earlier export that --force has removed, as seen from the folder." }),
    verification: verification.nullable().meta({ description: "The proof; null where it was not asked for." }),
  })
  .meta({ title: "An export of organizations", description: "What was written of organizations that exist." });

type ExportReport = z.output<typeof exportReport>;

export function report(
  found: readonly Inventory[],
  missing: readonly LeftOut[],
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
  const organizations = found.map(({ organization: { name, id }, people, expired }) => ({
    name,
    id,
    members: people.filter(({ kind }) => kind === "member").length,
    pendingInvitations: people.filter(({ kind }) => kind === "invitation").length,
    expiredInvitations: expired.map(({ email, role, expiresAt }) => ({
      email,
      role,
      ...(expiresAt !== undefined && { expiresAt }),
    })),
    leftOut: missing
      .filter(({ organization }) => organization === name)
      .map(({ part, reasons, value }) => ({ part, reasons: [...reasons], value })),
  }));
  return {
    organizations,
    api,
    untold: [...untoldOf(found)],
    folder,
    files: [...files],
    removed: [...removed],
    verification: verdict ?? null,
  };
}

/** Describes an export for people. */
export function asText({ organizations, api, untold, folder, files, removed, verification }: ExportReport): string {
  const members = organizations.reduce((sum, one) => sum + one.members, 0);
  const invitations = organizations.reduce((sum, one) => sum + one.pendingInvitations, 0);
  const lines = [
    [
      counted(organizations.length, "organization"),
      counted(members, "member"),
      counted(invitations, "pending invitation"),
    ].join(", "),
    `in ${folder}: ${named(files)}`,
    ...(removed.length === 0 ? [] : [`removed, since this export does not write it: ${named(removed)}`]),
    ...(untold.length === 0 ? [] : [`${api} does not tell ${untoldWords(untold)}: they are not exported`]),
    ...organizations.flatMap(unexported),
    ...(organizations.some(({ leftOut }) => leftOut.length > 0)
      ? ["What is not exported is in left-out.json. Correct it in Peridio, and export again."]
      : []),
    outcome(verification),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function unexported({ name, expiredInvitations, leftOut }: ExportReport["organizations"][number]): readonly string[] {
  const who = named(expiredInvitations.map(({ email, role }) => `${email} (${roleName(role)})`));
  return [
    ...(who === "" ? [] : [`${name}: invitations that have expired are not exported: ${who}`]),
    ...leftOut.map(({ part, reasons }) => {
      const what = part === "organization" ? "" : `${part} `;
      return `${name}: ${what}not exported, since a layout may not say it: ${reasons.join("; ")}`;
    }),
  ];
}

function outcome(verification: ExportReport["verification"]): string {
  if (verification === null) {
    return `To take it over, run there:
  pulumi stack init
  pulumi import --file import.json --generate-code=false
  pulumi preview --expect-no-changes`;
  }
  return verification.passed
    ? "Verified: Pulumi has imported all of it, and the preview after that is empty."
    : `Not verified. ${verification.differences}`;
}

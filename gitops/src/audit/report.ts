import * as z from "zod";
import { meteredResources } from "#provider";
import { counted, numbered } from "../wording";
import type { Audit } from "./audit";
import {
  type Finding,
  sentenceOf,
  describedKind,
  kindNames,
  severities,
  type Severity,
  type FindingKind,
} from "./finding";

/** The schema of `audit --json`. `gitops/audit.schema.json` is generated from it. */

const organization = z.string().meta({ description: "The organization's name." });

const severity = z.enum(severities).meta({ id: "Severity", description: "How much to mind it." });

const finding = z
  .strictObject({
    kind: z.enum(kindNames).meta({ description: "What is wrong." }),
    severity,
    organization,
    person: z.string().optional().meta({
      description: "The e-mail address of whom it is about; absent where it is about the organization.",
    }),
    limit: z
      .enum(meteredResources)
      .optional()
      .meta({ description: "Which limit it is about; absent for other kinds." }),
    sentence: z.string().meta({ description: "What is wrong, in a whole sentence." }),
    remedy: z.string().meta({ description: "What to do about it." }),
  })
  .meta({ id: "Finding", description: "Something that somebody should look at." });

const gap = z
  .strictObject({
    organization,
    sentence: z.string().meta({ description: "What is not known, and why." }),
    kinds: z
      .array(z.enum(kindNames))
      .meta({ description: "What can therefore not be found, or not all of it: that nothing was found says nothing." }),
    failed: z.boolean().meta({
      description: "Whether reading failed, so that the audit is incomplete. Otherwise Peridio tells no such thing.",
    }),
  })
  .meta({ id: "Gap", description: "Something that could not be told, and so is neither good nor bad." });

const count = z.int().min(0);

export const auditReport = z
  .strictObject({
    at: z.string().meta({ description: "The moment from which days were counted: ISO 8601, UTC." }),
    complete: z.boolean().meta({ description: "Whether everything could be read that was asked for." }),
    organizations: z.array(z.string()).meta({ description: "The names of the organizations that were looked at." }),
    counts: z
      .strictObject({
        high: count.meta({ description: "Findings of high severity." }),
        medium: count.meta({ description: "Findings of medium severity." }),
        low: count.meta({ description: "Findings of low severity." }),
      })
      .meta({ description: "How many findings there are." }),
    findings: z.array(finding).meta({
      description:
        "The findings, the worst first: one for each person in each organization, and one for each organization itself.",
    }),
    gaps: z.array(gap).meta({ description: "What could not be told." }),
  })
  .meta({ title: "An audit of access to Peridio", description: "What somebody should look at in organizations." });

export type AuditReport = z.output<typeof auditReport>;

export function asReport(audit: Audit): AuditReport {
  return {
    at: audit.at.toISOString(),
    complete: isComplete(audit),
    organizations: [...audit.organizations],
    counts: countsOf(audit.findings),
    findings: audit.findings.map((one) => ({
      kind: one.kind,
      severity: one.severity,
      organization: one.organization,
      ...(one.person !== undefined && { person: one.person }),
      ...(one.limit !== undefined && { limit: one.limit }),
      sentence: sentenceOf(one),
      remedy: describedKind(one.kind).remedy,
    })),
    gaps: audit.gaps.map(({ organization, sentence, kinds, failed }) => ({
      organization,
      sentence,
      kinds: [...kinds],
      failed,
    })),
  };
}

/** Reports if all requests succeeded. */
export function isComplete({ gaps }: Audit): boolean {
  return !gaps.some(({ failed }) => failed);
}

function countsOf(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { high: of("high"), medium: of("medium"), low: of("low") };
}

/** Returns a summary, such as `3 findings in 2 organizations: 1 high, 2 low`. */
export function summaryOf({ findings, organizations, gaps }: Audit): string {
  const where = counted(organizations.length, "organization");
  if (findings.length === 0) return `Nothing found in ${where}${gaps.length === 0 ? "" : ", as far as is known"}`;
  const counts = countsOf(findings);
  const parts = severities.filter((one) => counts[one] > 0).map((one) => `${numbered(counts[one])} ${one}`);
  return `${counted(findings.length, "finding")} in ${where}: ${parts.join(", ")}`;
}

/** Returns the remedies of the kinds that were found. */
export function remediesOf({ findings }: Audit): readonly (readonly [kind: FindingKind, remedy: string])[] {
  const there = new Set(findings.map(({ kind }) => kind));
  return kindNames.filter((kind) => there.has(kind)).map((kind) => [kind, describedKind(kind).remedy]);
}

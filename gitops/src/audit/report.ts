import * as z from "zod";
import { meteredResources } from "#provider";
import { formatCount, formatNumber } from "../wording";
import type { Audit } from "./audit";
import { type Finding, writeSentence, findingTypes } from "./finding";
import { getKind, kindNames, severities, type Severity, type FindingKind } from "./kinds";
import { array, boolean, choice, count, definition, root, string, texts } from "../schema";

// The schema of `audit --json`. `gitops/audit.schema.json` is generated from it.

const organization = string("The organization's name.");

const severity = z.enum(severities).meta({ id: "Severity", description: "The severity." });

const object = definition("Object", "An object of Avocado Connect.", {
  type: choice(findingTypes, "The type of the object."),
  id: string("The id of the object."),
  name: string(
    "The name. For a cohort, the project's name, a `/`, and the cohort's name. For a webhook without a name, its host.",
  ),
});

const finding = definition("Finding", "Something that needs attention.", {
  kind: choice(kindNames, "The kind of the finding."),
  severity,
  organization,
  person: string(
    "The person's e-mail address; for an API token, its owner's. Absent if the finding concerns no person.",
  ).optional(),
  object: object.optional(),
  limit: choice(meteredResources, "The limit; only for the kind `nearLimit`.").optional(),
  sentence: string("The problem, in a whole sentence."),
  remedy: string("The remedy."),
});

const gap = definition("Gap", "A fact that the audit does not know.", {
  organization,
  sentence: string("The unknown fact, and the reason."),
  kinds: array(
    z.enum(kindNames),
    "The kinds of findings that the audit may have missed. Empty if no kind covers the objects.",
  ),
  failed: boolean(
    "True if a request failed, or if a preview hides a value that the audit compares, so that the audit is incomplete. False if the API does not report the fact, or if there is no declaration to compare with.",
  ),
});

export const auditReport = root("An audit of access to Peridio", "The findings in organizations.", {
  at: string("The moment from which days count: ISO 8601, UTC."),
  complete: boolean("True if all requests and all comparisons succeeded."),
  organizations: texts("The names of the audited organizations."),
  counts: z
    .strictObject({
      high: count("Findings of high severity."),
      medium: count("Findings of medium severity."),
      low: count("Findings of low severity."),
    })
    .meta({ description: "The number of findings." }),
  findings: array(
    finding,
    "The findings, the most severe first. Each is about one person or one object in one organization, or about one organization.",
  ),
  gaps: array(gap, "The unknown facts."),
});

export type AuditReport = z.output<typeof auditReport>;

/** Creates the report of an audit. */
export function createReport(audit: Audit): AuditReport {
  return {
    at: audit.at.toISOString(),
    complete: isComplete(audit),
    organizations: [...audit.organizations],
    counts: countBySeverity(audit.findings),
    findings: audit.findings.map((finding) => {
      const { kind, severity, organization, person, object, limit } = finding;
      const [sentence, { remedy }] = [writeSentence(finding), getKind(kind)];
      return { kind, severity, organization, person, object, limit, sentence, remedy };
    }),
    gaps: audit.gaps.map(({ organization, sentence, kinds, hasFailed }) => ({
      organization,
      sentence,
      kinds: [...kinds],
      failed: hasFailed,
    })),
  };
}

/** Reports if all requests and all comparisons succeeded. */
export function isComplete({ gaps }: Audit): boolean {
  return !gaps.some(({ hasFailed }) => hasFailed);
}

function countBySeverity(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const countOf = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { high: countOf("high"), medium: countOf("medium"), low: countOf("low") };
}

/** Returns a summary, such as `3 findings in 2 organizations: 1 high, 2 low`. */
export function summarize({ findings, organizations, gaps }: Audit): string {
  const where = formatCount(organizations.length, "organization");
  if (findings.length === 0)
    return `No findings in ${where}${gaps.length === 0 ? "" : ", but some facts are not known"}`;
  const counts = countBySeverity(findings);
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${formatNumber(counts[severity])} ${severity}`);
  return `${formatCount(findings.length, "finding")} in ${where}: ${parts.join(", ")}`;
}

/** Returns the title of the column with the people and objects. */
export function getSubjectTitle(findings: readonly Finding[]): string {
  return findings.some(({ object }) => object !== undefined) ? "person or object" : "person";
}

/** Returns the remedies of the kinds that were found. */
export function listRemedies({ findings }: Audit): readonly (readonly [kind: FindingKind, remedy: string])[] {
  const found = new Set(findings.map(({ kind }) => kind));
  return kindNames.filter((kind) => found.has(kind)).map((kind) => [kind, getKind(kind).remedy]);
}

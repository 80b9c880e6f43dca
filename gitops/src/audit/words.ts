import type { Audit } from "./audit";
import { describedKind, type FindingKind, kindNames, severities } from "./kinds";
import { countsOf } from "./report";
import { counted, numbered } from "../wording/counted";

/** `3 findings in 2 organizations: 1 high, 2 low`. That nothing was found means little where not everything is known. */
export function summaryOf({ findings, organizations, gaps }: Audit): string {
  const where = counted(organizations.length, "organization");
  if (findings.length === 0) return `Nothing found in ${where}${gaps.length === 0 ? "" : ", as far as is known"}`;
  const counts = countsOf(findings);
  const parts = severities.filter((one) => counts[one] > 0).map((one) => `${numbered(counts[one])} ${one}`);
  return `${counted(findings.length, "finding")} in ${where}: ${parts.join(", ")}`;
}

/** What to do about each kind that was found. */
export function remediesOf({ findings }: Audit): readonly (readonly [kind: FindingKind, remedy: string])[] {
  const there = new Set(findings.map(({ kind }) => kind));
  return kindNames.filter((kind) => there.has(kind)).map((kind) => [kind, describedKind(kind).remedy]);
}

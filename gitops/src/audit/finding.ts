import type { MeteredResource } from "../../../provider/src/api";
import { describedKind, type FindingKind, kindNames, severities, type Severity } from "./kinds";

/** Something that somebody should look at. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** The organization's name. */
  readonly organization: string;
  /** The e-mail address of whom it is about; undefined where it is about the organization. */
  readonly person: string | undefined;
  /** Which limit it is about, if it is about one. */
  readonly limit: MeteredResource | undefined;
  /** The rest of a sentence that begins with the person or else the organization, without the full stop. */
  readonly predicate: string;
}

export function found(
  kind: FindingKind,
  organization: string,
  predicate: string,
  {
    person,
    limit,
    worse = false,
  }: { readonly person?: string; readonly limit?: MeteredResource; readonly worse?: boolean } = {},
): Finding {
  const severity = worse ? "high" : describedKind(kind).severity;
  return { kind, severity, organization, person, limit, predicate };
}

/** The whole sentence. */
export function sentenceOf({ organization, person, predicate }: Finding): string {
  return person === undefined ? `${organization} ${predicate}.` : `${person} in ${organization} ${predicate}.`;
}

/** The worst first, then as a reader looks for them: by organization, kind and person. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const rank = (finding: Finding) => [
    severities.indexOf(finding.severity),
    finding.organization,
    kindNames.indexOf(finding.kind),
    finding.person?.toLowerCase() ?? "",
    finding.limit ?? "",
  ];
  return [...findings].sort((a, b) => {
    const others = rank(b);
    for (const [index, mine] of rank(a).entries()) {
      const theirs = others[index] ?? "";
      if (mine !== theirs) return mine < theirs ? -1 : 1;
    }
    return 0;
  });
}

import { joinAnd } from "../wording";
import type { ResourceKind } from "../objects/rows";
import { describeResource } from "../model/resource";
import type { DeclaredOrganization } from "./declarations";
import type { Finding } from "./finding";
import type { FindingKind } from "./kinds";
import type { Gap } from "./gaps";

/** The differences between a live organization and its declarations, and what the audit cannot compare. */
export interface Differences {
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

export const noDifferences: Differences = { findings: [], gaps: [] };

export function joinDifferences(all: readonly Differences[]): Differences {
  return { findings: all.flatMap(({ findings }) => findings), gaps: all.flatMap(({ gaps }) => gaps) };
}

/** Returns the gap for a value that previews hide. The audit is then incomplete, because the value could allow anything. */
export function createHiddenGap(
  organization: string,
  kind: FindingKind,
  what: string,
  people: readonly string[] = [],
): Gap {
  const concerned = people.length === 0 ? "" : ` Perhaps undeclared: ${people.join(", ")}.`;
  const sentence =
    `The audit cannot compare ${what} in ${organization}, because a preview hides the declaration, or \`ignoreChanges\` covers it.${concerned} ` +
    "Declare the value without `pulumi.secret` and `ignoreChanges`, or pass a layout that declares it.";
  return { organization, sentence, kinds: [kind], hasFailed: true };
}

/**
 * Returns the gap for imported objects whose ids the previews do not contain, if the audit found undeclared objects. One of them may
 * be the imported object.
 */
export function createImportGaps(
  organization: string,
  { resources }: DeclaredOrganization,
  kind: FindingKind,
  found: readonly (readonly [ResourceKind, readonly Finding[]])[],
): readonly Gap[] {
  const imported = found.flatMap(([resourceKind, findings]) =>
    findings.length === 0
      ? []
      : resources.filter((one) => one.kind === resourceKind && one.isImported && one.after?.id === undefined),
  );
  if (imported.length === 0) return [];
  const names = joinAnd(imported.map(describeResource));
  const sentence = `The previews of ${organization} do not contain the ids that ${names} import${imported.length === 1 ? "s" : ""} by name, so the audit reports these objects as undeclared until the import.`;
  return [{ organization, sentence, kinds: [kind], hasFailed: false }];
}

import type { ObjectType } from "../objects/rows";
import { compareGroups, compareProjects } from "./accessComparison";
import type { DeclaredOrganization } from "./declarations";
import { type Differences, joinDifferences, noDifferences } from "./differences";
import type { AuditOptions, Facts } from "./facts";
import { createFinding } from "./finding";
import type { FindingKind } from "./kinds";
import type { Gap } from "./gaps";
import { compareOwner } from "./ownerComparison";
import { compareTokens, compareWebhooks } from "./tokenComparison";

type Compare = (facts: Facts, declared: DeclaredOrganization, options: AuditOptions) => Differences;

/** The comparisons of live objects, by type, in the order of gaps. */
const byType: Readonly<Record<ObjectType, Compare>> = {
  apiToken: compareTokens,
  claimToken: compareTokens,
  webhook: compareWebhooks,
  project: compareProjects,
  cohort: compareProjects,
  group: compareGroups,
};

const comparisons: ReadonlySet<Compare> = new Set([compareOwner, ...Object.values(byType)]);

/** Compares an organization with the declarations of the layout and the previews, if there are any. */
export function compareWithDeclarations(facts: Facts, options: AuditOptions): Differences {
  const { declarations, layout } = options;
  if (declarations === undefined) return noDifferences;
  const { name } = facts;
  const declared = declarations.find(facts);
  if (declared === undefined)
    return { findings: [createFinding("undeclaredOrganization", name, declarations.absence)], gaps: [] };
  const onlyInPreviews = layout !== undefined && declared.layout === undefined;
  return joinDifferences([
    { findings: [], gaps: onlyInPreviews ? [createLayoutGap(name)] : [] },
    ...[...comparisons].map((compare) => compare(facts, declared, options)),
  ]);
}

/** Returns the gap for an organization that only previews contain. */
function createLayoutGap(organization: string): Gap {
  return {
    organization,
    sentence: `${organization} is in a preview, but not in the layout, so the audit does not compare its people with a layout.`,
    kinds: ["outsideLayout"],
    hasFailed: false,
  };
}

/** Limits gaps to the chosen kinds. */
export function selectGaps(gaps: readonly Gap[], chosen: ReadonlySet<FindingKind>): readonly Gap[] {
  return gaps
    .map((gap) => ({ ...gap, kinds: gap.kinds.filter((kind) => chosen.has(kind)) }))
    .filter(({ kinds }) => kinds.length > 0);
}

import { getTypeName } from "#framework/messages";
import { type Peridio, resources } from "#provider";
import type { Comparison } from "../objects/row";
import { type LiveType, liveTypes } from "../objects/rows";
import { joinAnd } from "../wording";
import { compareGroups, compareProjects } from "./accessComparison";
import type { DeclaredOrganization } from "./declarations";
import type { Facts } from "./facts";
import { findEnds } from "./ends";
import { createFinding } from "./finding";
import { createLayoutGap, createUnselectedGap, type FindingOrGap, type Gap } from "./gaps";
import type { AuditOptions } from "./options";
import { compareOwner } from "./ownerComparison";
import { compareTokens, compareWebhooks } from "./tokenComparison";

type Compare = (facts: Facts, declared: DeclaredOrganization, options: AuditOptions) => readonly FindingOrGap[];

/** The comparisons of live objects, in the order of gaps. The row of a kind of objects names one of them. */
const comparisons: Readonly<Record<Comparison, Compare>> = {
  tokens: compareTokens,
  webhooks: compareWebhooks,
  projects: compareProjects,
  groups: compareGroups,
};

/** Compares an organization with the declarations of the layout and the previews, if there are any. */
export function compareWithDeclarations(facts: Facts, options: AuditOptions, api: ServingApi): readonly FindingOrGap[] {
  const { declarations, layout } = options;
  if (declarations === undefined) return [];
  const { name } = facts;
  if (declarations.isUnselected(facts)) {
    const predicate = "is in the layout, but no preview contains it, so no stack manages it";
    return [createFinding("unselectedOrganization", name, predicate), createUnselectedGap(name)];
  }
  const declared = declarations.find(facts);
  if (declared === undefined) return [createFinding("undeclaredOrganization", name, declarations.absence)];
  const onlyInPreviews = layout !== undefined && declared.layout === undefined;
  return [
    ...(onlyInPreviews ? [createLayoutGap(name)] : []),
    ...[compareOwner, findEnds, ...Object.values(comparisons)].flatMap((compare) => compare(facts, declared, options)),
    ...(options.kinds.length === 0 ? listUncompared(name, declared, api) : []),
  ];
}

type ServingApi = Pick<Peridio, "explainUnsupported">;

/** Returns a gap for the types of objects that the API serves, and that no comparison covers. */
export function listUncompared(
  organization: string,
  { hasPreviews }: Pick<DeclaredOrganization, "hasPreviews">,
  api: ServingApi,
  types: readonly LiveType[] = Object.values(liveTypes),
): readonly Gap[] {
  const nouns = types
    .filter(({ auditComparison, isInLayout }) => auditComparison === "none" && (hasPreviews || isInLayout))
    .filter(({ kind }) => {
      const feature = resources.find((resource) => getTypeName(resource) === kind)?.requires;
      return feature === undefined || api.explainUnsupported(feature) === undefined;
    })
    .map(({ noun }) => `${noun}s`);
  if (nouns.length === 0) return [];
  const sentence = `The audit does not compare the ${joinAnd(nouns)} of ${organization} with their declarations. It cannot report undeclared ones.`;
  return [{ organization, sentence, kinds: [], hasFailed: false }];
}

import type { Declaration } from "../model/declaration";
import type { Model } from "../model/model";
import { describeResource, mayDiffer } from "../model/resource";
import { findHidden } from "../objects/reading";
import { rows } from "../objects/rows";
import { sortRisks } from "../risks";
import { joinAnd } from "../wording";
import type { SettingReview } from "./review";

/**
 * Lists the resources with hidden values that stay, although they may have changed outside Pulumi since the last update. The other rows
 * compare only values that the preview shows.
 */
export function reviewHiddenDrift({ declarations, after }: Model): readonly SettingReview[] {
  return declarations.flatMap((declaration) => {
    const { mayHaveDrifted, isImported, isReleased, organization } = declaration;
    const names = mayHaveDrifted && !isImported ? listKeptSecrets(declaration) : [];
    const key = isReleased ? organization.before : organization.after;
    if (names.length === 0 || key === undefined || !after.organizations.has(key)) return [];
    const resource = describeResource(declaration);
    return {
      organization: key,
      section: "general",
      setting: `last update of ${resource}`,
      words: `The preview hides ${joinAnd(names.map((name) => `\`${name}\``))} of ${resource}, so a change outside Pulumi may remain.`,
      risks: sortRisks(["hidden"]),
    };
  });
}

/** Returns the properties with a hidden part that Peridio keeps, and that Pulumi neither changes nor compares with the last update. */
function listKeptSecrets(declaration: Declaration): readonly string[] {
  const { kind, before, after, recorded = {}, isReleased, dropped } = declaration;
  const { allInputs, guards } = rows[kind];
  const isKept = (name: string) =>
    isReleased ||
    (dropped.has(name) && allInputs[name]?.staysWhenUndeclared === true) ||
    (after?.inputs[name] !== undefined && !mayDiffer(declaration, name));
  return Object.keys(allInputs).filter(
    (name) =>
      allInputs[name]?.neverDrifts !== true &&
      // Peridio does not store guardrails.
      guards?.properties[name] === undefined &&
      recorded[name] !== undefined &&
      findHidden(before?.inputs[name]) !== undefined &&
      isKept(name),
  );
}

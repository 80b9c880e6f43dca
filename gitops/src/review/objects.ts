import { createHash } from "node:crypto";
import type { Values } from "#framework";
import type { Model } from "../model/model";
import type { ObjectChange } from "../model/objects";
import { describeObject } from "../model/properties";
import type { Effect } from "../objects/property";
import { mayDiffer } from "../model/resource";
import { sortRisks } from "../risks";
import { capitalize } from "../wording";
import { compareProperties, describeProperties } from "./properties";
import type { SettingReview } from "./review";

/** Lists the API tokens, claim tokens and webhooks that a change creates, changes, replaces or deletes. */
export function reviewObjects({ objects }: Pick<Model, "objects">): readonly SettingReview[] {
  return objects.flatMap((change) => {
    const { declaration, row, before, after } = change;
    if (!declaration.isEffective) return [];
    const { before: former, after: present } = declaration.organization;
    if (before !== undefined && after !== undefined && former !== undefined && former === present)
      return reviewKept(former, change, before, after);
    return [
      // The hidden values of a deleted object are no risk. A row of the section `released` names an object that Peridio keeps.
      ...(before === undefined || former === undefined || declaration.isReleased
        ? []
        : [
            createObjectReview(
              former,
              change,
              row.deleted,
              describeProperties(row.properties, before).map(({ words }) => ({ words, risks: [] })),
            ),
          ]),
      ...(after === undefined || present === undefined
        ? []
        : [createObjectReview(present, change, row.created, describeProperties(row.properties, after))]),
    ];
  });
}

function reviewKept(
  organization: string,
  change: ObjectChange,
  before: Values,
  after: Values,
): readonly SettingReview[] {
  const { declaration, row, isRenamed } = change;
  const details = compareProperties(row.properties, before, after, (property) => ({
    isDropped: false,
    mayDiffer: mayDiffer(declaration, property),
  }));
  if (!declaration.isReplaced && details.length === 0) return [];
  const outcome = declaration.isReplaced
    ? row.describeReplacement({ isReleased: declaration.isReleased, isRenamed })
    : { words: "changed", risks: [] };
  return [createObjectReview(organization, change, outcome, details)];
}

function createObjectReview(
  organization: string,
  { declaration, row: { section, partial }, before, after }: ObjectChange,
  outcome: Effect,
  details: readonly Effect[],
): SettingReview {
  const object = describeObject(declaration);
  const value = partial === undefined ? undefined : (after ?? before)?.[partial];
  const parts = [outcome, ...details];
  return {
    organization,
    section,
    setting: object,
    words: `${capitalize(object)}: ${parts.map(({ words }) => `${words}.`).join(" ")}`,
    risks: sortRisks(parts.flatMap(({ risks }) => risks)),
    ...(typeof value === "string" && { digest: createHash("sha256").update(value).digest("hex") }),
  };
}

import type { Side } from "../../model/directory";
import { createHash } from "node:crypto";
import type { Declaration } from "../../model/declaration";
import type { Model } from "../../model/model";
import { describeObject } from "../../model/properties";
import type { ResourceKind } from "../../preview/resource";
import { capitalize } from "../../wording";
import type { SettingReview } from "../review";
import { riskNames } from "../../risks";
import type { Change } from "../settings/setting";
import type { ObjectKind } from "./objectKind";
import { apiToken, createClaimTokenKind } from "./tokens";
import { webhook } from "./webhooks";

/** Lists the API tokens, claim tokens and webhooks that a change creates, changes, replaces or deletes. */
export function reviewObjects({ declarations }: Model): readonly SettingReview[] {
  const objectKinds: Partial<Record<ResourceKind, ObjectKind>> = {
    OrganizationApiToken: apiToken,
    ClaimToken: createClaimTokenKind(declarations),
    Webhook: webhook,
  };
  return declarations.flatMap((resource) => {
    const objectKind = objectKinds[resource.kind];
    if (objectKind === undefined || !resource.isEffective) return [];
    const { before, after } = resource.organization;
    if (before !== undefined && before === after) return reviewKept(before, resource, objectKind);
    return [
      // A row of the section `released` names an object that Peridio keeps.
      ...(before === undefined || resource.isReleased ? [] : reviewEnd(before, resource, objectKind, "before")),
      ...(after === undefined ? [] : reviewEnd(after, resource, objectKind, "after")),
    ];
  });
}

/** Describes an object that exists on one side only, or that moves to another organization. */
function reviewEnd(
  organization: string,
  resource: Declaration,
  objectKind: ObjectKind,
  side: Side,
): readonly SettingReview[] {
  const { created, deleted, properties } = objectKind;
  const details = properties.flatMap((property) => property.describe(resource, side) ?? []);
  if (side === "after") return [createRow(organization, objectKind, resource, { outcome: created, details })];
  // The hidden values of a deleted object are no risk.
  return [
    createRow(organization, objectKind, resource, {
      outcome: deleted,
      details: details.map(({ words }) => ({ words, risks: [] })),
    }),
  ];
}

function reviewKept(organization: string, resource: Declaration, objectKind: ObjectKind): readonly SettingReview[] {
  const { replaced, properties } = objectKind;
  const details = properties.flatMap((property) => property.compare(resource) ?? []);
  if (resource.isReplaced)
    return [createRow(organization, objectKind, resource, { outcome: replaced(resource), details })];
  if (details.length === 0) return [];
  return [createRow(organization, objectKind, resource, { outcome: { words: "changed", risks: [] }, details })];
}

function createRow(
  organization: string,
  { section, partial }: ObjectKind,
  resource: Declaration,
  { outcome, details }: { readonly outcome: Change; readonly details: readonly Change[] },
): SettingReview {
  const object = describeObject(resource);
  const risks = [outcome, ...details].flatMap((part) => part.risks);
  const value =
    partial === undefined ? undefined : resource.values[resource.after === undefined ? "before" : "after"][partial];
  const sentences = [outcome, ...details].map(({ words }) => `${words}.`);
  return {
    organization,
    section,
    setting: object,
    words: `${capitalize(object)}: ${sentences.join(" ")}`,
    risks: riskNames.filter((risk) => risks.includes(risk)),
    ...(typeof value === "string" && { digest: createHash("sha256").update(value).digest("hex") }),
  };
}

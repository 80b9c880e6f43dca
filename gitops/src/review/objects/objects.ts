import type { Side } from "../../access/directory";
import { createHash } from "node:crypto";
import { describeObject, readProperty } from "../../access/properties";
import type { Sides } from "../../access/sides";
import type { Kind } from "../../preview/document";
import { isWritten, type Resource, type ResourceKind } from "../../preview/resource";
import { capitalize } from "../../wording";
import { riskNames, type SettingReview } from "../review";
import type { Change } from "../settings/setting";
import type { ObjectKind } from "./objectKind";
import { apiToken, createClaimTokenKind } from "./tokens";
import { webhook } from "./webhooks";

/** Lists the API tokens, claim tokens and webhooks that a change creates, changes, replaces or deletes. */
export function reviewObjects(
  { directory }: Pick<Sides, "directory">,
  resources: readonly Resource[],
  kind: Kind,
): readonly SettingReview[] {
  const objectKinds: Partial<Record<ResourceKind, ObjectKind>> = {
    OrganizationApiToken: apiToken,
    ClaimToken: createClaimTokenKind(resources),
    Webhook: webhook,
  };
  return resources.flatMap((resource) => {
    const objectKind = objectKinds[resource.kind];
    // An import changes nothing in Peridio.
    if (objectKind === undefined || (kind === "change" && !isWritten(resource) && !resource.isReplaced)) return [];
    const [before, after] = [directory.getKey(resource, "before"), directory.getKey(resource, "after")];
    if (before !== undefined && before === after) return reviewKept(before, resource, objectKind, kind);
    return [
      // A row of the section `released` names an object that Peridio keeps.
      ...(before === undefined || resource.isReleased ? [] : reviewEnd(before, resource, objectKind, "before", kind)),
      ...(after === undefined ? [] : reviewEnd(after, resource, objectKind, "after", kind)),
    ];
  });
}

/** Describes an object that exists on one side only, or that moves to another organization. */
function reviewEnd(
  organization: string,
  resource: Resource,
  objectKind: ObjectKind,
  side: Side,
  kind: Kind,
): readonly SettingReview[] {
  const { created, deleted, properties } = objectKind;
  const details = properties.flatMap((property) => property.describe(resource, side, kind) ?? []);
  if (side === "after") return [createRow(organization, objectKind, resource, { outcome: created, details, kind })];
  // The hidden values of a deleted object are no risk.
  return [
    createRow(organization, objectKind, resource, {
      outcome: deleted,
      details: details.map(({ words }) => ({ words, risks: [] })),
      kind,
    }),
  ];
}

function reviewKept(
  organization: string,
  resource: Resource,
  objectKind: ObjectKind,
  kind: Kind,
): readonly SettingReview[] {
  const { replaced, properties } = objectKind;
  const details = properties.flatMap((property) => property.compare(resource, kind) ?? []);
  if (resource.isReplaced)
    return [createRow(organization, objectKind, resource, { outcome: replaced(resource), details, kind })];
  if (details.length === 0) return [];
  return [createRow(organization, objectKind, resource, { outcome: { words: "changed", risks: [] }, details, kind })];
}

function createRow(
  organization: string,
  { section, partial }: ObjectKind,
  resource: Resource,
  { outcome, details, kind }: { readonly outcome: Change; readonly details: readonly Change[]; readonly kind: Kind },
): SettingReview {
  const object = describeObject(resource);
  const risks = [outcome, ...details].flatMap((part) => part.risks);
  const value =
    partial === undefined
      ? undefined
      : readProperty(resource, resource.after === undefined ? "before" : "after", kind, partial);
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

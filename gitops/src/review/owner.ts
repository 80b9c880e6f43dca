import { isSameEmail } from "#provider";
import { describeHidden, isHidden } from "../hidden";
import { type Declaration, filterByKind } from "../model/declaration";
import type { Organization } from "../model/organization";
import { mayDiffer } from "../model/resource";
import type { DeclarationSides } from "../model/settings";
import { readOwnerOutput } from "../objects/organization";
import { organizationOwner } from "../objects/organizationOwner";
import { readValues } from "../objects/reading";
import { type Risk, sortRisks } from "../risks";
import { showEverything, type SettingRow } from "./shown";

/** An organization before and after a change, and its declarations. */
export interface OwnerChange {
  readonly prior: Organization | undefined;
  readonly current: Organization;
  readonly declarations: DeclarationSides;
}

/** Lists changes of the declared owner that no row of a person shows: its end, hidden values, and an owner from outside Pulumi. */
export function reviewOwner(change: OwnerChange): readonly SettingRow[] {
  return [...reviewUndeclaredOwner(change), ...reviewHiddenOwner(change), ...reviewAcceptedOwner(change)];
}

/** Reports an owner that no stack declares after the change. */
function reviewUndeclaredOwner({ current, declarations }: OwnerChange): readonly SettingRow[] {
  const { key, owner } = current;
  const former = filterByKind(declarations.before, "OrganizationOwner");
  if (former.length === 0 || filterByKind(declarations.after, "OrganizationOwner").length > 0) return [];
  const outcome = typeof owner === "string" ? `stays ${owner}` : "stays unchanged";
  return [createRow(key, former, `${outcome} (no longer declared)`, ["dropsPolicy"])];
}

/** Reports an owner that the preview hides before or after the change, unless a hidden owner cannot differ. */
function reviewHiddenOwner({ prior, current: { key, owner }, declarations }: OwnerChange): readonly SettingRow[] {
  const owners = filterByKind(declarations.after, "OrganizationOwner");
  const former = prior?.owner;
  if (owners.length === 0 || (!isHidden(owner) && !isHidden(former))) return [];
  const canDiffer = owners.some((resource) => mayDiffer(resource, "email"));
  if (isHidden(former) && isHidden(owner) && former.reason === owner.reason && !canDiffer) return [];
  const [before, after] = [former, owner].map((one) => (isHidden(one) ? describeHidden(one) : (one ?? "not known")));
  return [createRow(key, owners, `${before ?? ""} → ${after ?? ""}`, ["hidden"])];
}

/**
 * Reports an owner who stays, if a program starts to declare this owner. Also reports an owner who got the ownership outside Pulumi, if a
 * program declares this owner or keeps the change by `ignoreChanges`.
 */
function reviewAcceptedOwner({ prior, current: { key, owner }, declarations }: OwnerChange): readonly SettingRow[] {
  if (typeof owner !== "string" || !isSameEmail(prior?.owner, owner)) return [];
  const owners = filterByKind([...declarations.before, ...declarations.after], "OrganizationOwner");
  const known = owners.filter(({ isImported, isCreated }) => !isImported && !isCreated);
  const declared = known.flatMap(({ recorded = {} }) => readValues(organizationOwner.inputs, recorded).email ?? []);
  // Without a declaration at the last update, the owner that Pulumi had read counts.
  const read = filterByKind(declarations.before, "Organization").flatMap(
    ({ recordedOutputs }) => readOwnerOutput(recordedOutputs?.owner).email ?? [],
  );
  const isNew = known.length === 0 && owners.some(({ isCreated }) => isCreated);
  const former = isNew ? read : declared;
  const [first] = former;
  if (first === undefined || former.some((email) => isSameEmail(email, owner)))
    return isNew ? [{ ...createRow(key, owners, `stays ${owner} (newly declared)`, []), people: [owner] }] : [];
  const change = `${isHidden(first) ? describeHidden(first) : first} → ${owner}, which accepts a change made outside Pulumi`;
  return [{ ...createRow(key, owners, change, ["acceptsDrift", "changesOwner"]), people: [owner] }];
}

/** Creates a row of the owner, which shows all of these declarations. */
function createRow(key: string, owners: readonly Declaration[], change: string, risks: readonly Risk[]): SettingRow {
  return {
    organization: key,
    section: "general",
    setting: "owner",
    words: `Owner: ${change}.`,
    risks: sortRisks(risks),
    shows: showEverything(owners),
  };
}

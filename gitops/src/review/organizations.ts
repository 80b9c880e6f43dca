import { type Declaration, type DeclaredState, isAbout } from "../model/declaration";
import type { Side } from "../model/directory";
import type { Model } from "../model/model";
import { isComplete, getOrganizationName, type Organization } from "../model/organization";
import { membership } from "../objects/membership";
import { readValues } from "../objects/reading";
import { isHidden } from "../hidden";
import { describeResource, mayDiffer } from "../model/resource";
import { type Risk, sortRisks } from "../risks";
import { getRoleName } from "../roles";
import { compareTexts } from "../wording";
import type { OrganizationReview } from "./review";
import { showEverything, showProperties, type OrganizationRow, type Place } from "./shown";

/** Returns every organization on either side, by name. */
export function reviewOrganizations({ before, after, declarations: all }: Model): readonly OrganizationRow[] {
  const keys = new Set([...before.organizations.keys(), ...after.organizations.keys()]);
  const reviews = [...keys].flatMap((key) => {
    const [prior, current] = [before.organizations.get(key), after.organizations.get(key)];
    const organization = current ?? prior;
    if (organization === undefined) return [];
    const own = all.filter((declaration) => isAbout(declaration, key));
    const declarations = own.filter(({ kind }) => kind === "Organization");
    // If an organization moves to another stack, only the first stack releases it.
    const itself = declarations.find(({ isReleased }) => !isReleased) ?? declarations[0];
    const change = getChange(current, itself, key);
    const risks = [
      ...getChangeRisks(change),
      ...((prior?.hiddenPeople ?? 0) !== (current?.hiddenPeople ?? 0) || own.some(isOpaque)
        ? (["hidden"] as const)
        : []),
    ];
    return [
      {
        key,
        name: getOrganizationName(organization),
        change,
        risks: sortRisks(risks),
        complete: isComplete(organization),
        hiddenPeople: organization.hiddenPeople,
        ...(organization.hasHiddenRoster && { hiddenRoster: true }),
        shows: listShown(change, own, declarations),
      },
    ];
  });
  return reviews.sort((a, b) => compareTexts(a.name, b.name) || compareTexts(a.key, b.key));
}

/** A new or deleted organization shows all its parts. Otherwise, its row shows a hidden name, and people with hidden addresses. */
function listShown(
  change: OrganizationReview["change"],
  own: readonly Declaration[],
  itself: readonly Declaration[],
): readonly Place[] {
  if (change === "created" || change === "deleted" || change === "replaced") return showEverything(own);
  const hidden = own.filter((one) => isOpaque(one) && [one.before, one.after].some(hidesPeople));
  return [
    ...(change === "kept" ? [] : showEverything(itself)),
    ...hidden.map(({ urn }): Place => ({ urn, part: "people" })),
    ...showProperties(own.filter(hidesName), ["name"]),
  ];
}

/** Reports if a change is about people, or an organization, that the preview hides. */
function isOpaque(resource: Declaration): boolean {
  return isHiddenMember(resource) || isHiddenRoster(resource) || ignoresLess(resource) || hidesName(resource);
}

/** Reports if a new or imported organization has a hidden name, by which rules select organizations. */
function hidesName({ kind, isChanged, after }: Declaration): boolean {
  return kind === "Organization" && isChanged && isHidden(after?.inputs.name);
}

function getChange(
  current: Organization | undefined,
  itself: Declaration | undefined,
  key: string,
): OrganizationReview["change"] {
  if (current === undefined) return itself?.isReplaced === true ? "replaced" : "deleted";
  if (itself === undefined) return "kept";
  if ((itself.isCreated || itself.isReplaced) && itself.organization.after === key) return "created";
  if (itself.isAdopted && itself.organization.after === key) return "adopted";
  return itself.isReleased ? "released" : "kept";
}

function getChangeRisks(change: OrganizationReview["change"]): readonly Risk[] {
  if (change === "deleted") return ["deletesOrganization"];
  if (change === "replaced") return ["replacesOrganization"];
  return change === "released" ? ["releases"] : [];
}

/** Describes the changes for people that a preview hides, each in a sentence. A review cannot name these people. */
export function describeHiddenChanges({ declarations }: Model): readonly string[] {
  return declarations.flatMap((resource) => {
    if (isHiddenMember(resource)) {
      return [
        `${describeResource(resource)} changes the access of a person with a hidden address: ${describeRole(resource, "before")} → ${describeRole(resource, "after")}.`,
      ];
    }
    if (isHiddenRoster(resource)) return [`${describeResource(resource)} changes, but its people are hidden.`];
    if (ignoresLess(resource)) {
      return [
        `\`ignore\` of ${describeResource(resource)} changes. The update may remove people that only the old patterns match. The previews do not name these people. If the provider found any, its warning in Pulumi's output names up to ten of them.`,
      ];
    }
    return hasHiddenIgnore(resource)
      ? [
          `\`ignore\` of ${describeResource(resource)} is secret or unknown. Some people who seem to be removed may stay.`,
        ]
      : [];
  });
}

/** Reports if a hidden person's membership changes. */
function isHiddenMember({ kind, isChanged, before, after }: Declaration): boolean {
  return kind === "Membership" && isChanged && [before, after].some(hidesPeople);
}

/** Reports if a roster changes in a hidden way. */
function isHiddenRoster(resource: Declaration): boolean {
  const { kind, after, before } = resource;
  const areHidden = (state: DeclaredState | undefined) =>
    hidesPeople(state) || state?.secretOutputs.includes("members") === true;
  if (kind !== "OrganizationMembers" || !(areHidden(before) || areHidden(after))) return false;
  return before === undefined || after === undefined || mayDiffer(resource, "members");
}

function hidesPeople(state: DeclaredState | undefined): boolean {
  return state?.people?.declared.hidden !== undefined;
}

/** Reports if a roster ignores fewer people than before. */
function ignoresLess({ before, after }: Declaration): boolean {
  const [former, present] = [before, after].map((state) => state?.people?.declared.ignore);
  if (former === undefined || present === undefined || isHidden(former) || isHidden(present)) return false;
  return former.some((pattern) => !present.includes(pattern));
}

function hasHiddenIgnore({ isChanged, after }: Declaration): boolean {
  return isChanged && isHidden(after?.people?.declared.ignore);
}

function describeRole(declaration: Declaration, side: Side): string {
  if (declaration[side] === undefined) return "none";
  const { role } = readValues(membership.inputs, declaration.values[side]);
  return typeof role === "string" ? getRoleName(role) : "hidden";
}

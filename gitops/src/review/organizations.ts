import { type Declaration, isAbout } from "../model/declaration";
import type { Model } from "../model/model";
import { isComplete, getOrganizationName, type Organization } from "../model/organization";
import { type Resource, isHidden, describeResource, mayDiffer, type State } from "../preview/resource";
import { type Risk, riskNames } from "../risks";
import { getRoleName } from "../wording";
import type { OrganizationReview } from "./review";

/** Returns every organization on either side, by name. */
export function reviewOrganizations({ before, after, declarations: all }: Model): readonly OrganizationReview[] {
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
        risks: riskNames.filter((risk) => risks.includes(risk)),
        complete: isComplete(organization),
        hiddenPeople: organization.hiddenPeople,
        ...(organization.hasHiddenRoster && { hiddenRoster: true }),
      },
    ];
  });
  return reviews.sort((a, b) => (a.name === b.name ? compare(a.key, b.key) : compare(a.name, b.name)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** Reports if a change is about people that the preview hides. */
function isOpaque(resource: Resource): boolean {
  return isHiddenMember(resource) || isHiddenRoster(resource) || ignoresLess(resource);
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
      const { before, after } = resource;
      return [
        `${describeResource(resource)} changes the access of a person with a hidden address: ${describeRole(before)} → ${describeRole(after)}.`,
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
function isHiddenMember({ kind, isChanged, before, after }: Resource): boolean {
  return kind === "Membership" && isChanged && [before, after].some((state) => isHidden(state?.inputs.email));
}

/** Reports if a roster changes in a hidden way. */
function isHiddenRoster(resource: Resource): boolean {
  const { kind, after, before } = resource;
  const areHidden = (state: State | undefined) =>
    isHidden(state?.inputs.members) || state?.concealed.includes("members") === true;
  if (kind !== "OrganizationMembers" || !(areHidden(before) || areHidden(after))) return false;
  return before === undefined || after === undefined || mayDiffer(resource, "members");
}

/** Reports if a roster ignores fewer people than before. */
function ignoresLess({ kind, before, after }: Resource): boolean {
  if (kind !== "OrganizationMembers" || before === undefined || after === undefined) return false;
  const patterns = getPatterns(after);
  return patterns !== undefined && (getPatterns(before) ?? []).some((pattern) => !patterns.includes(pattern));
}

function hasHiddenIgnore({ kind, isChanged, after }: Resource): boolean {
  return kind === "OrganizationMembers" && isChanged && after !== undefined && getPatterns(after) === undefined;
}

/** Undefined if one of the patterns is hidden. */
function getPatterns({ inputs: { ignore = [] } }: State): readonly unknown[] | undefined {
  return Array.isArray(ignore) && !ignore.some(isHidden) ? ignore : undefined;
}

function describeRole(state: State | undefined): string {
  if (state === undefined) return "none";
  const role = state.outputs?.role ?? state.inputs.role;
  return typeof role === "string" ? getRoleName(role) : "hidden";
}

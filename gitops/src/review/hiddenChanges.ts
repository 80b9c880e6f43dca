import { isHidden } from "../access/hidden";
import { roleName } from "../wording/role";
import { called, mayDiffer, type Resource, type State } from "../preview/resource";

/** Changes for people whom a preview does not tell. A review that does not name them has to say so. */

/** What such changes are, each in a sentence. */
export function hiddenChanges(resources: readonly Resource[]): readonly string[] {
  return resources.flatMap((resource) => {
    if (isHiddenMember(resource)) {
      const { before, after } = resource;
      return [
        `Access of somebody whose address is hidden: ${roleIn(before)} → ${roleIn(after)}, by ${called(resource)}.`,
      ];
    }
    if (isHiddenRoster(resource)) return [`${called(resource)} changes, and who is in it is hidden.`];
    if (ignoresLess(resource)) {
      return [`Those whom ${called(resource)} ignored until now may be removed, and a preview does not list them.`];
    }
    return hasHiddenIgnore(resource)
      ? [`Whom ${called(resource)} ignores is hidden, so that some of those who are told as removed may stay.`]
      : [];
  });
}

/** Whether it is a membership of somebody hidden that changes. */
export function isHiddenMember({ kind, changed, before, after }: Resource): boolean {
  return kind === "Membership" && changed && [before, after].some((state) => isHidden(state?.inputs.email));
}

/** Whether it is a roster that changes, and nobody can tell how. */
export function isHiddenRoster(resource: Resource): boolean {
  const { kind, after, before } = resource;
  if (kind !== "OrganizationMembers" || !isHidden(after?.inputs.members)) return false;
  return before === undefined || mayDiffer(resource, "members");
}

/** Whether it is a roster that leaves fewer people alone than before. */
export function ignoresLess({ kind, before, after }: Resource): boolean {
  if (kind !== "OrganizationMembers" || before === undefined || after === undefined) return false;
  const still = patterns(after);
  return still !== undefined && (patterns(before) ?? []).some((pattern) => !still.includes(pattern));
}

function hasHiddenIgnore({ kind, changed, after }: Resource): boolean {
  return kind === "OrganizationMembers" && changed && after !== undefined && patterns(after) === undefined;
}

/** Undefined where one of them is hidden. */
function patterns({ inputs: { ignore = [] } }: State): readonly unknown[] | undefined {
  return Array.isArray(ignore) && !ignore.some(isHidden) ? ignore : undefined;
}

function roleIn(state: State | undefined): string {
  if (state === undefined) return "none";
  const role = state.outputs?.role ?? state.inputs.role;
  return typeof role === "string" ? roleName(role) : "hidden";
}

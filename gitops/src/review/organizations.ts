import { isComplete, nameOf, type Organization } from "../access/access";
import type { Directory } from "../access/directory";
import type { Sides } from "../access/sides";
import type { Resource } from "../preview/resource";
import { ignoresLess, isHiddenMember, isHiddenRoster } from "./hiddenChanges";
import type { OrganizationReview } from "./review";
import { type Risk, riskNames } from "./risk";

/** Every organization on either side, by name. */
export function organizationReviews(
  { before, after, directory }: Pick<Sides, "before" | "after" | "directory">,
  resources: readonly Resource[],
): readonly OrganizationReview[] {
  const keys = new Set([...before.organizations.keys(), ...after.organizations.keys()]);
  const reviews = [...keys].flatMap((key) => {
    const [was, is] = [before.organizations.get(key), after.organizations.get(key)];
    const one = is ?? was;
    if (one === undefined) return [];
    const own = resources.filter((resource) => directory.isAbout(resource, key));
    const declarations = own.filter(({ kind }) => kind === "Organization");
    // An organization that moves to another stack is released by the first one alone.
    const itself = declarations.find(({ released }) => !released) ?? declarations[0];
    const change = changeOf(is, itself, key, directory);
    const risks = [
      ...changeRisks(change),
      ...((was?.hiddenPeople ?? 0) !== (is?.hiddenPeople ?? 0) || own.some(isOpaque) ? (["hidden"] as const) : []),
    ];
    return [
      {
        key,
        name: nameOf(one),
        change,
        risks: riskNames.filter((risk) => risks.includes(risk)),
        complete: isComplete(one),
        hiddenPeople: one.hiddenPeople,
        ...(one.hasHiddenRoster && { hiddenRoster: true }),
      },
    ];
  });
  return reviews.sort((a, b) => (a.name === b.name ? compare(a.key, b.key) : compare(a.name, b.name)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** Whether it changes for people whom nobody can tell. */
function isOpaque(resource: Resource): boolean {
  return isHiddenMember(resource) || isHiddenRoster(resource) || ignoresLess(resource);
}

function changeOf(
  is: Organization | undefined,
  itself: Resource | undefined,
  key: string,
  directory: Directory,
): OrganizationReview["change"] {
  if (is === undefined) return itself?.replaced === true ? "replaced" : "deleted";
  if (itself === undefined) return "kept";
  if ((itself.created || itself.replaced) && directory.keyOf(itself, "after") === key) return "created";
  if (itself.adopted && directory.keyOf(itself, "after") === key) return "adopted";
  return itself.released ? "released" : "kept";
}

function changeRisks(change: OrganizationReview["change"]): readonly Risk[] {
  if (change === "deleted") return ["deletesOrganization"];
  if (change === "replaced") return ["replacesOrganization"];
  return change === "released" ? ["releases"] : [];
}

import { nameOf, type Organization } from "../access/access";
import type { Directory } from "../access/directory";
import { isHidden } from "../access/hidden";
import type { Sides } from "../access/sides";
import type { Resource } from "../preview/resource";
import type { OrganizationReview } from "./review";
import { type Risk, riskNames } from "./risk";

/** Every organization on either side, by name. */
export function organizationReviews(
  { before, after, directory }: Pick<Sides, "before" | "after" | "directory">,
  resources: readonly Resource[],
): readonly OrganizationReview[] {
  const managed = resources.filter(({ external }) => !external);
  const keys = new Set([...before.organizations.keys(), ...after.organizations.keys()]);
  const reviews = [...keys].flatMap((key) => {
    const [was, is] = [before.organizations.get(key), after.organizations.get(key)];
    const one = is ?? was;
    if (one === undefined) return [];
    const own = managed.filter((resource) => isAbout(resource, key, directory));
    const itself = own.find(({ kind }) => kind === "Organization");
    const change = changeOf(is, itself, key, directory);
    const risks = [
      ...changeRisks(change, itself),
      ...((was?.hiddenPeople ?? 0) !== (is?.hiddenPeople ?? 0) || own.some(isOpaque) ? (["hidden"] as const) : []),
    ];
    return [
      {
        key,
        name: nameOf(one),
        change,
        risks: riskNames.filter((risk) => risks.includes(risk)),
        complete: one.complete,
        hiddenPeople: one.hiddenPeople,
      },
    ];
  });
  return reviews.sort((a, b) => (a.name === b.name ? compare(a.key, b.key) : compare(a.name, b.name)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function isAbout(resource: Resource, key: string, directory: Directory): boolean {
  return directory.keyOf(resource, "before") === key || directory.keyOf(resource, "after") === key;
}

/** Whether it is a roster that changes, and nobody can tell how. */
function isOpaque({ kind, changed, after }: Resource): boolean {
  return kind === "OrganizationMembers" && changed && isHidden(after?.inputs.members);
}

function changeOf(
  is: Organization | undefined,
  itself: Resource | undefined,
  key: string,
  directory: Directory,
): OrganizationReview["change"] {
  if (itself === undefined) return "kept";
  if (is === undefined) return itself.replaced ? "replaced" : "deleted";
  if (itself.released) return "released";
  return (itself.created || itself.replaced) && directory.keyOf(itself, "after") === key ? "created" : "kept";
}

function changeRisks(change: OrganizationReview["change"], itself: Resource | undefined): readonly Risk[] {
  if (change === "deleted") return ["deletesOrganization"];
  if (change === "replaced") return ["replacesOrganization"];
  return itself?.before?.protected === true && itself.after?.protected === false ? ["unprotects"] : [];
}

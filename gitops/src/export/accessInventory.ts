import { type Group, type Project, type TunnelPolicy } from "#provider";
import { type LiveOrganization, settleAll } from "../model/live";
import { createRecord, type LayoutType, liveTypes, type ObjectType, objectTypes } from "../objects/rows";

/** The groups and projects of an organization, and the numbers of its other objects. Only Avocado Connect has them. */
export interface AccessInventory {
  readonly groups: readonly Group[];
  readonly projects: readonly ProjectWithCohorts[];
  /** The own rules of the organization and of each cohort, by id. */
  readonly tunnelPolicies: ReadonlyMap<string, TunnelPolicy>;
  readonly others: OtherCounts;
}

/** A project and its cohorts. */
export interface ProjectWithCohorts {
  readonly project: Project;
  readonly cohorts: readonly Project[];
}

/** The types of objects that a layout cannot declare. */
type OtherType = Exclude<ObjectType, LayoutType>;

const otherTypes = objectTypes.filter((type): type is OtherType => !liveTypes[type].isInLayout);

/** The numbers of objects that a layout cannot declare, by the plural of their type. */
export type OtherCounts = Readonly<Record<`${OtherType}s`, number>>;

/** The numbers of an organization without such objects. */
export const noOthers: OtherCounts = createRecord(otherTypes.map((type) => [`${type}s`, 0] as const));

/** Reads the groups and projects of an organization, and counts its other objects. */
export async function readAccessInventory(live: LiveOrganization): Promise<AccessInventory> {
  const [groups, objects, tunnelPolicies, others] = await settleAll([
    live.groups(),
    live.projectsAndCohortsWithGrants(),
    live.tunnelPolicies(),
    settleAll(otherTypes.map(async (type) => [`${type}s`, await live.count(type)] as const)),
  ]);
  return {
    groups,
    projects: objects
      .filter(({ kind }) => kind === "project")
      .map((project) => ({
        project,
        cohorts: objects.filter(({ parent }) => parent === project.id),
      })),
    tunnelPolicies,
    others: createRecord(others),
  };
}

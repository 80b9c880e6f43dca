import { type Group, getParentId, type Peridio, type Project, readGroups, type TunnelPolicy } from "#provider";
import { createRecord, type LayoutType, liveTypes, type ObjectType, objectTypes } from "../objects/rows";
import { collect, type ListedProjectOrCohort, listProjectsAndCohorts, readGrants } from "../access/live";

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
export async function readAccess(peridio: Peridio, organizationId: string): Promise<AccessInventory> {
  const listed = listProjectsAndCohorts(peridio, organizationId);
  const reads = [
    readGroups(peridio, organizationId),
    listed.then((objects) => readGrants(peridio, objects)),
    listed.then((objects) => readTunnelPolicies(peridio, [organizationId, ...listCohortIds(objects)])),
    countOthers(peridio, organizationId, listed),
  ] as const;
  // Waits for all requests before the command fails.
  await Promise.allSettled(reads);
  const [groups, objects, tunnelPolicies, others] = await Promise.all(reads);
  return {
    groups,
    projects: objects
      .filter(({ kind }) => kind === "project")
      .map((project) => ({
        project,
        cohorts: objects.filter(({ kind, id }) => kind === "cohort" && getParentId(id) === project.id),
      })),
    tunnelPolicies,
    others,
  };
}

function listCohortIds(objects: readonly ListedProjectOrCohort[]): readonly string[] {
  return objects.filter(({ kind }) => kind === "cohort").map(({ id }) => id);
}

async function readTunnelPolicies(
  peridio: Peridio,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TunnelPolicy>> {
  const read = async (id: string) => [id, await peridio.tunnelPolicies.get(id)] as const;
  return new Map(await Promise.all(ids.map(read)));
}

type Parents = readonly [organizationId: string, listed: Promise<readonly ListedProjectOrCohort[]>];

async function countOthers(peridio: Peridio, ...parents: Parents): Promise<OtherCounts> {
  const counts = otherTypes.map(async (type) => [`${type}s`, await countObjects(peridio, type, ...parents)] as const);
  return createRecord(await Promise.all(counts));
}

/** Counts the objects of a type in the organization, or in all its projects that the API key can see. */
export async function countObjects(
  peridio: Peridio,
  type: ObjectType,
  ...[organizationId, listed]: Parents
): Promise<number> {
  const { parent } = liveTypes[type];
  const ids =
    parent === "organization"
      ? [organizationId]
      : (await listed).filter(({ kind }) => kind === parent).map(({ id }) => id);
  const lists = await Promise.all(ids.map(async (id) => collect<unknown>(peridio[`${type}s`].list(id))));
  return lists.reduce((total, list) => total + list.length, 0);
}

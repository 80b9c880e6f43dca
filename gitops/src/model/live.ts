import {
  ApiError,
  type Feature,
  getParentId,
  hasAdminRights,
  type ListedProject,
  type Organization,
  type Peridio,
  type Project,
  readGroups,
  toArray,
} from "#provider";
import type { Unreadable } from "../access/unreadable";
import { liveTypes, type ObjectType } from "../objects/rows";
import { compareTexts } from "../wording";

/** A project or a cohort. */
export interface ListedProjectOrCohort extends ListedProject {
  readonly kind: "project" | "cohort";
  /** The name. For a cohort, the project's name, a `/`, and the cohort's name: `firmware/canary`. */
  readonly path: string;
  /** The id of a cohort's project, if the API key can see the project. */
  readonly parent?: string | undefined;
}

/** A project or a cohort, with its grants. */
export type ProjectOrCohort = Project & ListedProjectOrCohort;

/** A live organization. A command reads only the parts that it needs, and the API client shares the requests of equal parts. */
export class LiveOrganization {
  readonly id: string;
  readonly name: string;
  #listedProjectsAndCohorts: Promise<readonly ListedProjectOrCohort[]> | undefined;

  constructor(
    /** The organization as the API lists it. */
    readonly listed: Organization,
    private readonly api: Peridio,
  ) {
    ({ id: this.id, name: this.name } = listed);
  }

  has(feature: Feature): boolean {
    return this.api.explainUnsupported(feature) === undefined;
  }

  // Arrow functions, because an audit passes them without their object.

  readonly members = async () => this.api.roster.members(this.id);

  /** Reads the members, and the invitations, which some API keys cannot read. */
  readonly people = async () => {
    const { roster } = this.api;
    // Both calls use the same lists.
    const [all, memberInvitations] = await Promise.all([roster.list(this.id), roster.memberInvitations(this.id)]);
    return {
      members: all.filter((entry) => entry.kind === "member"),
      /** The pending invitations of people who are not members. */
      pending: all.filter((entry) => entry.kind === "invitation"),
      /** The pending invitations of members, which also use a seat. */
      memberInvitations,
    };
  };

  readonly expiredInvitations = async () => this.api.roster.expired(this.id);

  readonly limits = async () => this.api.limits(this.id);

  /** Returns undefined if the API has no security settings. */
  readonly security = async () => (this.has("securitySettings") ? this.api.securitySettings.get(this.id) : undefined);

  /** Returns undefined if the API has no billing settings. */
  readonly billing = async () => (this.has("billingSettings") ? this.api.billingSettings.get(this.id) : undefined);

  readonly apiTokens = async () => toArray(this.api.apiTokens.list(this.id));

  readonly claimTokens = async () => toArray(this.api.claimTokens.list(this.id));

  readonly webhooks = async () => toArray(this.api.webhooks.list(this.id));

  readonly groups = async () => readGroups(this.api, this.id);

  /** Lists the projects and cohorts that the API key can see, sorted by path. Other parts share the list. */
  readonly listedProjectsAndCohorts = async () =>
    (this.#listedProjectsAndCohorts ??= listProjectsAndCohorts(this.api, this.id));

  /** Reads the listed projects and cohorts with their grants: all of them or, with a path, only these, with their projects. */
  readonly projectsAndCohortsWithGrants = async (path?: string) => {
    const all = await this.listedProjectsAndCohorts();
    const chosen = all.filter((one) => path === undefined || one.path === path);
    const required = new Set(chosen.flatMap(({ id, parent }) => [id, parent]));
    const reading = all
      .filter(({ id }) => required.has(id))
      .map(async ({ id, kind, path, parent }) => {
        const objects = kind === "project" ? this.api.projects : this.api.cohorts;
        return { ...(await objects.get(id)), kind, path, parent };
      });
    return Promise.all(reading);
  };

  /** Reads the own rules of the organization and of each cohort, by id. */
  readonly tunnelPolicies = async () => {
    const cohorts = (await this.listedProjectsAndCohorts()).filter(({ kind }) => kind === "cohort");
    const ids = [this.id, ...cohorts.map(({ id }) => id)];
    return new Map(await Promise.all(ids.map(async (id) => [id, await this.api.tunnelPolicies.get(id)] as const)));
  };

  /** Reports if the API key's user is an admin or an owner, who sees all objects of the organization. */
  readonly isAdmin = async () => {
    const { organizations } = await this.api.caller();
    return organizations.some(({ id, role }) => id === this.id && hasAdminRights(role));
  };

  /** Counts the objects of a type in the organization, or in all its projects that the API key can see. */
  async count(type: ObjectType): Promise<number> {
    const { parent } = liveTypes[type];
    const parents =
      parent === "organization"
        ? [this]
        : (await this.listedProjectsAndCohorts()).filter(({ kind }) => kind === parent);
    const lists = await Promise.all(parents.map(async ({ id }) => toArray<unknown>(this.api[`${type}s`].list(id))));
    return lists.flat().length;
  }
}

async function listProjectsAndCohorts(api: Peridio, id: string): Promise<readonly ListedProjectOrCohort[]> {
  const [projects, cohorts] = await Promise.all([toArray(api.projects.list(id)), toArray(api.cohorts.listAll(id))]);
  const names = new Map(projects.map((project) => [project.id, project.name]));
  return [
    ...projects.map((project) => ({ ...project, kind: "project", path: project.name }) as const),
    ...cohorts.map((cohort) => {
      const projectId = getParentId(cohort.id);
      const path = `${names.get(projectId) ?? projectId}/${cohort.name}`;
      return { ...cohort, kind: "cohort", path, parent: names.has(projectId) ? projectId : undefined } as const;
    }),
  ].sort((a, b) => compareTexts(a.path, b.path));
}

/** Describes objects of an organization, such as `API tokens`, of which members who are neither admins nor owners see only some. */
export function describeUnreadableObjects(organization: string, objects: string): string {
  return `The API key's user is neither an admin nor an owner of ${organization} and sees only some of its ${objects}. Use the API key of an admin or an owner.`;
}

/** Lists the organizations that the API key can see, sorted by name. */
export async function listOrganizations(api: Peridio): Promise<readonly LiveOrganization[]> {
  const organizations = await toArray(api.organizations.list());
  return organizations
    .map((organization) => new LiveOrganization(organization, api))
    .sort((a, b) => compareTexts(a.name, b.name));
}

/** Returns the error, instead of throwing it, if Peridio rejects a request or cannot be reached. */
export async function catchApiError<T>(reading: Promise<T>): Promise<T | ApiError> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** Waits until every reading has ended. Then returns all results, or throws the first error. */
export async function settleAll<const T extends readonly unknown[]>(
  readings: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(readings);
  return Promise.all(readings);
}

/** Reads each organization, and names those that the API key cannot read. */
export async function readEachOrganization<T>(
  organizations: readonly LiveOrganization[],
  read: (organization: LiveOrganization) => Promise<T>,
): Promise<{ readonly readings: readonly T[]; readonly unreadable: readonly Unreadable[] }> {
  const all = await settleAll(
    organizations.map(async (organization) => ({ organization, reading: await catchApiError(read(organization)) })),
  );
  return {
    readings: all.flatMap(({ reading }) => (reading instanceof ApiError ? [] : [reading])),
    unreadable: all.flatMap(({ organization: { id, name }, reading }) =>
      reading instanceof ApiError ? [{ id, name, error: reading }] : [],
    ),
  };
}

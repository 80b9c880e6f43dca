import { type Group, getParentId, type Peridio, type Project, readGroups } from "#provider";
import type { SecretType } from "../objects/rows";
import { collect, listProjectsAndCohorts, readGrants } from "../access/liveProjects";

/** The groups and projects of an organization, and the number of objects with secrets. Only Avocado Connect has them. */
export interface AccessInventory {
  readonly groups: readonly Group[];
  readonly projects: readonly ProjectWithCohorts[];
  /** The pending invitations with a group, which the person joins by accepting. */
  readonly invitations: readonly InvitationToGroup[];
  readonly secrets: SecretCounts;
}

/** An invited person, and the UUID of a group. */
interface InvitationToGroup {
  readonly email: string;
  readonly groupId: string;
}

/** A project and its cohorts. */
export interface ProjectWithCohorts {
  readonly project: Project;
  readonly cohorts: readonly Project[];
}

/** The objects whose secrets Peridio returns only once, so that no import can adopt them completely. */
type SecretCounts = Readonly<Record<`${SecretType}s`, number>>;

/** Reads the groups and projects of an organization, and counts the objects with secrets. */
export async function readAccess(peridio: Peridio, organizationId: string): Promise<AccessInventory> {
  const reads = [
    readGroups(peridio, organizationId),
    listProjectsAndCohorts(peridio, organizationId).then((listed) => readGrants(peridio, listed)),
    // The roster is read once for all callers.
    peridio.roster.list(organizationId),
    collect(peridio.apiTokens.list(organizationId)),
    collect(peridio.webhooks.list(organizationId)),
    collect(peridio.claimTokens.list(organizationId)),
  ] as const;
  // Waits for all requests before the command fails.
  await Promise.allSettled(reads);
  const [groups, objects, people, apiTokens, webhooks, claimTokens] = await Promise.all(reads);
  return {
    groups,
    projects: objects
      .filter(({ kind }) => kind === "project")
      .map((project) => ({
        project,
        cohorts: objects.filter(({ kind, id }) => kind === "cohort" && getParentId(id) === project.id),
      })),
    invitations: people.flatMap((person) =>
      person.kind === "invitation" && person.groupId !== undefined
        ? [{ email: person.email, groupId: person.groupId }]
        : [],
    ),
    secrets: { apiTokens: apiTokens.length, webhooks: webhooks.length, claimTokens: claimTokens.length },
  };
}

import { z } from "zod";
import type { ClaimToken } from "../apis/connect/claimTokens";
import type { StoredOrganization } from "../apis/connect/stateSchema";
import { getUserById, type Grants, type State } from "../model/state";

/** The lists whose contents the console describes. Of all other lists, it shows the names of the objects. */
const described = {
  organization: ["members", "invitations", "groups", "projects", "api_tokens", "webhooks", "claim_tokens"],
  project: ["cohorts", "runtimes", "user_ids", "group_ids"],
};

/** Reads the objects of an organization that only Avocado Connect has, without their secrets. `now` is an ISO 8601 time. */
export function readAccess(state: State, organization: StoredOrganization, now: string) {
  const { groups, projects, api_tokens, webhooks, claim_tokens } = organization;
  const toEmails = (ids: readonly string[]) => ids.map((id) => getUserById(state, id).email);
  const showGrants = ({ everyone_enabled, user_ids, group_ids }: Grants) => ({
    everyone_enabled,
    users: toEmails(user_ids),
    groups: group_ids.flatMap((id) => groups.find((group) => group.id === id)?.name ?? []),
  });
  const cohortNames = new Map(
    projects.flatMap(({ name, cohorts }) => cohorts.map((cohort) => [cohort.id, `${name}/${cohort.name}`])),
  );
  return {
    groups: groups.map(({ id, name, description, user_ids }) => ({
      id,
      name,
      description,
      members: toEmails(user_ids),
    })),
    projects: projects.map((project) => ({
      id: project.id,
      name: project.name,
      description: project.description,
      ...showGrants(project),
      runtimes: project.runtimes.length,
    })),
    cohorts: projects.flatMap((project) =>
      project.cohorts.map((cohort) => ({
        id: cohort.id,
        name: cohort.name,
        project: project.name,
        description: cohort.description,
        ...showGrants(cohort),
        devices: cohort.device_count,
      })),
    ),
    api_tokens: api_tokens.map(({ name, user_id, last_used_at, expires_at }) => ({
      name,
      owner: getUserById(state, user_id).email,
      last_used_at,
      expires_at,
      is_expired: isPast(expires_at, now),
    })),
    webhooks: webhooks.map(({ name, url, events, enabled }) => ({ name, url, events, enabled })),
    claim_tokens: claim_tokens.map((token) => ({
      name: token.name,
      uses: token.uses.length,
      max_uses: token.max_uses,
      expires_at: token.expires_at,
      status: getStatus(token, now),
      cohort: cohortNames.get(token.cohort_id ?? "") ?? null,
      tags: token.tags,
    })),
    others: [
      ...listOthers(organization, described.organization),
      ...projects.flatMap((project) =>
        listOthers(project, described.project).map(({ list, objects }) => ({
          list: `${list} of ${project.name}`,
          objects,
        })),
      ),
    ],
  };
}

/** Returns the lists of an organization or a project that are not described. */
function listOthers(owner: object, describedLists: readonly string[]) {
  return Object.entries(owner).flatMap(([list, objects]: [string, unknown]) =>
    Array.isArray(objects) && !describedLists.includes(list) ? [{ list, objects: objects.map(showName) }] : [],
  );
}

const named = z.object({ name: z.string().nullable().catch(null) });

function showName(object: unknown): z.output<typeof named> {
  return named.parse(object);
}

function isPast(moment: string | null, now: string): boolean {
  return moment !== null && moment <= now;
}

function getStatus({ expires_at, max_uses, uses }: ClaimToken, now: string): "usable" | "expired" | "used up" {
  if (isPast(expires_at, now)) return "expired";
  return max_uses !== null && uses.length >= max_uses ? "used up" : "usable";
}

import type { Wire } from "#framework/testing";
import type { Answers, Policy } from "../oracle/liveOracle";
import type { PrintedStep } from "./document";

type Place = Answers["invitations"][number];
type Restricted = Omit<Answers["projects"][number], "cohorts">;

export interface Style {
  /** True for a roster, and false for a Membership of each person. */
  readonly hasRoster: boolean;
  /** The declared role of owners, who stay owners (docs/owners.md). */
  readonly ownerRole: "owner" | "admin";
}

/**
 * Returns the steps of a preview that declares an organization as it is. The update adds all rules of its tunnel policies, and sends the
 * expired invitations again. For the cohort of each claim token, the update creates a token with the id of the existing one as its name.
 */
export function declareAnswers(one: Answers, { hasRoster, ownerRole }: Style): readonly PrintedStep[] {
  const organizationId = `prn:1:${one.id}`;
  const keep = (name: string, id: string, inputs: Wire, outputs: Wire = {}): PrintedStep => ({
    op: "same",
    name,
    before: { id, inputs, outputs: { ...inputs, ...outputs } },
    after: { inputs },
  });

  const keepPeople = (): readonly PrintedStep[] => {
    const active = one.members.map(({ email, role, user_id }) => ({
      email,
      role: role === "owner" ? ownerRole : role,
      groupId: undefined,
      state: { status: "active", userId: `prn:1:user:${user_id}` },
      current: role === "owner" && ownerRole !== role ? role : undefined,
    }));
    const invited = one.invitations.map(({ email, role, status, group }: Place) => ({
      email,
      role,
      groupId: group ? `${organizationId}/${group.id}` : undefined,
      state: { status },
      current: undefined,
    }));
    const people = [...active, ...invited];
    if (!hasRoster) {
      return people.map(({ email, role, groupId, state, current }) => {
        const inputs = { organizationId, email, role, ...(groupId !== undefined && { groupId }) };
        return keep(`Membership::${email}`, `${organizationId}/${email.toLowerCase()}`, inputs, {
          ...state,
          ...(current !== undefined && { currentRole: current }),
        });
      });
    }
    const groups = people.flatMap(({ email, groupId }) => (groupId === undefined ? [] : [[email, groupId] as const]));
    const inputs = {
      organizationId,
      members: Object.fromEntries(people.map(({ email, role }) => [email, role] as const)),
      ...(groups.length > 0 && { groups: Object.fromEntries(groups) }),
    };
    const current = people.flatMap(({ email, current }) => (current === undefined ? [] : [[email, current] as const]));
    const outputs = {
      people: Object.fromEntries(people.map(({ email, state }) => [email, state] as const)),
      ...(current.length > 0 && { currentRoles: Object.fromEntries(current) }),
    };
    return [keep(`OrganizationMembers::${one.slug}`, organizationId, inputs, outputs)];
  };

  // The case of an address does not matter, and a program can name a group by its UUID.
  const declareAccess = ({ name, everyone_enabled, access_users, access_groups }: Restricted): Wire => ({
    name,
    everyoneEnabled: everyone_enabled,
    access: {
      users: access_users.map(({ email }) => email.toLowerCase()),
      groups: access_groups.map(({ id }) => (hasRoster ? id : `${organizationId}/${id}`)),
    },
  });

  const addRules = (name: string, id: string, place: Wire, policy: Policy): PrintedStep => {
    const before = { organizationId, ...place };
    return {
      op: "update",
      name: `TunnelPolicy::${name}`,
      before: { id, inputs: before, outputs: before },
      after: { inputs: { ...before, ...declareRules(policy) } },
    };
  };

  const createClaimToken = (name: string, cohortId: string): PrintedStep => ({
    op: "create",
    name: `ClaimToken::${name}`,
    after: { inputs: { organizationId, name, cohortId } },
  });

  return [
    keep(`Organization::${one.slug}`, organizationId, { name: one.slug }, { displayName: one.slug }),
    ...keepPeople(),
    ...one.groups.map(({ id, name, members }) =>
      keep(`Group::${name}`, `${organizationId}/${id}`, {
        organizationId,
        name,
        members: members.map(({ email }) => email),
      }),
    ),
    addRules("all", organizationId, {}, one.policy),
    ...one.projects.flatMap((project) => {
      const projectId = `${organizationId}/${project.id}`;
      return [
        keep(`Project::${project.name}`, projectId, { organizationId, ...declareAccess(project) }),
        ...project.cohorts.flatMap((cohort): readonly PrintedStep[] => {
          const cohortId = `${projectId}/${cohort.id}`;
          const name = `${project.name}/${cohort.name}`;
          return [
            keep(`Cohort::${name}`, cohortId, { projectId, ...declareAccess(cohort) }),
            addRules(name, cohortId, { cohortId }, cohort.overrides),
            ...one.claimTokens
              .filter(({ cohort_id }) => cohort_id === cohort.id)
              .map(({ id }) => createClaimToken(id, hasRoster ? cohort.id : cohortId)),
          ];
        }),
      ];
    }),
  ];
}

/** Converts a policy to the inputs of a TunnelPolicy. */
function declareRules(policy: Policy): Wire {
  const { max_ttl_seconds, backoff_seconds, max_concurrent, cidr_allowlist, require_reason, allowed_windows } = policy;
  return {
    ...(max_ttl_seconds != null && { maxTtlSeconds: max_ttl_seconds }),
    ...(backoff_seconds != null && { backoffSeconds: backoff_seconds }),
    ...(max_concurrent != null && { maxConcurrent: max_concurrent }),
    ...(cidr_allowlist != null && { cidrAllowlist: cidr_allowlist }),
    ...(require_reason != null && { requireReason: require_reason }),
    ...(allowed_windows != null && { allowedWindows: allowed_windows.map((window) => JSON.stringify(window)) }),
  };
}

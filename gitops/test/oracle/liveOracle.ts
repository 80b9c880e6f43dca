import { z } from "zod";

/**
 * Computes access, tokens and tunnel rules from the answers of Avocado Connect. The sources of its rules are the facts N1, N3, N4, N5, N6
 * and N8, and the guides in docs/. It shares no code with the product, so a test can compare both.
 */

const person = z.object({ user_id: z.string(), email: z.string(), role: z.enum(["owner", "admin", "member"]) });
const named = z.object({ id: z.string(), name: z.string() });
const invitation = z.object({
  email: z.string(),
  role: person.shape.role,
  status: z.enum(["pending", "expired", "accepted"]),
  group: named.nullish(),
});
const group = named.extend({ members: z.array(person) });
const restricted = named.extend({
  everyone_enabled: z.boolean(),
  access_users: z.array(z.object({ id: z.string(), email: z.string() })),
  access_groups: z.array(named),
});
const apiToken = named.extend({ owner: z.object({ id: z.string() }).nullish(), expires_at: z.string().nullish() });
const claimToken = z.object({
  id: z.string(),
  cohort_id: z.string().nullish(),
  expires_at: z.string().nullish(),
  max_uses: z.number().nullish(),
  consume_count: z.number(),
});
const policy = z.object({
  max_ttl_seconds: z.number().nullish(),
  backoff_seconds: z.number().nullish(),
  max_concurrent: z.number().nullish(),
  cidr_allowlist: z.array(z.string()).nullish(),
  require_reason: z.boolean().nullish(),
  allowed_windows: z.array(z.unknown()).nullish(),
});

export type Policy = z.infer<typeof policy>;
type Restricted = z.infer<typeof restricted>;
type Group = z.infer<typeof group>;
type Role = z.infer<typeof person>["role"];

/** A cohort with the policy of the cohort itself. */
interface Cohort extends Restricted {
  readonly overrides: Policy;
}

interface Project extends Restricted {
  readonly cohorts: readonly Cohort[];
}

/** The answers about one organization. */
export interface Answers {
  readonly id: string;
  readonly slug: string;
  readonly members: readonly z.infer<typeof person>[];
  readonly invitations: readonly z.infer<typeof invitation>[];
  readonly groups: readonly Group[];
  readonly projects: readonly Project[];
  readonly apiTokens: readonly z.infer<typeof apiToken>[];
  readonly claimTokens: readonly z.infer<typeof claimToken>[];
  readonly policy: Policy;
}

/** Reads all organizations of an API key. Without a limit, lists are complete (B7). */
export async function readAnswers(url: string, key: string): Promise<readonly Answers[]> {
  async function get<Data extends z.ZodType>(path: string, data: Data): Promise<z.infer<Data>> {
    const response = await fetch(`${url}/api/${path}`, { headers: { authorization: `Bearer ${key}` } });
    const { data: answer } = z.object({ data: z.unknown() }).parse(await response.json());
    return data.parse(answer);
  }

  async function readCohort(path: string): Promise<Cohort> {
    const { overrides } = await get(`${path}/tunnel-policy`, z.object({ overrides: policy }));
    return { ...(await get(path, restricted)), overrides };
  }

  async function readProject(path: string): Promise<Project> {
    const cohorts = await get(`${path}/cohorts`, z.array(named));
    return {
      ...(await get(path, restricted)),
      cohorts: await Promise.all(cohorts.map(({ id }) => readCohort(`${path}/cohorts/${id}`))),
    };
  }

  const organization = z.object({ id: z.string(), slug: z.string() });
  const { organizations } = await get("me", z.object({ organizations: z.array(organization) }));
  const answers: Answers[] = [];
  for (const { id, slug } of organizations) {
    const root = `orgs/${id}`;
    const groups = await get(`${root}/groups`, z.array(named));
    const projects = await get(`${root}/projects`, z.array(named));
    answers.push({
      id,
      slug,
      members: await get(`${root}/members`, z.array(person)),
      invitations: await get(`${root}/invitations`, z.array(invitation)),
      groups: await Promise.all(groups.map((one) => get(`${root}/groups/${one.id}`, group))),
      projects: await Promise.all(projects.map((one) => readProject(`${root}/projects/${one.id}`))),
      apiTokens: (await get(`${root}/api-tokens`, z.object({ tokens: z.array(apiToken) }))).tokens,
      claimTokens: await get(`${root}/claim_tokens`, z.array(claimToken)),
      policy: await get(`${root}/tunnel-policy`, policy),
    });
  }
  return answers;
}

/** A member or an invited person, with the groups that grants can name. */
interface Candidate {
  readonly email: string;
  readonly role: Role;
  readonly isGranted: (object: Restricted) => boolean;
  readonly groups: readonly string[];
}

/** Returns everyone who reaches a project or a cohort, with every reason, as sorted lines: `bob@acme.example firmware: everyone`. */
export function computeAccess({ members, groups, projects }: Answers): readonly string[] {
  return listAccess(
    projects,
    members.map(({ email, role, user_id: id }) => ({
      email,
      role,
      isGranted: ({ access_users }) => access_users.some((user) => user.id === id),
      groups: groups.filter((one) => one.members.some(({ user_id }) => user_id === id)).map(({ name }) => name),
    })),
  );
}

/**
 * Returns the same for the time after all these invitations are accepted. A grant to a former member stays with the person, who gets
 * access again as a member (N6: grants are additive).
 */
export function computeAccessAfter(
  answers: Answers,
  invitations: readonly z.infer<typeof invitation>[],
): readonly string[] {
  const joining = invitations.map(({ email, role, group: joined }) => ({
    email,
    role,
    isGranted: ({ access_users }: Restricted) => access_users.some((user) => user.email === email),
    groups: joined ? [joined.name] : [],
  }));
  return [...computeAccess(answers), ...listAccess(answers.projects, joining)].sort();
}

/**
 * Returns the same for people with a direct grant who are neither members nor invited. A source that does not know all members cannot
 * rule out that they are members. Only their grants are certain reasons.
 */
export function computeAccessOfStrangers({ members, invitations, projects }: Answers): readonly string[] {
  const known = new Set([...members, ...invitations].map(({ email }) => email));
  const users = projects.flatMap(({ access_users, cohorts }) => [
    access_users,
    ...cohorts.map((one) => one.access_users),
  ]);
  const strangers = new Set(users.flat().flatMap(({ email }) => (known.has(email) ? [] : [email])));
  const lines = listAccess(
    projects,
    [...strangers].map((email) => ({
      email,
      role: "member",
      isGranted: ({ access_users }) => access_users.some((user) => user.email === email),
      groups: [],
    })),
  );
  return lines.filter((line) => line.endsWith("user")).map((line) => line.replace("everyone, ", ""));
}

/** Returns the invitations that people can accept. An expired invitation gives no access (docs/export.md). */
export function listPending({ invitations }: Answers): Answers["invitations"] {
  return invitations.filter(({ status }) => status === "pending");
}

/** N6: the access to a project gates the access to its cohorts. */
function listAccess(projects: readonly Project[], people: readonly Candidate[]): readonly string[] {
  return people
    .flatMap((one) =>
      projects.flatMap((project) => {
        const reasons = findReasons(one, project);
        if (reasons.length === 0) return [];
        const cohorts = project.cohorts.map((cohort) => ({
          path: `${project.name}/${cohort.name}`,
          reasons: findReasons(one, cohort),
        }));
        return [{ path: project.name, reasons }, ...cohorts]
          .filter((found) => found.reasons.length > 0)
          .map((found) => `${one.email} ${found.path}: ${[...found.reasons].sort().join(", ")}`);
      }),
    )
    .sort();
}

/** N6: owners and admins always have access, `everyone_enabled` opens an object to all members, and grants are additive. */
function findReasons({ role, isGranted, groups }: Candidate, object: Restricted): readonly string[] {
  return [
    ...(role === "member" ? [] : [`role ${role}`]),
    ...(object.everyone_enabled ? ["everyone"] : []),
    ...(isGranted(object) ? ["user"] : []),
    ...object.access_groups.filter(({ name }) => groups.includes(name)).map(({ name }) => `group ${name}`),
  ];
}

/** An API token, which acts with the permissions of its creator (N4) as long as the creator is a member (N3). */
export interface ComputedToken {
  readonly id: string;
  /** The person and the role with which the token acts, such as `bob@acme.example member`; absent if the person is no member. */
  readonly actsAs?: string;
  readonly hasExpired: boolean;
}

export function computeApiTokens({ apiTokens, members }: Answers, now: Date): readonly ComputedToken[] {
  return apiTokens.map(({ id, owner, expires_at }) => {
    const member = members.find(({ user_id }) => user_id === owner?.id);
    return {
      id,
      ...(member !== undefined && { actsAs: `${member.email} ${member.role}` }),
      hasExpired: hasPassed(expires_at, now),
    };
  });
}

/** A claim token, which Peridio gives the default cohort if its creator names none (N8). */
export interface ComputedClaim {
  readonly id: string;
  /** The path of the cohort of the devices that join; absent for none. */
  readonly cohort?: string;
  /** False if the token has expired or has no uses left. */
  readonly works: boolean;
  /** True if neither an expiry nor a number of uses limits the token. */
  readonly isUnlimited: boolean;
}

export function computeClaimTokens({ claimTokens, projects }: Answers, now: Date): readonly ComputedClaim[] {
  const paths = new Map(
    projects.flatMap(({ name, cohorts }) => cohorts.map((cohort) => [cohort.id, `${name}/${cohort.name}`] as const)),
  );
  return claimTokens.map(({ id, cohort_id, expires_at, max_uses, consume_count }) => {
    const cohort = paths.get(cohort_id ?? "");
    const works = !hasPassed(expires_at, now) && (max_uses == null || consume_count < max_uses);
    const isUnlimited = expires_at == null && max_uses == null;
    return { id, works, isUnlimited, ...(cohort !== undefined && { cohort }) };
  });
}

function hasPassed(moment: string | null | undefined, now: Date): boolean {
  return moment != null && Date.parse(moment) <= now.getTime();
}

/** The rules in force. A rule is absent if no policy has it. */
export interface Rules {
  readonly maxTtlSeconds?: number;
  readonly backoffSeconds?: number;
  readonly maxConcurrent?: number;
  readonly cidrAllowlist?: readonly string[];
  readonly requireReason?: boolean;
  /** True if a policy has an entry, which blocks every tunnel. */
  readonly isBlocked: boolean;
}

export interface ComputedTunnels {
  readonly id: string;
  readonly path: string;
  readonly rules: Rules;
}

/**
 * N5: a cohort tightens the rules of its organization, except that its allowlist replaces that of the organization. A field
 * without a value inherits, and an empty allowlist is a value (docs/tunnel-policies.md).
 */
export function computeTunnels({ projects, policy: general }: Answers): readonly ComputedTunnels[] {
  return projects.flatMap(({ id: projectId, name, cohorts }) =>
    cohorts.map(({ id, name: cohort, overrides }) => {
      const both = [general, overrides];
      const ttl = both.flatMap(({ max_ttl_seconds }) => max_ttl_seconds ?? []);
      const backoff = both.flatMap(({ backoff_seconds }) => backoff_seconds ?? []);
      const concurrent = both.flatMap(({ max_concurrent }) => max_concurrent ?? []);
      const reason = both.flatMap(({ require_reason }) => require_reason ?? []);
      const cidrAllowlist = overrides.cidr_allowlist ?? general.cidr_allowlist;
      return {
        id: `${projectId}/${id}`,
        path: `${name}/${cohort}`,
        rules: {
          ...(ttl.length > 0 && { maxTtlSeconds: Math.min(...ttl) }),
          ...(backoff.length > 0 && { backoffSeconds: Math.max(...backoff) }),
          ...(concurrent.length > 0 && { maxConcurrent: Math.min(...concurrent) }),
          ...(cidrAllowlist != null && { cidrAllowlist }),
          ...(reason.length > 0 && { requireReason: reason.includes(true) }),
          isBlocked: both.some(({ allowed_windows }) => (allowed_windows ?? []).length > 0),
        },
      };
    }),
  );
}

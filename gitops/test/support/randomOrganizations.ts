import fc from "fast-check";
import type { Acme } from "./acme";

const hour = 3600;
const day = 24 * hour;

const people = [
  "bob@acme.example",
  "carl@partner.example",
  "Dora@acme.example",
  "eve@acme.example",
  "finn@acme.example",
];
const groupNames = ["field", "office"];
const projectNames = ["firmware", "gateways", "sensors"];
const cohortNames = ["canary", "stable"];

const role = fc.constantFrom(
  "owner" as const,
  "admin" as const,
  "viewer" as const,
  "viewer" as const,
  "viewer" as const,
);

/** A person's place in an organization. `group` is a group that an invitation names. */
const standing = fc.record({
  kind: fc.constantFrom("none", "member", "member", "member", "invited", "expired", "left"),
  role,
  groups: fc.subarray(groupNames),
  group: fc.option(fc.constantFrom(...groupNames), { nil: undefined }),
});

const grants = {
  isOpen: fc.boolean(),
  users: fc.subarray(people, { maxLength: 3 }),
  groups: fc.subarray(groupNames),
};

function optional<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.option(arbitrary, { nil: null });
}

const cidrAllowlist = fc.constantFrom<string[] | null>(
  null,
  [],
  ["203.0.113.0/24"],
  ["198.51.100.0/24", "203.0.113.0/25"],
);
const policy = fc.record({
  max_ttl_seconds: optional(fc.constantFrom(60, 600, 1800, 3600, 7200)),
  backoff_seconds: optional(fc.constantFrom(0, 60, 600)),
  max_concurrent: optional(fc.integer({ min: 1, max: 10 })),
  cidr_allowlist: cidrAllowlist,
  require_reason: optional(fc.boolean()),
  allowed_windows: fc.constantFrom<Record<string, unknown>[] | null>(null, null, [], [{ start: "08:00" }]),
});

const cohort = fc.record({ name: fc.constantFrom(...cohortNames), policy, ...grants });
const project = fc.record({
  name: fc.constantFrom(...projectNames),
  ...grants,
  cohorts: fc.uniqueArray(cohort, { selector: ({ name }) => name, maxLength: 2 }),
});
const expiry = fc.constantFrom("never", "passed", "future");
const claim = fc.record({
  expiry,
  maxUses: optional(fc.integer({ min: 1, max: 2 })),
  uses: fc.integer({ min: 0, max: 1 }),
  cohort: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
});

/** An organization of Avocado Connect with every kind of people, grants, tokens and tunnel policies. */
export const randomOrganization = fc.record({
  /** The role of ada@acme.example, whose API key reads the organization. */
  keyRole: fc.constantFrom("owner" as const, "admin" as const),
  people: fc.tuple(...people.map((email) => standing.map((place) => ({ email, ...place })))),
  groups: fc.subarray(groupNames),
  projects: fc.uniqueArray(project, { selector: ({ name }) => name, maxLength: 3 }),
  policy,
  apiTokens: fc.array(fc.record({ owner: fc.constantFrom(...people), expiry }), { maxLength: 6 }),
  claimTokens: fc.array(claim, { maxLength: 3 }),
  defaultCohort: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
});

type RandomOrganization = typeof randomOrganization extends fc.Arbitrary<infer Value> ? Value : never;

/** Creates these organizations, `org-0` and so on. Moves the clock so far that the passed moments are past. */
export async function createOrganizations(acme: Acme, organizations: readonly RandomOrganization[]): Promise<void> {
  const { control } = acme;
  const keys = new Map<string, string>();
  for (const email of [...people, "zoe@acme.example"]) {
    control.addUser(email);
    keys.set(email, control.addApiKey(email));
  }
  const soon = new Date(acme.emulator.now.getTime() + hour * 1000).toISOString();
  const expiries: Readonly<Record<string, string | undefined>> = { passed: soon, future: "2027-12-31T00:00:00Z" };
  for (const [index, one] of organizations.entries()) {
    const organization = `org-${index}`;
    if (one.keyRole === "owner") await control.createOrganization(organization);
    else {
      await control.createOrganization(organization, {}, { as: "zoe@acme.example" });
      control.addMember("ada@acme.example", organization, "admin");
    }
    for (const { email, kind, role } of one.people) {
      if (kind === "member" || kind === "left") control.addMember(email, organization, role);
      if (kind === "expired") await control.invite(email, organization, role);
    }
    for (const group of one.groups) {
      const isMember = ({ kind, groups }: RandomOrganization["people"][number]) =>
        kind === "member" && groups.includes(group);
      acme.addGroup(
        group,
        one.people.filter(isMember).map(({ email }) => email),
        organization,
      );
    }
    const cohorts: { readonly project: string; readonly name: string }[] = [];
    for (const { name: project, cohorts: within, ...access } of one.projects) {
      acme.addProject(project, { organization, ...access });
      for (const { name, policy, ...access } of within) {
        acme.addCohort(name, project, { organization, ...access });
        control.access.setCohortTunnelPolicy(name, project, organization, policy);
        cohorts.push({ project, name });
      }
    }
    control.access.setTunnelPolicy(organization, one.policy);
    const fallback = cohorts[one.defaultCohort ?? -1];
    if (fallback !== undefined) control.access.setDefaultCohort(fallback.name, fallback.project, organization);
    const { projects } = control.getOrganization(organization);
    for (const [number, { owner, expiry }] of one.apiTokens.entries()) {
      const key = keys.get(owner);
      const kind = one.people.find(({ email }) => email === owner)?.kind;
      if (kind !== "member" && kind !== "left") continue;
      await acme.createToken(`token-${number}`, { organization, ...(key !== undefined && { key }) });
      control.tokens.setApiToken(`token-${number}`, organization, { expires_at: expiries[expiry] ?? null });
    }
    const ids = projects.flatMap((project) => project.cohorts.map(({ id }) => id));
    for (const [number, { expiry, maxUses, uses, cohort }] of one.claimTokens.entries()) {
      const name = `claim-${number}`;
      const [expires_at, cohort_id] = [expiries[expiry], ids[cohort ?? -1]];
      await acme.createClaimToken(name, {
        organization,
        ...(expires_at !== undefined && { expires_at }),
        ...(maxUses !== null && { max_uses: maxUses }),
        ...(cohort_id !== undefined && { cohort_id }),
      });
      if (uses > 0) control.tokens.consumeClaimToken(name, organization);
    }
    // Leaving keeps the person's API tokens in the list.
    for (const { email, kind } of one.people) if (kind === "left") control.leave(email, organization);
  }
  control.advance(8 * day);
  for (const [index, { people, groups }] of organizations.entries()) {
    for (const { email, kind, role, group } of people) {
      const isKnown = group !== undefined && groups.includes(group);
      if (kind === "invited") await control.invite(email, `org-${index}`, role, isKnown ? { group } : {});
    }
  }
}

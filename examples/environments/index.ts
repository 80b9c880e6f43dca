import * as pulumi from "@pulumi/pulumi";
import * as peridio from "pulumi-peridio";

type Role = peridio.types.enums.Role;

const environments = ["dev", "staging", "production"] as const;
type Environment = (typeof environments)[number];

/** The role of each person in each environment. Ada is the API key's user, so she owns the organizations and stays admin. */
const people: Record<string, Partial<Record<Environment, Role>>> = {
  "ada@acme.example": { dev: "admin", staging: "admin", production: "admin" },
  "bob@acme.example": { dev: "admin", staging: "manager", production: "developer" },
  "carl@acme.example": { dev: "developer", staging: "developer", production: "viewer" },
  "dora@acme.example": { dev: "developer", staging: "viewer" },
};

// An empty list allows every address. A default with addresses would lock out runs from other addresses.
const allowlist = new pulumi.Config().getObject<string[]>("allowlist") ?? [];

/** The security settings are strictest for production. */
const security: Record<Environment, Omit<peridio.SecurityPolicyArgs, "organizationId">> = {
  dev: { sessionTimeout: "7d" },
  staging: { requireTwoFactor: true, sessionTimeout: "12h" },
  production: {
    requireTwoFactor: true,
    sessionTimeout: "1h",
    ipAllowlist: allowlist.map((cidr) => ({ cidr })),
    apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
  },
};

for (const environment of environments) {
  const organization = new peridio.Organization(
    environment,
    {
      name: `acme-${environment}`,
      displayName: `Acme ${environment}`,
      contactEmail: "platform@acme.example",
    },
    // The deletion of an organization is irreversible. To allow it, remove this option and run
    // `pulumi up`, or run `pulumi state unprotect`.
    { protect: true },
  );

  const memberships = Object.entries(people).flatMap(([email, roles]) => {
    const role = roles[environment];
    if (role === undefined) return [];
    return new peridio.Membership(`${environment}/${email}`, { organizationId: organization.id, email, role });
  });

  // Peridio applies an allowlist to the next request of this program, so `dependsOn` writes it after the people.
  new peridio.SecurityPolicy(
    environment,
    { organizationId: organization.id, ...security[environment] },
    { dependsOn: memberships },
  );
}

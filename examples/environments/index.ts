import * as pulumi from "@pulumi/pulumi";
import * as peridio from "pulumi-peridio";

type Role = peridio.types.enums.Role;

const environments = ["dev", "staging", "production"] as const;
type Environment = (typeof environments)[number];

/** Who may do what, and where. Ada's API key runs this program, so she owns the organizations and stays admin. */
const people: Record<string, Partial<Record<Environment, Role>>> = {
  "ada@acme.example": { dev: "admin", staging: "admin", production: "admin" },
  "bob@acme.example": { dev: "admin", staging: "manager", production: "developer" },
  "carl@acme.example": { dev: "developer", staging: "developer", production: "viewer" },
  "dora@acme.example": { dev: "developer", staging: "viewer" },
};

// Empty lets every address in: a default that names some would lock out whoever runs this from another one.
const allowlist = new pulumi.Config().getObject<string[]>("allowlist") ?? [];

/** The closer to customers, the stricter. */
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
    // An organization's deletion is irreversible. Whoever means it says so twice: here or with `pulumi state unprotect`.
    { protect: true },
  );

  // Without `deletedWith`, here and below: it drops a resource from the state even if the destroy of the organization is refused.
  new peridio.SecurityPolicy(environment, { organizationId: organization.id, ...security[environment] });

  for (const [email, roles] of Object.entries(people)) {
    const role = roles[environment];
    if (role === undefined) continue;
    new peridio.Membership(`${environment}/${email}`, { organizationId: organization.id, email, role });
  }
}

import { Membership, Organization, SecurityPolicy } from "pulumi-resource-peridio/dynamic";

const organization = new Organization(
  "dev",
  { name: "acme-dev", displayName: "Acme development", contactEmail: "platform@acme.example" },
  // An organization's deletion is irreversible. Whoever means it says so twice: here or with `pulumi state unprotect`.
  { protect: true },
);

// Each is invited, and a member once the invitation is accepted: no change for Pulumi.
new Membership("bob", { organizationId: organization.id, email: "bob@acme.example", role: "developer" });
new Membership("carl", { organizationId: organization.id, email: "carl@acme.example", role: "viewer" });

new SecurityPolicy("dev", { organizationId: organization.id, requireTwoFactor: true, sessionTimeout: "8h" });

export const organizationId = organization.id;

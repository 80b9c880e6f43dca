import { Membership, Organization, SecurityPolicy } from "pulumi-resource-peridio/dynamic";

const organization = new Organization(
  "dev",
  { name: "acme-dev", displayName: "Acme development", contactEmail: "platform@acme.example" },
  // The deletion of an organization is irreversible. To allow it, remove this option and run
  // `pulumi up`, or run `pulumi state unprotect`.
  { protect: true },
);

// Each person gets an invitation. When the person accepts, Pulumi shows no change.
new Membership("bob", { organizationId: organization.id, email: "bob@acme.example", role: "developer" });
new Membership("carl", { organizationId: organization.id, email: "carl@acme.example", role: "viewer" });

new SecurityPolicy("dev", { organizationId: organization.id, requireTwoFactor: true, sessionTimeout: "8h" });

export const organizationId = organization.id;

import * as pulumi from "@pulumi/pulumi";
import * as peridio from "pulumi-peridio";

const name = new pulumi.Config().require("organization");

// The deletion of an organization is irreversible. Before you delete it, run `pulumi state unprotect --all`.
const dev = new peridio.Organization("dev", { name }, { protect: true });

// The complete roster: `pulumi up` removes people who are not in it. The user of the API key owns the
// organization and stays a member. Replace Bob and Carl.
new peridio.OrganizationMembers("dev", {
  organizationId: dev.id,
  members: {
    "bob@acme.example": "developer",
    "carl@acme.example": "viewer",
  },
});

new peridio.SecurityPolicy("dev", {
  organizationId: dev.id,
  requireTwoFactor: true,
  sessionTimeout: "8h",
});

export const organizationId = dev.id;

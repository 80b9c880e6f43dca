import pulumi
import pulumi_peridio as peridio

name = pulumi.Config().require("organization")

# The deletion of an organization is irreversible. Before you delete it, run `pulumi state unprotect --all`.
dev = peridio.Organization("dev", name=name, opts=pulumi.ResourceOptions(protect=True))

# The complete roster: `pulumi up` removes people who are not in it. The user of the API key owns the
# organization and stays a member. Replace Bob and Carl.
peridio.OrganizationMembers(
    "dev",
    organization_id=dev.id,
    members={
        "bob@acme.example": peridio.Role.DEVELOPER,
        "carl@acme.example": peridio.Role.VIEWER,
    },
)

peridio.SecurityPolicy(
    "dev",
    organization_id=dev.id,
    require_two_factor=True,
    session_timeout="8h",
)

pulumi.export("organizationId", dev.id)

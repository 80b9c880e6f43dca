import pulumi
import pulumi_peridio as peridio

lab = peridio.Organization(
    "lab",
    name="acme-lab",
    display_name="Acme lab",
    contact_email="platform@acme.example",
    # The deletion of an organization is irreversible. To allow it, remove this option and run
    # `pulumi up`, or run `pulumi state unprotect`.
    opts=pulumi.ResourceOptions(protect=True),
)

# The complete roster: the provider removes people who are not in it. The API key's user owns the organization and stays.
peridio.OrganizationMembers(
    "people",
    organization_id=lab.id,
    members={
        "bob@acme.example": peridio.Role.DEVELOPER,
        "carl@acme.example": peridio.Role.VIEWER,
    },
)

peridio.SecurityPolicy(
    "security",
    organization_id=lab.id,
    require_two_factor=True,
    session_timeout="8h",
)

limits = peridio.get_limits_output(organization_id=lab.id)
pulumi.export("seats", limits.users.limit)

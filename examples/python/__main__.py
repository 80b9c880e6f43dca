import pulumi
import pulumi_peridio as peridio

lab = peridio.Organization(
    "lab",
    name="acme-lab",
    display_name="Acme lab",
    contact_email="platform@acme.example",
    # An organization's deletion is irreversible. Whoever means it says so twice: here or with `pulumi state unprotect`.
    opts=pulumi.ResourceOptions(protect=True),
)

# The roster is everybody: whoever is not in it is removed. The key's own user owns the organization and stays.
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

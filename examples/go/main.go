package main

import (
	"github.com/pulumi-peridio/pulumi-peridio/sdk/go/peridio"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		lab, err := peridio.NewOrganization(ctx, "lab", &peridio.OrganizationArgs{
			Name:         pulumi.String("acme-lab"),
			DisplayName:  pulumi.String("Acme lab"),
			ContactEmail: pulumi.String("platform@acme.example"),
			// The deletion of an organization is irreversible. To allow it, remove this option and run
			// `pulumi up`, or run `pulumi state unprotect`.
		}, pulumi.Protect(true))
		if err != nil {
			return err
		}

		// The complete roster: the provider removes people who are not in it. The API key's user owns the organization and stays.
		_, err = peridio.NewOrganizationMembers(ctx, "people", &peridio.OrganizationMembersArgs{
			OrganizationId: lab.ID(),
			Members: peridio.RoleMap{
				"bob@acme.example":  peridio.RoleDeveloper,
				"carl@acme.example": peridio.RoleViewer,
			},
		})
		if err != nil {
			return err
		}

		_, err = peridio.NewSecurityPolicy(ctx, "security", &peridio.SecurityPolicyArgs{
			OrganizationId:   lab.ID(),
			RequireTwoFactor: pulumi.Bool(true),
			SessionTimeout:   pulumi.String("8h"),
		})
		if err != nil {
			return err
		}

		limits := peridio.GetLimitsOutput(ctx, peridio.GetLimitsOutputArgs{OrganizationId: lab.ID()})
		ctx.Export("seats", limits.Users().Limit())
		return nil
	})
}

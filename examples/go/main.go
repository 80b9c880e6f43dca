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
			// An organization's deletion is irreversible. Whoever means it says so twice: here or with `pulumi state unprotect`.
		}, pulumi.Protect(true))
		if err != nil {
			return err
		}

		// The roster is everybody: whoever is not in it is removed. The key's own user owns the organization and stays.
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

package main

import (
	"github.com/pulumi-peridio/pulumi-peridio/sdk/go/peridio"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		name := config.New(ctx, "").Require("organization")

		// The deletion of an organization is irreversible. Before you delete it, run `pulumi state unprotect --all`.
		dev, err := peridio.NewOrganization(ctx, "dev", &peridio.OrganizationArgs{
			Name: pulumi.String(name),
		}, pulumi.Protect(true))
		if err != nil {
			return err
		}

		// The complete roster: `pulumi up` removes people who are not in it. The user of the API key owns the
		// organization and stays a member. Replace Bob and Carl.
		_, err = peridio.NewOrganizationMembers(ctx, "dev", &peridio.OrganizationMembersArgs{
			OrganizationId: dev.ID(),
			Members: peridio.RoleMap{
				"bob@acme.example":  peridio.RoleDeveloper,
				"carl@acme.example": peridio.RoleViewer,
			},
		})
		if err != nil {
			return err
		}

		_, err = peridio.NewSecurityPolicy(ctx, "dev", &peridio.SecurityPolicyArgs{
			OrganizationId:   dev.ID(),
			RequireTwoFactor: pulumi.Bool(true),
			SessionTimeout:   pulumi.String("8h"),
		})
		if err != nil {
			return err
		}

		ctx.Export("organizationId", dev.ID())
		return nil
	})
}

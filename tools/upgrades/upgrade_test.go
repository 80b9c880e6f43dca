// Package upgrades runs Pulumi's own test of provider upgrades.
package upgrades

import (
	"os"
	"testing"

	"github.com/pulumi/providertest"
	"github.com/pulumi/providertest/optproviderupgrade"
	"github.com/pulumi/providertest/pulumitest"
	"github.com/pulumi/providertest/pulumitest/assertpreview"
	"github.com/pulumi/providertest/pulumitest/opttest"
)

// Previews a program on a stack that an earlier plugin wrote, and expects no change. The variables name the folder of the program, the folder
// of the plugin, the folder of the stacks, and the commit of the earlier plugin.
func TestPreviewProviderUpgrade(t *testing.T) {
	program := pulumitest.NewPulumiTest(t, os.Getenv("PROGRAM"),
		opttest.LocalProviderPath("peridio", os.Getenv("PLUGIN")),
		opttest.ConfigPassphrase(os.Getenv("PULUMI_CONFIG_PASSPHRASE")),
		// The test rewrites a recorded stack that has another name.
		opttest.StackName("test"),
		// The plugin and the CLI are on this machine.
		opttest.SkipInstall(),
	)
	result := providertest.PreviewProviderUpgrade(t, program, "peridio", os.Getenv("BASELINE"),
		optproviderupgrade.CacheDir(os.Getenv("STACKS"), optproviderupgrade.ProgramName, optproviderupgrade.BaselineVersion),
		optproviderupgrade.DisableAttach(),
	)
	assertpreview.HasNoChanges(t, result)
}

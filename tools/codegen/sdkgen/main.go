// Sdkgen generates SDKs from a Pulumi schema: sdkgen SCHEMA DIRECTORY LANGUAGE...
//
// The language hosts that can be built here cannot generate SDKs for the CLI, so this program calls the generators of
// Pulumi's repository. go.mod pins their version, which is older than the CLI. The program replaces a folder of DIRECTORY
// for each LANGUAGE: nodejs, python or go. The go command is necessary for the LANGUAGE go.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"

	"github.com/blang/semver"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-peridio"

// A file's content by its path inside the SDK.
type files = map[string][]byte

var generators = map[string]func(*schema.Package) (files, error){
	"nodejs": func(pkg *schema.Package) (files, error) {
		// A local SDK compiles itself when it is installed, so no compiled code is kept in the repository.
		const local = true
		return nodejs.GeneratePackage(tool, pkg, nil, nil, local, noPackages{})
	},
	"python": func(pkg *schema.Package) (files, error) {
		generated, err := python.GeneratePackage(tool, pkg, nil, noPackages{})
		if err != nil {
			return nil, err
		}
		// The generator leaves it inside the package, but pyproject.toml looks for it beside itself.
		generated["README.md"] = generated["pulumi_peridio/README.md"]
		return generated, nil
	},
	"go": func(pkg *schema.Package) (files, error) {
		generated, err := golang.GeneratePackage(tool, pkg, nil)
		if err != nil {
			return nil, err
		}
		generated["go.mod"], err = goModule(pkg)
		return generated, err
	},
}

// Steps after the files of a language are written.
var finish = map[string]func(directory string) error{"go": tidy}

const pulumiSDK = "github.com/pulumi/pulumi/sdk/v3"

// The go.mod of the SDK, which requires Pulumi's SDK at the version that goes with these generators.
func goModule(pkg *schema.Package) ([]byte, error) {
	info, ok := pkg.Language["go"].(golang.GoPackageInfo)
	if !ok || info.ModulePath == "" {
		return nil, fmt.Errorf("the schema does not say language.go.modulePath")
	}
	version, err := requiredVersion(pulumiSDK)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "module %s\n\ngo 1.25\n\nrequire %s %s\n", info.ModulePath, pulumiSDK, version), nil
}

// The version of a module that this program was built with.
func requiredVersion(module string) (string, error) {
	build, _ := debug.ReadBuildInfo()
	for _, dependency := range build.Deps {
		if dependency.Path == module {
			return dependency.Version, nil
		}
	}
	return "", fmt.Errorf("this program was not built with %s", module)
}

// Completes go.mod and writes go.sum, without which nothing in the module compiles.
func tidy(directory string) error {
	command := exec.Command("go", "mod", "tidy")
	command.Dir = directory
	if printed, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go mod tidy: %w\n%s", err, printed)
	}
	return nil
}

func main() {
	if len(os.Args) < 4 {
		fail(fmt.Errorf("usage: sdkgen SCHEMA DIRECTORY LANGUAGE..."))
	}
	if err := requireNoLink(os.Args[2]); err != nil {
		fail(err)
	}
	for _, language := range os.Args[3:] {
		if err := generate(os.Args[1], language, filepath.Join(os.Args[2], language)); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "sdkgen:", err)
	os.Exit(1)
}

func generate(schemaFile, language, directory string) error {
	generator, ok := generators[language]
	if !ok {
		return fmt.Errorf("no generator for language %q: there are nodejs, python and go", language)
	}
	// Bound anew for each language, because generators change the package.
	pkg, err := bind(schemaFile)
	if err != nil {
		return fmt.Errorf("read the schema: %w", err)
	}
	generated, err := generator(pkg)
	if err != nil {
		return fmt.Errorf("generate the %s SDK: %w", language, err)
	}
	if err := empty(directory); err != nil {
		return err
	}
	for name, content := range generated {
		if err := write(filepath.Join(directory, name), content); err != nil {
			return err
		}
	}
	if complete, ok := finish[language]; ok {
		return complete(directory)
	}
	return nil
}

// Removes the former SDK, but keeps the packages that npm has installed or linked. Removes a link itself, not its target.
func empty(directory string) error {
	if err := requireNoLink(directory); err != nil {
		return err
	}
	entries, err := os.ReadDir(directory)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == "node_modules" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(directory, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Rejects a link, because the generator removes the contents of the folder.
func requireNoLink(folder string) error {
	info, err := os.Lstat(folder)
	if err == nil && info.Mode()&os.ModeSymlink != 0 {
		return fmt.Errorf("%s is a link to another folder, whose files would be removed. Remove the link", folder)
	}
	return nil
}

func bind(file string) (*schema.Package, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, noPackages{}, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return pkg, nil
}

func write(file string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o644)
}

// noPackages refuses to load other packages: the schema refers to none, and looking for them would reach the network.
type noPackages struct{}

func (noPackages) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	return nil, fmt.Errorf("the schema refers to another package, %s", name)
}

func (l noPackages) LoadPackageV2(_ context.Context, d *schema.PackageDescriptor) (*schema.Package, error) {
	return l.LoadPackage(d.Name, nil)
}

func (noPackages) LoadPackageReference(name string, _ *semver.Version) (schema.PackageReference, error) {
	return nil, fmt.Errorf("the schema refers to another package, %s", name)
}

func (l noPackages) LoadPackageReferenceV2(
	_ context.Context, d *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return l.LoadPackageReference(d.Name, nil)
}

// Sdkgen generates SDKs from a Pulumi schema: sdkgen SCHEMA DIRECTORY LANGUAGE...
//
// The language hosts that can be built here cannot do it for the CLI, so this calls the CLI's own generators, in the
// CLI's own module: both always have the same version. Each LANGUAGE (nodejs, python, go) becomes a folder of DIRECTORY,
// generated whole: what was there before is removed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

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
		return python.GeneratePackage(tool, pkg, nil, noPackages{})
	},
	"go": func(pkg *schema.Package) (files, error) {
		return golang.GeneratePackage(tool, pkg, nil)
	},
}

func main() {
	if len(os.Args) < 4 {
		fail(fmt.Errorf("usage: sdkgen SCHEMA DIRECTORY LANGUAGE..."))
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
	if err := os.RemoveAll(directory); err != nil {
		return err
	}
	for name, content := range generated {
		if err := write(filepath.Join(directory, name), content); err != nil {
			return err
		}
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

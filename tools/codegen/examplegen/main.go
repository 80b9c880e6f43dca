// Examplegen writes programs in Pulumi's languages from one in PCL: examplegen SCHEMA < PROGRAMS
//
// It reads a JSON object of programs in PCL by name, and prints one of programs by language (typescript, python, go) by
// name. Programs are bound to the schema, so one with an unknown property or a value of another type fails.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"

	"github.com/blang/semver"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"

	"github.com/hashicorp/hcl/v2"
)

type language struct {
	file     string
	generate func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error)
}

var languages = map[string]language{
	"typescript": {"index.ts", nodejs.GenerateProgram},
	"python":     {"__main__.py", python.GenerateProgram},
	"go":         {"main.go", golang.GenerateProgram},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "examplegen:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return errors.New("usage: examplegen SCHEMA < PROGRAMS")
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return fmt.Errorf("read the schema: %w", err)
	}
	var programs map[string]string
	if err := json.NewDecoder(os.Stdin).Decode(&programs); err != nil {
		return fmt.Errorf("read the programs: %w", err)
	}
	names := make([]string, 0, len(programs))
	for name := range programs {
		names = append(names, name)
	}
	sort.Strings(names)
	written := map[string]map[string]string{}
	for _, name := range names {
		written[name] = map[string]string{}
		for tongue, to := range languages {
			program, err := translate(spec, name, programs[name], to)
			if err != nil {
				return fmt.Errorf("%s in %s: %w\n%s", name, tongue, err, programs[name])
			}
			written[name][tongue] = program
		}
	}
	return json.NewEncoder(os.Stdout).Encode(written)
}

func translate(spec schema.PackageSpec, name, text string, to language) (string, error) {
	parser := syntax.NewParser()
	if err := parser.ParseFile(bytes.NewReader([]byte(text)), name+".pp"); err != nil {
		return "", err
	}
	if parser.Diagnostics.HasErrors() {
		return "", parser.Diagnostics
	}
	// The schema is bound anew each time, because generators change the package.
	program, diagnostics, err := pcl.BindProgram(parser.Files, &onePackage{spec: spec})
	if err != nil {
		return "", err
	}
	if diagnostics.HasErrors() {
		return "", diagnostics
	}
	files, diagnostics, err := to.generate(program)
	if err != nil {
		return "", err
	}
	if diagnostics.HasErrors() {
		return "", diagnostics
	}
	return string(files[to.file]), nil
}

// onePackage loads the package of a schema, and refuses others: looking for them would reach the network.
type onePackage struct {
	spec  schema.PackageSpec
	bound *schema.Package
}

func (l *onePackage) LoadPackageV2(_ context.Context, d *schema.PackageDescriptor) (*schema.Package, error) {
	return l.LoadPackage(d.Name, nil)
}

func (l *onePackage) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	if name != l.spec.Name {
		return nil, fmt.Errorf("the program uses another package, %s", name)
	}
	if l.bound != nil {
		return l.bound, nil
	}
	pkg, diagnostics, err := schema.BindSpec(l.spec, l, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	l.bound = pkg
	return pkg, nil
}

func (l *onePackage) LoadPackageReference(name string, _ *semver.Version) (schema.PackageReference, error) {
	pkg, err := l.LoadPackage(name, nil)
	if err != nil {
		return nil, err
	}
	return pkg.Reference(), nil
}

func (l *onePackage) LoadPackageReferenceV2(
	_ context.Context, d *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return l.LoadPackageReference(d.Name, nil)
}

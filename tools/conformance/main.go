// Runs Pulumi's language tests with providers of ours in the place of Pulumi's test providers, and writes the results as JSON to FILE.
//
//	conformance FILE EXECUTABLE NAME...
//
// EXECUTABLE serves each named package: `EXECUTABLE NAME VERSION ENGINE`. The program runs each test whose packages are all named. It also
// runs each test that fails with Pulumi's own providers, which shows if the provider is the cause.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/pkg/v3/testing/pulumi-test-language/runner"
	"github.com/pulumi/pulumi/pkg/v3/testing/pulumi-test-language/tests"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	testingrpc "github.com/pulumi/pulumi/sdk/v3/proto/go/testing"
	"google.golang.org/grpc"
)

// The result of one test.
type result struct {
	Test     string   `json:"test"`
	Packages []string `json:"packages"`
	Passed   bool     `json:"passed"`
	// The first message of a failure.
	Message string `json:"message,omitempty"`
	// Only for a failure: Pulumi's own providers pass the test.
	ReferencePassed bool `json:"referencePassed"`
}

type report struct {
	Results []result `json:"results"`
	// The tests that need a package that was not named, and these packages.
	NotRun map[string][]string `json:"notRun"`
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: conformance FILE EXECUTABLE NAME...")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintf(os.Stderr, "conformance: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, file, executable string, names []string) error {
	only := os.Getenv("CONFORMANCE_TESTS")
	report := report{NotRun: map[string][]string{}}
	ours := &suite{tests: map[string]tests.LanguageTest{}}
	known := &descriptions{known: map[string]description{}}
	for name, test := range tests.LanguageTests {
		// Tests of policies and of language hosts do not test providers.
		if len(test.Providers) == 0 || len(test.LanguageProviders) > 0 ||
			strings.HasPrefix(name, "policy-") || strings.HasPrefix(name, "internal-") {
			continue
		}
		if only != "" && !slices.Contains(strings.Split(only, ","), name) {
			continue
		}
		var packages, missing []string
		replaced := test
		replaced.Providers = nil
		for _, create := range test.Providers {
			name, version, err := identify(ctx, create())
			if err != nil {
				return err
			}
			packages = append(packages, name)
			if !slices.Contains(names, name) {
				missing = append(missing, name)
			}
			replaced.Providers = append(replaced.Providers, func() plugin.Provider {
				return &executableProvider{
					path: executable, name: name, version: version,
					engineAddress: ours.address, processes: &ours.processes, descriptions: known,
				}
			})
		}
		if len(missing) > 0 {
			report.NotRun[name] = missing
			continue
		}
		ours.tests[name] = replaced
		slices.Sort(packages)
		report.Results = append(report.Results, result{Test: name, Packages: slices.Compact(packages)})
	}
	slices.SortFunc(report.Results, func(a, b result) int { return strings.Compare(a.Test, b.Test) })
	if err := ours.start(ctx); err != nil {
		return err
	}
	defer ours.processes.end()
	reference := &suite{tests: tests.LanguageTests}
	if err := reference.start(ctx); err != nil {
		return err
	}
	for index := range report.Results {
		one := &report.Results[index]
		one.Passed, one.Message = ours.run(ctx, one.Test)
		if !one.Passed {
			one.ReferencePassed, _ = reference.run(ctx, one.Test)
		}
	}
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// Tests, and a server of Pulumi's that runs them.
type suite struct {
	tests     map[string]tests.LanguageTest
	address   string
	server    runner.LanguageTestServer
	token     string
	processes processes
}

func (s *suite) start(ctx context.Context) error {
	server, err := runner.Start(ctx, tests.LanguageTestdata, s.tests)
	if err != nil {
		return err
	}
	s.server, s.address = server, server.Address()
	host, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(srv *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(srv, &languageHost{
				engineAddress: s.address,
				used:          map[string][]*pulumirpc.PackageDependency{},
			})
			return nil
		},
	})
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return err
	}
	prepared, err := server.PrepareLanguageTests(ctx, &testingrpc.PrepareLanguageTestsRequest{
		LanguagePluginName:   "pcl",
		LanguagePluginTarget: fmt.Sprintf("127.0.0.1:%d", host.Port),
		TemporaryDirectory:   filepath.Join(folder, "work"),
		SnapshotDirectory:    filepath.Join(folder, "snapshots"),
	})
	if err != nil {
		return err
	}
	s.token = prepared.Token
	return nil
}

// Runs one test. Returns the first message of a failure.
func (s *suite) run(ctx context.Context, test string) (bool, string) {
	response, err := s.server.RunLanguageTest(ctx, &testingrpc.RunLanguageTestRequest{Token: s.token, Test: test})
	s.processes.end()
	if err != nil {
		return false, err.Error()
	}
	if response.Success {
		return true, ""
	}
	if os.Getenv("CONFORMANCE_VERBOSE") != "" {
		fmt.Fprintf(os.Stderr, "== %s\n%s\n%s\n%s\n", test, strings.Join(response.Messages, "\n"), response.Stdout, response.Stderr)
	}
	return false, strings.Join(response.Messages, "\n")
}

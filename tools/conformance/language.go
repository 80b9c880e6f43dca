package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/pkg/v3/pcl/runtime"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A language host that runs PCL, the language of Pulumi's tests, with the interpreter of Pulumi's engine. So a test needs no
// generated SDK and no compiler, and every failure is one of the provider.
type languageHost struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	engineAddress string

	mu sync.Mutex
	// The packages that a program uses, by the folder of the program.
	used map[string][]*pulumirpc.PackageDependency
}

func (host *languageHost) Handshake(
	context.Context, *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (host *languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

func (host *languageHost) InstallDependencies(
	*pulumirpc.InstallDependenciesRequest, pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	return nil
}

// The parts of a package schema that a program has to know.
type packageInfo struct {
	Name              string `json:"name"`
	Version           string `json:"version"`
	PluginDownloadURL string `json:"pluginDownloadURL"`
}

// Writes the "SDK" of a package: a file that fixes its version.
func (host *languageHost) GeneratePackage(
	_ context.Context, request *pulumirpc.GeneratePackageRequest,
) (*pulumirpc.GeneratePackageResponse, error) {
	var info packageInfo
	if err := json.Unmarshal([]byte(request.Schema), &info); err != nil {
		return nil, err
	}
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("package", []string{info.Name}).Body()
	body.SetAttributeValue("baseProviderName", cty.StringVal(info.Name))
	body.SetAttributeValue("baseProviderVersion", cty.StringVal(info.Version))
	if info.PluginDownloadURL != "" {
		body.SetAttributeValue("baseProviderDownloadUrl", cty.StringVal(info.PluginDownloadURL))
	}
	return &pulumirpc.GeneratePackageResponse{}, os.WriteFile(sdkFile(request.Directory), file.Bytes(), 0o600)
}

func (host *languageHost) Pack(
	_ context.Context, request *pulumirpc.PackRequest,
) (*pulumirpc.PackResponse, error) {
	return &pulumirpc.PackResponse{ArtifactPath: sdkFile(request.PackageDirectory)}, nil
}

func sdkFile(directory string) string {
	return filepath.Join(directory, "package.pp")
}

// Copies a program, and adds the SDKs of its packages.
func (host *languageHost) GenerateProject(
	_ context.Context, request *pulumirpc.GenerateProjectRequest,
) (*pulumirpc.GenerateProjectResponse, error) {
	program, err := bind(request.SourceDirectory, request.LoaderTarget)
	if err != nil {
		return nil, err
	}
	var project map[string]any
	if err := json.Unmarshal([]byte(request.Project), &project); err != nil {
		return nil, err
	}
	project["runtime"] = "pcl"
	// JSON is YAML.
	settings, err := json.Marshal(project)
	if err != nil {
		return nil, err
	}
	folder := request.TargetDirectory
	if main, ok := project["main"].(string); ok {
		folder = filepath.Join(folder, main)
	}
	if err := os.CopyFS(folder, os.DirFS(request.SourceDirectory)); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(request.TargetDirectory, "Pulumi.yaml"), settings, 0o600); err != nil {
		return nil, err
	}
	var used []*pulumirpc.PackageDependency
	for _, reference := range program.PackageReferences() {
		definition, err := reference.Definition()
		if err != nil {
			return nil, err
		}
		sdk, ok := request.LocalDependencies[definition.Name]
		if !ok {
			continue
		}
		text, err := os.ReadFile(sdk)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(folder, definition.Name+".pp"), text, 0o600); err != nil {
			return nil, err
		}
		used = append(used, &pulumirpc.PackageDependency{
			Name:    definition.Name,
			Kind:    "resource",
			Version: definition.Version.String(),
			Server:  definition.PluginDownloadURL,
		})
	}
	host.mu.Lock()
	defer host.mu.Unlock()
	host.used[request.TargetDirectory] = used
	return &pulumirpc.GenerateProjectResponse{}, nil
}

func (host *languageHost) packagesOf(info *pulumirpc.ProgramInfo) []*pulumirpc.PackageDependency {
	host.mu.Lock()
	defer host.mu.Unlock()
	return host.used[info.RootDirectory]
}

func (host *languageHost) GetRequiredPackages(
	_ context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{Packages: host.packagesOf(request.Info)}, nil
}

func (host *languageHost) GetProgramDependencies(
	_ context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, used := range host.packagesOf(request.Info) {
		response.Dependencies = append(response.Dependencies,
			&pulumirpc.DependencyInfo{Name: used.Name, Version: used.Version})
	}
	return response, nil
}

func (host *languageHost) Run(
	ctx context.Context, request *pulumirpc.RunRequest,
) (*pulumirpc.RunResponse, error) {
	program, err := bind(request.Info.ProgramDirectory, request.LoaderTarget)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	descriptors := map[string]*schema.PackageDescriptor{}
	for _, used := range host.packagesOf(request.Info) {
		version, err := semver.Parse(used.Version)
		if err != nil {
			return nil, err
		}
		descriptors[used.Name] = &schema.PackageDescriptor{Name: used.Name, Version: &version, DownloadURL: used.Server}
	}
	err = runtime.NewInterpreter(program, runtime.RunInfo{
		Project:            request.Project,
		Stack:              request.Stack,
		Organization:       request.Organization,
		RootDirectory:      request.Info.RootDirectory,
		ProgramDir:         request.Info.ProgramDirectory,
		WorkingDir:         request.Pwd,
		Config:             request.Config,
		ConfigSecrets:      request.ConfigSecretKeys,
		MonitorAddress:     request.MonitorAddress,
		EngineAddress:      host.engineAddress,
		LoaderAddress:      request.LoaderTarget,
		DryRun:             request.DryRun,
		Parallel:           request.Parallel,
		PackageDescriptors: descriptors,
	}).Run(ctx)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}

func bind(directory, loaderTarget string) (*pcl.Program, error) {
	loader, err := schema.NewLoaderClient(loaderTarget)
	if err != nil {
		return nil, err
	}
	defer loader.Close()
	program, diagnostics, err := pcl.BindDirectory(
		directory, schema.NewCachedLoader(loader), pcl.PreferOutputVersionedInvokes)
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, fmt.Errorf("%s: %s", directory, strings.TrimSpace(diagnostics.Error()))
	}
	return program, nil
}

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// A provider of ours in the place of one of Pulumi's test providers. As with a real engine, each server runs in another process.
type executableProvider struct {
	plugin.UnimplementedProvider

	path          string
	name          string
	version       semver.Version
	engineAddress string
	processes     *processes
	descriptions  *descriptions
}

func (p *executableProvider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	return plugin.PluginInfo{Version: &p.version}, nil
}

func (p *executableProvider) GetSchema(
	ctx context.Context, _ plugin.GetSchemaRequest,
) (plugin.GetSchemaResponse, error) {
	known, err := p.describe(ctx)
	return plugin.GetSchemaResponse{Schema: []byte(known.schema)}, err
}

// The runner calls this for each provider that its engine starts.
func (p *executableProvider) NewProviderServer() pulumirpc.ResourceProviderServer {
	return &forwarder{provider: p}
}

func (p *executableProvider) Close() error { return nil }

// Starts a process, and connects to it as Pulumi's engine does.
func (p *executableProvider) start() (pulumirpc.ResourceProviderClient, error) {
	command := exec.Command(p.path, p.name, p.version.String(), p.engineAddress)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p.processes.add(command)
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("%s %s ended before it printed its port: %w", p.path, p.name, err)
	}
	port, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return nil, err
	}
	go func() { _, _ = io.Copy(os.Stderr, output) }()
	connection, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(1<<30)))
	if err != nil {
		return nil, err
	}
	return pulumirpc.NewResourceProviderClient(connection), nil
}

// The parts of a provider that are the same in each process.
type description struct {
	schema    string
	handshake *pulumirpc.ProviderHandshakeResponse
}

// Returns the description of the provider. A test needs it many times.
func (p *executableProvider) describe(ctx context.Context) (description, error) {
	d := p.descriptions
	d.mu.Lock()
	defer d.mu.Unlock()
	key := p.name + "@" + p.version.String()
	if known, ok := d.known[key]; ok {
		return known, nil
	}
	client, err := p.start()
	if err != nil {
		return description{}, err
	}
	handshake, err := client.Handshake(ctx, &pulumirpc.ProviderHandshakeRequest{EngineAddress: p.engineAddress})
	if err != nil {
		return description{}, err
	}
	response, err := client.GetSchema(ctx, &pulumirpc.GetSchemaRequest{})
	if err != nil {
		return description{}, err
	}
	d.known[key] = description{schema: response.Schema, handshake: handshake}
	return d.known[key], nil
}

// The descriptions by provider and version.
type descriptions struct {
	mu    sync.Mutex
	known map[string]description
}

// The running processes. The runner does not end its providers.
type processes struct {
	mu      sync.Mutex
	running []*exec.Cmd
}

func (p *processes) add(command *exec.Cmd) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = append(p.running, command)
}

func (p *processes) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, command := range p.running {
		_ = command.Process.Kill()
		_ = command.Wait()
	}
	p.running = nil
}

// Returns the package name and the version of one of Pulumi's test providers.
func identify(ctx context.Context, provider plugin.Provider) (string, semver.Version, error) {
	info, err := provider.GetPluginInfo(ctx)
	if err != nil {
		return "", semver.Version{}, err
	}
	response, err := provider.GetSchema(ctx, plugin.GetSchemaRequest{})
	if err != nil {
		return "", semver.Version{}, err
	}
	var spec schema.PartialPackageSpec
	if err := json.Unmarshal(response.Schema, &spec); err != nil {
		return "", semver.Version{}, err
	}
	if info.Version == nil {
		return "", semver.Version{}, errors.New("the provider has no version")
	}
	return spec.Name, *info.Version, nil
}

package main

import (
	"context"
	"io"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Forwards every call unchanged, so that a provider receives what Pulumi's engine sends. Most servers of a test only tell their schema,
// so the process starts with the first other call.
type forwarder struct {
	pulumirpc.UnsafeResourceProviderServer

	provider  *executableProvider
	handshake *pulumirpc.ProviderHandshakeRequest

	once    sync.Once
	client  pulumirpc.ResourceProviderClient
	failure error
}

// Returns the connection to the process, after the handshake.
func (f *forwarder) connect(ctx context.Context) (pulumirpc.ResourceProviderClient, error) {
	f.once.Do(func() {
		f.client, f.failure = f.provider.start()
		if f.failure == nil && f.handshake != nil {
			_, f.failure = f.client.Handshake(ctx, f.handshake)
		}
	})
	return f.client, f.failure
}

func (f *forwarder) Handshake(
	ctx context.Context, r *pulumirpc.ProviderHandshakeRequest,
) (*pulumirpc.ProviderHandshakeResponse, error) {
	f.handshake = r
	known, err := f.provider.describe(ctx)
	if err != nil {
		return nil, err
	}
	return known.handshake, nil
}

func (f *forwarder) GetSchema(
	ctx context.Context, r *pulumirpc.GetSchemaRequest,
) (*pulumirpc.GetSchemaResponse, error) {
	known, err := f.provider.describe(ctx)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.GetSchemaResponse{Schema: known.schema}, nil
}

func forward[Request, Response any](
	ctx context.Context, f *forwarder, request Request,
	call func(pulumirpc.ResourceProviderClient, context.Context, Request, ...grpc.CallOption) (Response, error),
) (Response, error) {
	client, err := f.connect(ctx)
	if err != nil {
		var none Response
		return none, err
	}
	return call(client, ctx, request)
}

func (f *forwarder) List(request *pulumirpc.ListRequest, out grpc.ServerStreamingServer[pulumirpc.ListResponse]) error {
	client, err := f.connect(out.Context())
	if err != nil {
		return err
	}
	stream, err := client.List(out.Context(), request)
	for err == nil {
		var response *pulumirpc.ListResponse
		if response, err = stream.Recv(); err == nil {
			err = out.Send(response)
		}
	}
	if err == io.EOF {
		return nil
	}
	return err
}

func (f *forwarder) Parameterize(ctx context.Context, r *pulumirpc.ParameterizeRequest) (*pulumirpc.ParameterizeResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Parameterize)
}

func (f *forwarder) CheckConfig(ctx context.Context, r *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.CheckConfig)
}

func (f *forwarder) DiffConfig(ctx context.Context, r *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.DiffConfig)
}

func (f *forwarder) Configure(ctx context.Context, r *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Configure)
}

func (f *forwarder) Invoke(ctx context.Context, r *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Invoke)
}

func (f *forwarder) Call(ctx context.Context, r *pulumirpc.CallRequest) (*pulumirpc.CallResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Call)
}

func (f *forwarder) Check(ctx context.Context, r *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Check)
}

func (f *forwarder) Diff(ctx context.Context, r *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Diff)
}

func (f *forwarder) Create(ctx context.Context, r *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Create)
}

func (f *forwarder) Read(ctx context.Context, r *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Read)
}

func (f *forwarder) Update(ctx context.Context, r *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Update)
}

func (f *forwarder) Delete(ctx context.Context, r *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Delete)
}

func (f *forwarder) Construct(ctx context.Context, r *pulumirpc.ConstructRequest) (*pulumirpc.ConstructResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Construct)
}

func (f *forwarder) Cancel(ctx context.Context, r *emptypb.Empty) (*emptypb.Empty, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Cancel)
}

func (f *forwarder) GetPluginInfo(ctx context.Context, r *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.GetPluginInfo)
}

func (f *forwarder) Attach(ctx context.Context, r *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.Attach)
}

func (f *forwarder) GetMapping(ctx context.Context, r *pulumirpc.GetMappingRequest) (*pulumirpc.GetMappingResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.GetMapping)
}

func (f *forwarder) GetMappings(ctx context.Context, r *pulumirpc.GetMappingsRequest) (*pulumirpc.GetMappingsResponse, error) {
	return forward(ctx, f, r, pulumirpc.ResourceProviderClient.GetMappings)
}

import { randomUUID } from "node:crypto";
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import {
  type CheckRequest,
  CheckResponse,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  DiffResponse,
  GetSchemaResponse,
  ProviderHandshakeResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { createEmptyService } from "../bare/server";
import { addOutputs, type Fresh } from "./fresh";

interface NoopOptions {
  /** The schema of the package, as JSON. */
  readonly schema: string;
  /** New resources by the last part of their token. By default, a new resource has only the declared properties. */
  readonly fresh?: Readonly<Record<string, Fresh>>;
  /** Asks the engine to read pending people before each update, as the provider of Peridio does. */
  readonly readsEarly?: boolean;
}

/** Returns a provider that does nothing. Every declared resource exists, and nothing differs. Values are not converted. */
export function createNoopService({
  schema,
  fresh = {},
  readsEarly = false,
}: NoopOptions): UntypedServiceImplementation {
  const findFresh = (request: { getType(): string }) => fresh[request.getType().split(":").at(-1) ?? ""];
  const refreshBeforeUpdate = (request: { getType(): string }) =>
    readsEarly && (findFresh(request)?.refreshBeforeUpdate ?? false);
  return {
    ...createEmptyService(),
    handshake: handleUnary(() => new ProviderHandshakeResponse().setAcceptSecrets(true)),
    getSchema: handleUnary(() => new GetSchemaResponse().setSchema(schema)),
    configure: handleUnary(() => new ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true)),
    checkConfig: handleUnary(check),
    check: handleUnary(check),
    diff: handleUnary(() => new DiffResponse().setChanges(DiffResponse.DiffChanges.DIFF_NONE)),
    create: handleUnary((request: CreateRequest) => {
      const declared = request.getProperties() ?? new Struct();
      if (request.getPreview()) return new CreateResponse().setProperties(declared);
      return new CreateResponse()
        .setId(`prn:1:${randomUUID()}`)
        .setProperties(addOutputs(declared, findFresh(request)?.outputs(declared) ?? {}))
        .setRefreshBeforeUpdate(refreshBeforeUpdate(request));
    }),
    read: handleUnary((request: ReadRequest) =>
      new ReadResponse()
        .setId(request.getId())
        .setProperties(request.getProperties())
        .setInputs(request.getInputs())
        .setRefreshBeforeUpdate(refreshBeforeUpdate(request)),
    ),
    update: handleUnary((request: UpdateRequest) =>
      new UpdateResponse().setProperties(request.getNews()).setRefreshBeforeUpdate(refreshBeforeUpdate(request)),
    ),
  };
}

function check(request: CheckRequest): CheckResponse {
  return new CheckResponse().setInputs(request.getNews());
}

function handleUnary<Request, Response>(answer: (request: Request) => Response) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    callback(null, answer(call.request));
  };
}

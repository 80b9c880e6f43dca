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
import schema from "../../../schema.json";
import { emptyService } from "../bare/server";
import { complete, fresh } from "./fresh";

/**
 * Returns a provider that does nothing. Every declared resource exists, and nothing differs. Values are not converted.
 *
 * With `looks`, it asks the engine to read pending people before each update, as the real provider does.
 */
export function noopService(looks: boolean): UntypedServiceImplementation {
  const awaits = (request: { getType(): string }) => looks && (freshOf(request)?.awaits ?? false);
  return {
    ...emptyService(),
    handshake: unary(() => new ProviderHandshakeResponse().setAcceptSecrets(true)),
    getSchema: unary(() => new GetSchemaResponse().setSchema(JSON.stringify(schema))),
    configure: unary(() => new ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true)),
    checkConfig: unary(check),
    check: unary(check),
    diff: unary(() => new DiffResponse().setChanges(DiffResponse.DiffChanges.DIFF_NONE)),
    create: unary((request: CreateRequest) => {
      const declared = request.getProperties() ?? new Struct();
      if (request.getPreview()) return new CreateResponse().setProperties(declared);
      return new CreateResponse()
        .setId(`prn:1:${randomUUID()}`)
        .setProperties(complete(declared, freshOf(request)?.outputs(declared) ?? {}))
        .setRefreshBeforeUpdate(awaits(request));
    }),
    read: unary((request: ReadRequest) =>
      new ReadResponse()
        .setId(request.getId())
        .setProperties(request.getProperties())
        .setInputs(request.getInputs())
        .setRefreshBeforeUpdate(awaits(request)),
    ),
    update: unary((request: UpdateRequest) =>
      new UpdateResponse().setProperties(request.getNews()).setRefreshBeforeUpdate(awaits(request)),
    ),
  };
}

function check(request: CheckRequest): CheckResponse {
  return new CheckResponse().setInputs(request.getNews());
}

function freshOf(request: { getType(): string }) {
  return fresh[request.getType().split(":").at(-1) ?? ""];
}

function unary<Request, Response>(answer: (request: Request) => Response) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    callback(null, answer(call.request));
  };
}

import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

/** The provider's protocol with handlers that answer every call with an empty message. */
export function emptyService(): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(ResourceProviderService).map(([name, { responseDeserialize }]) => [
      name,
      (_call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
        callback(null, responseDeserialize(Buffer.alloc(0)));
      },
    ]),
  );
}

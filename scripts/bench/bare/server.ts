import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

/** Returns handlers that answer every call of the provider's protocol with an empty message. */
export function createEmptyService(): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(ResourceProviderService).map(([name, { responseDeserialize }]) => [
      name,
      (_call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
        callback(null, responseDeserialize(Buffer.alloc(0)));
      },
    ]),
  );
}

/** Removes gRPC's limit of 4 MiB, because the engine may send more. */
const messages = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Serves a provider on a free port, and prints the port as plugins do. */
export function listen(service: UntypedServiceImplementation): void {
  const server = new Server(messages);
  server.addService(ResourceProviderService, service);
  server.bindAsync("ipv4:127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Provider } from "./provider";

/** The engine sends and takes whole states in one message; gRPC's own limit of 4 MiB is too little for large ones. */
const messages = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

export interface Served {
  readonly port: number;
  /** Breaks off what is under way. */
  close(): void;
}

/** Serves the provider on a free port of this machine. Rejects if there is none. */
export function serve(provider: Provider): Promise<Served> {
  const server = new Server(messages);
  server.addService(ResourceProviderService, provider.service());
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else
        resolve({
          port,
          close: () => {
            server.forceShutdown();
          },
        });
    });
  });
}

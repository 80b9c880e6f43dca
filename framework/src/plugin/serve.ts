import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";

/** Removes gRPC's limit of 4 MiB, because the engine sends a whole state in one message. */
export const anyLength = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * The connection to the engine, which runs on this machine. By default, gRPC would use the proxy that `https_proxy` names. Tests run many
 * engines in one process. A later engine may have the same address, and needs its own connection.
 */
export const engineConnection = { "grpc.enable_http_proxy": 0, "grpc.use_local_subchannel_pool": 1 };

/** A running server. */
export interface Served {
  readonly port: number;
  /** Ends all running calls. */
  close(): void;
}

/** Serves a protocol on a free port of this machine. */
export function serveLocally(
  service: ServiceDefinition,
  implementation: UntypedServiceImplementation,
): Promise<Served> {
  const server = new Server(anyLength);
  server.addService(service, implementation);
  return new Promise((resolve, reject) => {
    // Without `ipv4:`, gRPC resolves the address in a later turn of the event loop, and the port appears some milliseconds later.
    server.bindAsync("ipv4:127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
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

import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { anyLength } from "./channel";

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

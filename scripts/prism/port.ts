import type { Server } from "node:net";

/** Returns the port of a server that listens. */
export function getPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

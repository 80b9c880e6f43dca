import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { inspect } from "node:util";
import { json } from "./answers";
import type { Emulator } from "./emulator";
import { foreignOrigin } from "./origin";
import { printable } from "./printable";
import { surfaceOf } from "./surfaces";
import { ConnectionDropped } from "./traffic/damage";

export interface ServeOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host?: string;
  /** Names, other than localhost and `host`, by which clients may reach the emulator. */
  readonly names?: readonly string[];
}

export interface Server {
  /** Without a slash at its end. */
  readonly url: string;
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** Puts an emulator on a port. Rejects if the port is in use. */
export async function serve(
  emulator: Emulator,
  { port, host = "127.0.0.1", names = [] }: ServeOptions,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    pass(emulator, [host, ...names], incoming, outgoing).catch((error: unknown) => {
      if (error instanceof ConnectionDropped || incoming.socket.destroyed) incoming.socket.destroy();
      else fail(incoming.url ?? "/", outgoing, error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function pass(
  emulator: Emulator,
  names: readonly string[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/", socket } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const reason = foreignOrigin(headers, names);
  const response =
    reason === undefined
      ? await emulator.handle(await requestOf(method, url, headers, incoming), socket.remoteAddress)
      : json(403, { error: reason });
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

async function requestOf(method: string, url: string, headers: Headers, body: IncomingMessage): Promise<Request> {
  const address = `http://emulator${url}`;
  if (method === "GET" || method === "HEAD") return new Request(address, { method, headers });
  // Fetch allows no request with TRACE. The emulator has to see it, to refuse it.
  if (method === "TRACE") return Object.defineProperty(new Request(address, { headers }), "method", { value: method });
  return new Request(address, { method, headers, body: await buffer(body) });
}

/** A mistake of the emulator's own: the client gets what its contract says, the terminal where to look. */
function fail(path: string, outgoing: ServerResponse, error: unknown): void {
  process.stderr.write(printable(`${inspect(error)}\n`));
  const body = JSON.stringify(surfaceOf(path).errorBody(500));
  outgoing.writeHead(500, { "content-type": "application/json" }).end(body);
}

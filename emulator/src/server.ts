import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isIP } from "node:net";
import { buffer } from "node:stream/consumers";
import { inspect } from "node:util";
import { findApi } from "./apis/apis";
import { createJsonResponse } from "./contract/api";
import type { Emulator } from "./emulator";
import { toPrintable } from "./terminal";
import { ConnectionDroppedError } from "./traffic/faults";

export interface ServeOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly host?: string;
  /** Further host names by which clients reach the emulator. */
  readonly names?: readonly string[];
}

export interface Server {
  /** Without a trailing slash. */
  readonly url: string;
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** Serves an emulator on a port. Rejects if the port is in use. */
export async function serve(
  emulator: Emulator,
  { port, host = "127.0.0.1", names = [] }: ServeOptions,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    forward(emulator, [host, ...names], incoming, outgoing).catch((error: unknown) => {
      if (error instanceof ConnectionDroppedError || incoming.socket.destroyed) incoming.socket.destroy();
      else respondWithError(incoming.url ?? "/", outgoing, error);
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

async function forward(
  emulator: Emulator,
  names: readonly string[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/", socket } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const item of [value ?? []].flat()) headers.append(name, item);
  }
  const reason = findOriginError(headers, names);
  const response =
    reason === undefined
      ? await emulator.handle(await toRequest(method, url, headers, incoming), socket.remoteAddress)
      : createJsonResponse(403, { error: reason });
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

async function toRequest(method: string, url: string, headers: Headers, body: IncomingMessage): Promise<Request> {
  const address = `http://emulator${url}`;
  if (method === "GET" || method === "HEAD") return new Request(address, { method, headers });
  // `Request` does not allow TRACE, but the emulator must reject it itself.
  if (method === "TRACE") return Object.defineProperty(new Request(address, { headers }), "method", { value: method });
  return new Request(address, { method, headers, body: await buffer(body) });
}

/** Responds to a bug in the emulator with 500 and prints the error. */
function respondWithError(path: string, outgoing: ServerResponse, error: unknown): void {
  process.stderr.write(toPrintable(`${inspect(error)}\n`));
  const body = JSON.stringify(findApi(path).createErrorBody(500));
  outgoing.writeHead(500, { "content-type": "application/json" }).end(body);
}

/**
 * Returns the reason to reject a request that a page of another origin may have sent, else undefined. The control plane
 * needs no key, so a browser on this machine must not act for such a page:
 *
 * - With DNS rebinding, a page resolves its own name to the emulator's address. Therefore `Host` must be an IP address,
 *   localhost or one of the `names`.
 * - A page on another port has another origin. Browsers send it in `Origin` or, for a read, in `Sec-Fetch-Site`.
 */
function findOriginError(headers: Headers, names: readonly string[]): string | undefined {
  const host = parseUrl(`http://${headers.get("host") ?? ""}`);
  if (host === undefined) return "The request was refused, because it has no valid Host header.";
  if (!isLocalHost(host) && !names.some((name) => name.toLowerCase() === host.hostname)) {
    return (
      `The request was refused, because the emulator does not accept the host name ${host.hostname}. ` +
      `If you use this name for the emulator, start it with --allow-host ${host.hostname}.`
    );
  }
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site") ?? "none";
  const isOwn = origin === null || parseUrl(origin)?.host === host.host;
  // The address bar and links send `navigate`. No other page can read the response to such a request.
  const isRead = ["none", "same-origin"].includes(site) || headers.get("sec-fetch-mode") === "navigate";
  if (isOwn && isRead) return undefined;
  return `The request was refused, because a page of another origin (${origin ?? site}) sent it. Use the emulator's own console or curl.`;
}

function isLocalHost({ hostname }: URL): boolean {
  return isIP(hostname.replace(/^\[(.*)\]$/, "$1")) > 0 || /^(.+\.)?localhost$/.test(hostname);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

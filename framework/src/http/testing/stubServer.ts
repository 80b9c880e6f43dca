import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";

/** A request that the server received. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Ends a response, or leaves it open. */
export type Reply = (request: Received, response: ServerResponse) => void;

/** Responds with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

/** Breaks the connection without a response. */
export const drop: Reply = (_, response) => {
  response.socket?.destroy();
};

/** Breaks the connection in the middle of a response. */
export const dropHalfway: Reply = (_, response) => {
  response.writeHead(200, { "content-length": "100" }).write('{"data":', () => response.socket?.destroy());
};

/** Sends a part of a response, and never the rest. */
export const hangHalfway: Reply = (_, response) => {
  response.writeHead(200, { "content-length": "100" }).write('{"data":');
};

/** Never responds. */
export const hang: Reply = () => undefined;

/** An HTTP server that sends the replies in turn, and then always the last one. It records the requests. */
export class StubServer {
  readonly received: Received[] = [];
  private replies: Reply[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on("connection", (socket: Socket) => this.sockets.add(socket));
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.answer(request, response));
    server.on("connect", (request: IncomingMessage, socket: Socket) => {
      this.tunnel(request, socket);
    });
  }

  /** Starts a server, over TLS if there is a certificate. Without one, it is also a proxy. */
  static async start(certificate?: { readonly key: Buffer; readonly cert: Buffer }): Promise<StubServer> {
    const server = certificate ? createTlsServer(certificate) : createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new StubServer(server);
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
    return address.port;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Discards the recorded requests and sets the replies. */
  script(...replies: Reply[]): void {
    this.replies = replies;
    this.received.length = 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = this.record(request, await text(request));
    const reply = this.replies.length > 1 ? this.replies.shift() : this.replies[0];
    (reply ?? drop)(received, response);
  }

  private tunnel(request: IncomingMessage, socket: Socket): void {
    this.record(request, "");
    const [host, port] = (request.url ?? "").split(":");
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(target).pipe(socket);
    });
    for (const end of [socket, target]) end.on("error", () => end.destroy());
    this.sockets.add(target);
  }

  private record({ method = "", url = "", headers }: IncomingMessage, body: string): Received {
    const received = { method, url, headers, body };
    this.received.push(received);
    return received;
  }
}

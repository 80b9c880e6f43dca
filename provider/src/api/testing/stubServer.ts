import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Reply = (request: Received, response: ServerResponse) => void;

/** Answers with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

/** Breaks the connection without an answer. */
export const drop: Reply = (_, response) => {
  response.socket?.destroy();
};

/** Never answers. */
export const hang: Reply = () => undefined;

/** An HTTP server that gives the replies in turn, the last one for ever, and remembers what it was asked. */
export class StubServer {
  readonly received: Received[] = [];
  private replies: Reply[] = [];
  private readonly sockets = new Set<Duplex>();
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
      this.received.push(received);
      const reply = this.replies.length > 1 ? this.replies.shift() : this.replies[0];
      (reply ?? drop)(received, response);
    });
  }).on("connection", (socket: Duplex) => {
    this.sockets.add(socket);
  });

  private constructor() {
    // Made by start.
  }

  static async start(): Promise<StubServer> {
    const stub = new StubServer();
    await new Promise<void>((resolve) => stub.server.listen(0, "127.0.0.1", resolve));
    return stub;
  }

  get endpoint(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Forgets what was received, and replies so from now on. */
  script(...replies: Reply[]): void {
    this.replies = replies;
    this.received.length = 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

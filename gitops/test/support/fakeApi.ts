import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The response of a fake. A body that is no text is sent as JSON. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A response, or the end of the connection without one. */
type Given = FakeAnswer | "drop";

/** A server that can send anything. It records the requests and what it has sent. */
export class FakeApi {
  readonly requests: string[] = [];
  readonly sent: unknown[] = [];

  private constructor(private readonly server: Server) {}

  /** `answer` gets the path of each request, and its API key. */
  static async begin(answer: (path: string, key: string) => Given | Promise<Given>): Promise<FakeApi> {
    const server = createServer();
    const fake = new FakeApi(server);
    server.on("request", (request, response) => {
      const path = request.url ?? "";
      fake.requests.push(`${request.method ?? ""} ${path}`);
      const key = (request.headers.authorization ?? "").replace("Bearer ", "");
      void Promise.resolve(answer(path, key)).then((given) => {
        if (given === "drop") {
          request.socket.destroy();
          return;
        }
        const { status = 200, headers = {}, body = {} } = given;
        fake.sent.push(body);
        response.writeHead(status, { "content-type": "application/json", ...headers });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get port(): number {
    return getPort(this.server.address());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) =>
      this.server.close(() => {
        resolve();
      }),
    );
  }
}

function getPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("The server does not listen.");
  return address.port;
}

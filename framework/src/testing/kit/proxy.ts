import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as sendPlainly,
  type Server,
  type ServerResponse,
} from "node:http";
import { request as sendSecurely } from "node:https";
import { buffer } from "node:stream/consumers";

/** A request of a provider, and how it ended. */
export interface Exchange {
  readonly method: string;
  /** The path and the query. */
  readonly path: string;
  readonly body: string;
  /** The status of the service's answer, even if the answer was lost; undefined if the service got no request. */
  status?: number;
}

/**
 * A disturbance of a request, instead of the answer of the service:
 *
 * - `lose`: the service answers, and the connection ends before the answer arrives
 * - `hang`: the service gets no request, and no answer ever arrives
 * - `acknowledge`: the service gets no request, and the answer is 204
 * - `echo`: the service gets no request, and the answer is 400, with the headers and the body of the request, also in base64
 */
export type Fault = "lose" | "hang" | "acknowledge" | "echo";

/** A server between a provider and a service. It keeps all requests, and disturbs some. */
export class Proxy {
  readonly exchanges: Exchange[] = [];
  /** Chooses what happens to a request. By default, the service answers. */
  disturb: (exchange: Exchange) => Fault | undefined = () => undefined;

  private constructor(
    private readonly service: URL,
    private readonly server: Server,
  ) {}

  /** Starts a server on a free port. The caller must end it. */
  static async begin(service: string): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(new URL(service), server);
    server.on("request", (request, response) => {
      proxy.#pass(request, response).catch(() => response.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  /** The address for the configuration of the provider, with the path of the service. */
  get url(): string {
    const address = this.server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}${this.service.pathname.replace(/\/$/, "")}`;
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/", headers } = request;
    const body = await buffer(request);
    const exchange: Exchange = { method, path, body: body.toString() };
    this.exchanges.push(exchange);
    const fault = this.disturb(exchange);
    if (fault === "hang") return;
    if (fault === "acknowledge") {
      response.writeHead(204).end();
      return;
    }
    if (fault === "echo") {
      const message = `Rejected: ${exchange.body} ${body.toString("base64")}`;
      const text = JSON.stringify({ message, headers });
      response.writeHead(400, { "content-type": "application/json" }).end(text);
      return;
    }
    const answer = await this.#forward(method, path, headers, body);
    exchange.status = answer.statusCode ?? 0;
    const answered = await buffer(answer);
    if (fault === "lose") {
      response.destroy();
      return;
    }
    const { "transfer-encoding": _, ...others } = answer.headers;
    response.writeHead(exchange.status, others).end(answered);
  }

  #forward(method: string, path: string, headers: IncomingHttpHeaders, body: Buffer): Promise<IncomingMessage> {
    const send = this.service.protocol === "https:" ? sendSecurely : sendPlainly;
    const forwarded = send(new URL(path, this.service), { method, headers: { ...headers, host: this.service.host } });
    forwarded.end(body);
    return new Promise((resolve, reject) => {
      forwarded.once("response", resolve).once("error", reject);
    });
  }
}

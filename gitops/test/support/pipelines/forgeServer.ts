import { createServer, type IncomingMessage, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import * as z from "zod";

/** The fields of a JSON request. */
export type Fields = Readonly<Record<string, string>>;

/** The response of a route: JSON, or the bytes of a file. */
export type Answer = readonly [status: number, body: unknown];

/** The body of a request: its bytes and, if it is JSON, its fields. */
export interface Body {
  readonly bytes: Buffer;
  readonly fields: Fields;
}

const fields = z.record(z.string(), z.coerce.string());

/** A server with the part of a forge's API that pipelines use. */
export class ForgeServer {
  readonly #server: Server;

  constructor(answer: (request: IncomingMessage, body: Body) => Answer) {
    this.#server = createServer((request, response) => {
      void buffer(request).then((bytes) => {
        const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
        const read = isJson ? fields.parse(JSON.parse(bytes.toString())) : {};
        const [status, value] = answer(request, { bytes, fields: read });
        response.writeHead(status).end(Buffer.isBuffer(value) ? value : JSON.stringify(value ?? null));
      });
    });
  }

  async begin(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }
}

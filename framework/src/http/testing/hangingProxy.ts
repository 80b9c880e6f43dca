import { PassThrough } from "node:stream";
import { connect, createServer, type Server, type Socket } from "node:net";

/** The step at which a proxy stops: before it answers CONNECT, or before it forwards the TLS handshake. */
export type Place = "CONNECT" | "TLS" | "nowhere";

/** A proxy that accepts connections, and hangs at one step until `release`. */
export class HangingProxy {
  readonly #sockets: Socket[] = [];
  readonly #held: (() => void)[] = [];
  #isReleased = false;
  /** Resolves when a client closes a connection that the proxy holds. */
  readonly abandoned: Promise<void>;
  #abandon: () => void = () => undefined;

  private constructor(
    private readonly server: Server,
    private readonly place: Place,
    private readonly mayHang: () => boolean,
  ) {
    this.abandoned = new Promise((resolve) => (this.#abandon = resolve));
    server.on("connection", (socket) => {
      this.#accept(socket);
    });
  }

  /** Starts a proxy that passes a connection on as usual if `mayHang` is false at that time. */
  static async start(place: Place, mayHang: () => boolean = () => true): Promise<HangingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new HangingProxy(server, place, mayHang);
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("The proxy listens on no port.");
    return address.port;
  }

  /** Continues what was held. */
  release(): void {
    this.#isReleased = true;
    for (const go of this.#held) go();
  }

  /** Resolves when the clients have closed all connections. */
  async closed(): Promise<void> {
    await Promise.all(
      this.#sockets.map(async (socket) => socket.closed || new Promise((resolve) => socket.once("close", resolve))),
    );
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.#sockets.push(socket);
    socket.on("error", () => socket.destroy());
    socket.once("data", (head) => {
      const [, host = "", port] = /^CONNECT (\S+):(\d+) /.exec(head.toString("latin1")) ?? [];
      // Reads in any case, so that the proxy sees that the client closes the connection.
      const received = socket.pipe(new PassThrough());
      this.#pass("CONNECT", socket, () => {
        const target = connect(Number(port), host);
        target.on("error", () => target.destroy());
        socket.on("close", () => target.destroy());
        if (socket.destroyed) return;
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        this.#pass("TLS", socket, () => {
          received.pipe(target).pipe(socket);
        });
      });
    });
  }

  /** Calls `go`, but only after `release` if the proxy hangs at this step. */
  #pass(place: Place, socket: Socket, go: () => void): void {
    if (this.place !== place || this.#isReleased || !this.mayHang()) {
      go();
      return;
    }
    this.#held.push(go);
    socket.once("close", this.#abandon);
  }
}

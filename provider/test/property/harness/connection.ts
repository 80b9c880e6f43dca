import { Agent, type Dispatcher, errors } from "undici";

/** Answers a request. Rejects if a server would close the connection. */
export type Handle = (request: Request) => Promise<Response>;

const undici = new Agent();

/** An undici connection to a server in this process. */
export class Connection {
  readonly dispatcher: Dispatcher;
  readonly #open = new Set<Exchange>();
  #isClosed = false;

  constructor(private readonly handle: Handle) {
    this.dispatcher = undici.compose(() => (options, handler) => {
      const exchange: Exchange = new Exchange(handler, () => this.#open.delete(exchange));
      this.#open.add(exchange);
      handler.onRequestStart?.(exchange, {});
      if (this.#isClosed) exchange.abort(socketClosed());
      else void this.#answer(options, exchange);
      return true;
    });
  }

  /** Closes the connection in both directions. */
  close(): void {
    this.#isClosed = true;
    for (const exchange of this.#open) exchange.abort(socketClosed());
  }

  async #answer({ method, path, headers, body }: Dispatcher.DispatchOptions, exchange: Exchange): Promise<void> {
    try {
      const sent = new Headers(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
      const text = typeof body === "string" ? body : null;
      const response = await this.handle(new Request(`http://emulator${path}`, { method, headers: sent, body: text }));
      exchange.respond(response, Buffer.from(await response.arrayBuffer()));
    } catch {
      exchange.abort(socketClosed());
    }
  }
}

/** A request without an answer. */
class Exchange implements Dispatcher.DispatchController {
  readonly paused = false;
  reason: Error | null = null;

  constructor(
    private readonly handler: Dispatcher.DispatchHandler,
    /** Ends the request. Returns false if it had ended before. */
    private readonly finish: () => boolean,
  ) {}

  get aborted(): boolean {
    return this.reason !== null;
  }

  abort(reason: Error): void {
    if (!this.finish()) return;
    this.reason = reason;
    this.handler.onResponseError?.(this, reason);
  }

  respond({ status, headers, statusText }: Response, body: Buffer): void {
    if (!this.finish()) return;
    this.handler.onResponseStart?.(this, status, Object.fromEntries(headers), statusText);
    this.handler.onResponseData?.(this, body);
    this.handler.onResponseEnd?.(this, {});
  }

  pause(): void {
    // Responses arrive complete, so there is no flow to control.
  }

  resume(): void {
    // Responses arrive complete, so there is no flow to control.
  }
}

function socketClosed(): Error {
  return new errors.SocketError("other side closed");
}

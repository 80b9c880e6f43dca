import { Agent, type Dispatcher, errors } from "undici";

/** Answers a request. Rejects where a server would close the connection. */
export type Handle = (request: Request) => Promise<Response>;

/** Sends nothing itself. */
const undici = new Agent();

/** A connection of undici's to a server in this process. */
export class Connection {
  readonly dispatcher: Dispatcher;
  readonly #open = new Set<Exchange>();
  #ended = false;

  constructor(private readonly handle: Handle) {
    this.dispatcher = undici.compose(() => (options, handler) => {
      const exchange: Exchange = new Exchange(handler, () => this.#open.delete(exchange));
      this.#open.add(exchange);
      handler.onRequestStart?.(exchange, {});
      if (this.#ended) exchange.abort(closed());
      else void this.#answer(options, exchange);
      return true;
    });
  }

  /** Closes the connection in both directions. */
  end(): void {
    this.#ended = true;
    for (const exchange of this.#open) exchange.abort(closed());
  }

  async #answer({ method, path, headers, body }: Dispatcher.DispatchOptions, exchange: Exchange): Promise<void> {
    try {
      const sent = new Headers(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
      const text = typeof body === "string" ? body : null;
      const response = await this.handle(new Request(`http://emulator${path}`, { method, headers: sent, body: text }));
      exchange.finish(response, Buffer.from(await response.arrayBuffer()));
    } catch {
      exchange.abort(closed());
    }
  }
}

/** A request that has been sent, until it has an answer or fails. */
class Exchange implements Dispatcher.DispatchController {
  readonly paused = false;
  reason: Error | null = null;

  constructor(
    private readonly handler: Dispatcher.DispatchHandler,
    /** Returns whether it had not ended before. */
    private readonly ended: () => boolean,
  ) {}

  get aborted(): boolean {
    return this.reason !== null;
  }

  abort(reason: Error): void {
    if (!this.ended()) return;
    this.reason = reason;
    this.handler.onResponseError?.(this, reason);
  }

  finish({ status, headers, statusText }: Response, body: Buffer): void {
    if (!this.ended()) return;
    this.handler.onResponseStart?.(this, status, Object.fromEntries(headers), statusText);
    this.handler.onResponseData?.(this, body);
    this.handler.onResponseEnd?.(this, {});
  }

  pause(): void {
    // Whole answers need no brake.
  }

  resume(): void {
    // Whole answers need no brake.
  }
}

function closed(): Error {
  return new errors.SocketError("other side closed");
}

import type { Http, Transport } from "#framework/http";

/** A value that all callers of one process share. A process has one transport, and tests have several processes. */
export class PerProcess<T> {
  readonly #values = new WeakMap<Transport, T>();

  /** `create` receives a client without the options of a caller. */
  constructor(private readonly create: (http: Http) => T) {}

  get(http: Http): T {
    const value = this.#values.get(http.transport) ?? this.create(http.withoutOptions());
    this.#values.set(http.transport, value);
    return value;
  }
}

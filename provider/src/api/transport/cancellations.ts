/** Whom to tell when a signal aborts. One listener serves all: Node.js looks at every listener to add or remove one. */
export class Cancellations {
  readonly #listening = new WeakMap<AbortSignal, Set<() => void>>();

  add(signal: AbortSignal, cancel: () => void): void {
    const known = this.#listening.get(signal) ?? this.#listen(signal);
    known.add(cancel);
  }

  remove(signal: AbortSignal, cancel: () => void): void {
    this.#listening.get(signal)?.delete(cancel);
  }

  #listen(signal: AbortSignal): Set<() => void> {
    const cancels = new Set<() => void>();
    this.#listening.set(signal, cancels);
    const tell = (): void => {
      for (const cancel of cancels) cancel();
    };
    signal.addEventListener("abort", tell, { once: true });
    return cancels;
  }
}

import { Aborted } from "./errors";

/** A value that is loaded once for all who ask; a failed load is forgotten. */
export class Once<T> {
  private loading: Promise<T> | undefined;

  constructor(private readonly load: () => Promise<T>) {}

  async get(): Promise<T> {
    this.loading ??= this.load().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }
}

/** Waits for work that others wait for as well: the signal ends this wait, not the work. */
export async function wait<T>(work: Promise<T>, what: string, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(
        new Aborted({
          method: "GET",
          path: what,
          status: null,
          requestId: null,
          ambiguous: false,
          cause: signal.reason,
        }),
      );
    };
    // What is known already is given all the same: it says what an operation that was ended has done.
    if (signal.aborted) setImmediate(stop);
    signal.addEventListener("abort", stop, { once: true });
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
    });
  });
}

import type { Clock } from "./clock";

/** Rings once, after the first wait that it is set for; a process does not end before. */
export class Alarm {
  #sleep: AbortController | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly ring: () => void,
  ) {}

  /** In milliseconds. No effect if it is set already. */
  set(wait: number): void {
    if (this.#sleep) return;
    this.#sleep = new AbortController();
    const over = (): void => {
      this.#sleep = undefined;
      this.ring();
    };
    this.clock.sleep(wait, this.#sleep.signal).then(over, over);
  }

  /** Rings at once instead. */
  stop(): void {
    this.#sleep?.abort();
  }
}

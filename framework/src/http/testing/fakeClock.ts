import type { Clock } from "../request";

/** A clock whose sleepers wake in order and without delay. */
export class FakeClock implements Clock {
  /** The lengths of all sleeps, in the order of their start. */
  readonly slept: number[] = [];
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(milliseconds);
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.time + milliseconds, wake: resolve };
      this.sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.sleepers = this.sleepers.filter((other) => other !== sleeper);
        reject(new Error("aborted"));
      });
      setImmediate(() => {
        this.wakeNext();
      });
    });
  }

  private wakeNext(): void {
    const [next] = this.sleepers.sort((a, b) => a.until - b.until);
    if (!next) return;
    this.sleepers = this.sleepers.filter((other) => other !== next);
    this.time = Math.max(this.time, next.until);
    next.wake();
  }
}

import { isSelected, type Selection, type Target } from "./selection";

/** Holds matching requests before they take effect, until the hold is released. */
export class Hold {
  readonly #held: (() => void)[] = [];
  readonly #waiters: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(
    private readonly selection: Selection,
    private readonly onRelease: (hold: Hold) => void,
  ) {}

  /** Waits until it holds this many requests. */
  async waitForArrivals(count = 1): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ count, resolve });
      this.#notifyWaiters();
    });
  }

  /** Continues the held requests. Later requests are not held. */
  release(): void {
    this.onRelease(this);
    for (const resume of this.#held.splice(0)) resume();
  }

  matches(target: Target): boolean {
    return isSelected(target, this.selection);
  }

  /** Waits for the release. */
  async wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#held.push(resolve);
      this.#notifyWaiters();
    });
  }

  #notifyWaiters(): void {
    for (const { count, resolve } of this.#waiters) if (this.#held.length >= count) resolve();
  }
}

/** The holds that have not been released. */
export class Holds {
  readonly #all = new Set<Hold>();

  add(selection: Selection): Hold {
    const hold = new Hold(selection, (released) => this.#all.delete(released));
    this.#all.add(hold);
    return hold;
  }

  /** Waits for the release of the first hold that matches the request. */
  async pass(target: Target): Promise<void> {
    await [...this.#all].find((hold) => hold.matches(target))?.wait();
  }

  releaseAll(): void {
    for (const hold of this.#all) hold.release();
  }
}

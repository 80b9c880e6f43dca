import { matches, type Selection, type Target } from "./selection";

/** Holds requests on their arrival, before any effect, until it is released. */
export class Hold {
  readonly #held: (() => void)[] = [];
  readonly #expecting: { readonly count: number; readonly arrived: () => void }[] = [];

  constructor(
    private readonly selection: Selection,
    private readonly ended: (hold: Hold) => void,
  ) {}

  /** Resolves when it holds this many requests. */
  async arrived(count = 1): Promise<void> {
    return new Promise((resolve) => {
      this.#expecting.push({ count, arrived: resolve });
      this.#tell();
    });
  }

  /** Continues the held requests. Later ones are not held. */
  release(): void {
    this.ended(this);
    for (const goOn of this.#held.splice(0)) goOn();
  }

  matches(target: Target): boolean {
    return matches(this.selection, target);
  }

  /** Resolves on the release. */
  async keep(): Promise<void> {
    return new Promise((resolve) => {
      this.#held.push(resolve);
      this.#tell();
    });
  }

  #tell(): void {
    for (const { count, arrived } of this.#expecting) if (this.#held.length >= count) arrived();
  }
}

/** The holds that have not been released. */
export class Holds {
  readonly #all = new Set<Hold>();

  add(selection: Selection): Hold {
    const hold = new Hold(selection, (ended) => this.#all.delete(ended));
    this.#all.add(hold);
    return hold;
  }

  /** Resolves when no hold keeps this request back. The first hold that matches counts. */
  async pass(target: Target): Promise<void> {
    await [...this.#all].find((hold) => hold.matches(target))?.keep();
  }

  releaseAll(): void {
    for (const hold of this.#all) hold.release();
  }
}

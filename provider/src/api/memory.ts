import { Once } from "./once";

/** Objects by id, each read once a process: what a write answers replaces what was read, a failed write forgets it. */
export class Memory<T> {
  readonly #known = new Map<string, Once<T>>();

  constructor(private readonly load: (id: string) => Promise<T>) {}

  /** `load` is how to read what is not known yet, if otherwise than usual. */
  async get(id: string, load = this.load): Promise<T> {
    const known = this.#known.get(id) ?? new Once(() => load(id));
    this.#known.set(id, known);
    return known.get();
  }

  keep(id: string, value: T): void {
    this.#known.set(id, new Once(() => Promise.resolve(value)));
  }

  async write(id: string, change: Promise<T>): Promise<T> {
    try {
      const written = await change;
      this.keep(id, written);
      return written;
    } catch (error) {
      this.#known.delete(id);
      throw error;
    }
  }
}

import { CachedObjects, CachedValue, waitFor } from "../cache";
import { toArray } from "#framework/http";

/** The reads of a collection whose objects belong to parents. */
interface Reads<Listed, One> {
  list(parentId: string): AsyncIterable<Listed>;
  get(id: string): Promise<One>;
}

/** The lists of parents, each of which is read once. */
class CachedLists<T> {
  readonly #lists = new Map<string, CachedValue<readonly T[]>>();

  constructor(
    private readonly read: (parentId: string) => AsyncIterable<T>,
    /** The name of the objects in errors, such as `groups`. */
    private readonly name: string,
  ) {}

  async *list(parentId: string, signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined> {
    const list = this.#lists.get(parentId) ?? new CachedValue(async () => toArray(this.read(parentId)));
    this.#lists.set(parentId, list);
    yield* await waitFor(list.get(), `${this.name} of ${parentId}`, signal);
  }

  clear(): void {
    this.#lists.clear();
  }

  /** Discards all lists, at once and after the running change, because no change knows the parent whose list it concerns. */
  async change<R>(change: Promise<R>): Promise<R> {
    this.clear();
    return change.finally(() => {
      this.clear();
    });
  }
}

/** The objects of parents, such as the groups of organizations. Each object and each list is read once. */
export class CachedCollection<Listed extends { readonly id: string }, One extends Listed> {
  readonly #objects: CachedObjects<One>;
  readonly #lists: CachedLists<Listed>;

  /** `name` is the name of the objects in errors, such as `groups`. */
  constructor(reads: Reads<Listed, One>, name: string) {
    this.#objects = new CachedObjects((id) => reads.get(id));
    this.#lists = new CachedLists((parentId) => reads.list(parentId), name);
  }

  list(parentId: string, signal: AbortSignal | undefined): AsyncIterable<Listed> {
    return this.#lists.list(parentId, signal);
  }

  async get(id: string, signal: AbortSignal | undefined): Promise<One> {
    return waitFor(this.#objects.get(id), id, signal);
  }

  /** Puts the object of a new reading into the cache. Discards no list, because a reading changes nothing. */
  async replace(id: string, reading: Promise<One>): Promise<One> {
    return this.#objects.write(id, reading);
  }

  async create<Created extends One>(change: Promise<Created>): Promise<Created> {
    const object = await this.#lists.change(change);
    this.#objects.set(object.id, object);
    return object;
  }

  async write(id: string, change: Promise<One>): Promise<One> {
    return this.#lists.change(this.#objects.write(id, change));
  }

  async delete(id: string, change: Promise<void>): Promise<void> {
    return this.#lists.change(change).finally(() => {
      this.#objects.discard(id);
    });
  }
}

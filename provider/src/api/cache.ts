import { AbortedError, ApiError } from "./errors";
import type { Caller, Organization } from "./model";

/** A value that is read once for all callers. A failed read is forgotten. */
export class CachedValue<T> {
  #value: Promise<T> | undefined;

  constructor(private readonly read: () => Promise<T>) {}

  async get(): Promise<T> {
    if (this.#value === undefined) {
      const value = this.read().catch((error: unknown) => {
        if (this.#value === value) this.#value = undefined;
        throw error;
      });
      this.#value = value;
    }
    return this.#value;
  }

  discard(): void {
    this.#value = undefined;
  }

  /** Reads the value again, for all callers. */
  async renew(): Promise<T> {
    this.discard();
    return this.get();
  }
}

/** Objects by id, each of which is read once. The response to a write replaces the object, and a failed write discards it. */
export class CachedObjects<T> {
  readonly #objects = new Map<string, CachedValue<T>>();

  constructor(private readonly read: (id: string) => Promise<T>) {}

  /** `read` reads an object that is not in the cache, if it differs from the usual way. */
  async get(id: string, read = this.read): Promise<T> {
    const object = this.#objects.get(id) ?? new CachedValue(() => read(id));
    this.#objects.set(id, object);
    return object.get();
  }

  set(id: string, object: T): void {
    this.#objects.set(id, new CachedValue(() => Promise.resolve(object)));
  }

  discard(id: string): void {
    this.#objects.delete(id);
  }

  async write(id: string, change: Promise<T>): Promise<T> {
    try {
      const object = await change;
      this.set(id, object);
      return object;
    } catch (error) {
      this.discard(id);
      throw error;
    }
  }
}

/**
 * Reads organizations one by one, until it has sent as many requests as a list takes. Then it reads the list once and takes
 * the other organizations from the list, each only once. It takes no organization from the list that this process has written.
 */
export class ListedOrganizations {
  /** The ids of organizations that were read or written. */
  readonly #used = new Set<string>();
  readonly #list: CachedValue<ReadonlyMap<string, Organization>>;
  #requests = 0;

  /** `countPages` returns the number of requests that the list takes; undefined if it is unknown. */
  constructor(
    private readonly readOne: (id: string) => Promise<Organization>,
    readAll: () => Promise<readonly Organization[]>,
    private readonly countPages: () => number | undefined,
  ) {
    this.#list = new CachedValue(async () => {
      // A list can fail because of one organization or its size. The read of each organization then reports the error.
      const organizations = await readAll().catch(ignoreApiError);
      return new Map(organizations.map((organization) => [organization.id, organization]));
    });
  }

  async get(id: string): Promise<Organization> {
    const isFirst = !this.#used.has(id);
    this.#used.add(id);
    const canUseList = isFirst && this.#requests >= (this.countPages() ?? Infinity);
    const organization = canUseList ? (await this.#list.get()).get(id) : undefined;
    if (organization !== undefined) return organization;
    this.#requests += 1;
    return this.readOne(id);
  }

  /** Records a write. The list may be older. */
  recordWrite(id: string): void {
    this.#used.add(id);
  }
}

function ignoreApiError(error: unknown): readonly Organization[] {
  if (error instanceof ApiError) return [];
  throw error;
}

/** The caller (the user of the API key) as first read, with the changes of this process. Reads again for organizations that the first read lacks. */
export class CachedCaller {
  readonly #caller: CachedValue<Caller>;
  #organizationCount: number | undefined;
  readonly #created = new Map<string, Caller["organizations"][number]>();
  readonly #deleted = new Set<string>();
  /** The owners of transferred organizations. */
  readonly #owners = new Map<string, string>();
  /** The ids and names for which the caller was read again. */
  readonly #rereadFor = new Set<string>();
  #isRead = false;

  /** `isAgain` is false for the first read, and true for others, so that the reader can discard kept responses. */
  constructor(read: (isAgain: boolean) => Promise<Caller>) {
    this.#caller = new CachedValue(async () => {
      const isAgain = this.#isRead;
      this.#isRead = true;
      return read(isAgain);
    });
  }

  /** If the organization with this id or name is not visible, reads the caller again, once for each organization. */
  async get(idOrName?: string): Promise<Caller> {
    const caller = await this.#get();
    if (idOrName === undefined || this.#deleted.has(idOrName)) return caller;
    // A key that is bound to one organization never sees another one.
    if (caller.boundTo !== null && caller.boundTo !== idOrName) return caller;
    if (caller.organizations.some(({ id, name }) => id === idOrName || name === idOrName)) return caller;
    if (!this.#rereadFor.has(idOrName)) {
      this.#rereadFor.add(idOrName);
      await this.#caller.renew();
    }
    return this.#get();
  }

  async #get(): Promise<Caller> {
    const caller = await this.#caller.get();
    const known = new Set(caller.organizations.map(({ id }) => id));
    const created = [...this.#created.values()].filter(({ id }) => !known.has(id));
    const existing = [...caller.organizations, ...created].filter(({ id }) => !this.#deleted.has(id));
    const organizations = existing.map((organization) => {
      const owner = this.#owners.get(organization.id);
      return owner === undefined ? organization : { ...organization, isOwner: owner === caller.id };
    });
    this.#organizationCount = organizations.length;
    return { ...caller, organizations };
  }

  /**
   * The number of organizations that the API key can see, with those that this process has created, and without those that it has
   * deleted. Counted at the last `get`; undefined before the first.
   */
  get organizationCount(): number | undefined {
    return this.#organizationCount;
  }

  recordCreation({ id, name }: Organization): void {
    this.#created.set(id, { id, name, role: "admin", isOwner: true });
  }

  recordDeletion(id: string): void {
    this.#deleted.add(id);
  }

  recordTransfer({ id, owner }: Organization): void {
    if (owner !== undefined) this.#owners.set(id, owner.id);
  }

  /** Discards the caller, because the owner of the organization is unknown after a failed transfer. */
  recordFailedTransfer(id: string): void {
    this.#owners.delete(id);
    this.#caller.discard();
  }
}

/** Waits for shared work. The signal ends the wait but not the work. `object` names the work in the error. */
export async function waitFor<T>(work: Promise<T>, object: string, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      const request = { method: "GET", path: object, status: null, requestId: null, isAmbiguous: false };
      reject(new AbortedError({ ...request, cause: signal.reason }));
    };
    // Returns a cached value even after an abort, because that value may contain the result of the aborted operation.
    if (signal.aborted) setImmediate(stop);
    signal.addEventListener("abort", stop, { once: true });
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
    });
  });
}

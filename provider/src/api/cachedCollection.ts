import { CachedObjects, CachedValue, waitFor } from "./cache";
import type { ApiTokens, Groups, Projects, SecretObjects } from "./client";

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

  /** Discards all lists before a change and after it. */
  async change<R>(change: Promise<R>): Promise<R> {
    this.clear();
    return change.finally(() => {
      this.clear();
    });
  }
}

/** The objects of parents, such as the groups of organizations. Each object and each list is read once. */
class CachedCollection<Listed extends { readonly id: string }, One extends Listed> {
  readonly #objects: CachedObjects<One>;
  readonly #lists: CachedLists<Listed>;

  /** `name` is the name of the objects in errors, such as `groups`. */
  constructor(backend: Reads<Listed, One>, name: string) {
    this.#objects = new CachedObjects((id) => backend.get(id));
    this.#lists = new CachedLists((parentId) => backend.list(parentId), name);
  }

  list(parentId: string, signal: AbortSignal | undefined): AsyncIterable<Listed> {
    return this.#lists.list(parentId, signal);
  }

  async get(id: string, signal: AbortSignal | undefined): Promise<One> {
    return waitFor(this.#objects.get(id), id, signal);
  }

  /** Replaces the object in the cache by a fresh one. */
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

/** Returns groups with cached reads, for each writer of a process. */
export function cacheGroups(backend: Groups): (writer: Groups, signal?: AbortSignal) => Groups {
  const cache = new CachedCollection(backend, "groups");
  return (writer, signal) => ({
    list: (organizationId) => cache.list(organizationId, signal),
    get: async (id) => cache.get(id, signal),
    reread: async (id) => cache.replace(id, writer.reread(id)),
    create: async (...args) => cache.create(writer.create(...args)),
    update: async (group, settings) => cache.write(group.id, writer.update(group, settings)),
    addMember: async (group, user) => cache.write(group.id, writer.addMember(group, user)),
    removeMember: async (group, user) => cache.write(group.id, writer.removeMember(group, user)),
    delete: async (id) => cache.delete(id, writer.delete(id)),
  });
}

/** Returns projects or cohorts with cached reads, for each writer of a process. */
export function cacheProjects(backend: Projects, name: string): (writer: Projects, signal?: AbortSignal) => Projects {
  const cache = new CachedCollection(backend, name);
  return (writer, signal) => ({
    list: (parentId) => cache.list(parentId, signal),
    get: async (id) => cache.get(id, signal),
    reread: async (id) => cache.replace(id, writer.reread(id)),
    create: async (...args) => cache.create(writer.create(...args)),
    update: async (project, settings) => cache.write(project.id, writer.update(project, settings)),
    addUser: async (project, user) => cache.write(project.id, writer.addUser(project, user)),
    removeUser: async (project, user) => cache.write(project.id, writer.removeUser(project, user)),
    addGroup: async (project, groupId) => cache.write(project.id, writer.addGroup(project, groupId)),
    listContents: async (id) => writer.listContents(id),
    removeGroup: async (project, groupId) => cache.write(project.id, writer.removeGroup(project, groupId)),
    delete: async (id) => cache.delete(id, writer.delete(id)),
  });
}

/** Returns API tokens with cached lists, for each writer of a process. No request returns one token. */
export function cacheApiTokens(backend: ApiTokens): (writer: ApiTokens, signal?: AbortSignal) => ApiTokens {
  const lists = new CachedLists((organizationId) => backend.list(organizationId), "API tokens");
  return (writer, signal) => ({
    list: (organizationId) => lists.list(organizationId, signal),
    create: async (...args) => lists.change(writer.create(...args)),
    revoke: async (id) => lists.change(writer.revoke(id)),
  });
}

/** Returns webhooks or similar objects with cached reads, for each writer of a process. `name` is their name in errors. */
export function cacheSecretObjects<One extends { readonly id: string }, Settings>(
  backend: SecretObjects<One, Settings>,
  name: string,
): (writer: SecretObjects<One, Settings>, signal?: AbortSignal) => SecretObjects<One, Settings> {
  const cache = new CachedCollection<One, One>(backend, name);
  return (writer, signal) => ({
    list: (organizationId) => cache.list(organizationId, signal),
    get: async (id) => cache.get(id, signal),
    create: async (...args) => cache.create(writer.create(...args)),
    update: async (id, settings) => cache.write(id, writer.update(id, settings)),
    delete: async (id) => cache.delete(id, writer.delete(id)),
  });
}

async function toArray<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const array: T[] = [];
  for await (const item of items) array.push(item);
  return array;
}

import type * as z from "zod";
import { type Http, type Page, postOnce, path } from "#framework/http";
import { unwrapData } from "../http/answer";
import { CachedCollection } from "./cachedCollection";
import { PerProcess } from "./perProcess";
import { acceptNotFound, createPageSchema, type Identified, joinId, readList, splitId, toUuid } from "./schemas";

/** A kind of objects that only Avocado Connect serves. collections.ts lists all kinds. */
export interface Collection<Operations, Feature extends string = string> {
  readonly feature: Feature;
  /** States that Peridio's Admin API lacks the feature. */
  readonly absence: string;
  /** A remedy other than the use of Avocado Connect. By default, the removal of the objects from the program. */
  readonly remedy?: string | undefined;
  /** Returns the operations for the caller of `http`. All callers of one process share what they read. */
  open(http: Http): Operations;
  /** Describes the objects that prevent the deletion of their project; undefined if there are no such objects. */
  readonly contents?: Collection<DescribeContents> | undefined;
}

/** Describes the objects in a project in words such as `2 deployments`. */
export type DescribeContents = (projectId: string) => Promise<readonly string[]>;

/** The parent of objects. The deletion of a project also deletes the objects in it. */
type ParentOfObjects =
  | { readonly parent: "organization" }
  | {
      readonly parent: "project";
      /** True if the provider does not delete a project with such objects. */
      readonly preventsDeletion: boolean;
    };

/** The path of a parent. */
export const parents = { organization: getOrganizationPath, project: getProjectPath };

function getOrganizationPath(id: string): string {
  return path`/api/orgs/${toUuid(id)}`;
}

function getProjectPath(id: string): string {
  const { parent, uuid } = splitId(id);
  return `${getOrganizationPath(parent)}${path`/projects/${uuid}`}`;
}

/** Objects of parents, as data. The id of an object is the parent's id and the UUID: `prn:1:<UUID>/<UUID>`. */
interface Definition<Listed, One, Settings> {
  /** The kind in messages, such as `claim token`. */
  readonly kind: string;
  readonly parent: keyof typeof parents;
  /** The path of the objects, below the parent's. */
  readonly path: string;
  /** An object in a list and in the response to a write, with its UUID. Only the path names the parent. */
  readonly schemaInList: z.ZodType<Listed>;
  /** An object in a response with one object. */
  readonly schemaAlone: z.ZodType<One>;
  /** A page of the list, if it does not have the usual form. */
  readonly page?: z.ZodType<Page<Listed>>;
  /** Returns the body of a request. A request cannot contain null, so the API's default, such as an empty list, replaces it. */
  readonly toBody: (settings: Settings) => object;
}

/** Defines a kind of objects. `createOperations` chooses the operations that the API has. */
export function collection<Listed extends Identified, One extends Listed, Settings, Operations, Feature extends string>(
  definition: Definition<Listed, One, Settings> &
    ParentOfObjects &
    Pick<Collection<Operations, Feature>, "feature" | "absence" | "remedy">,
  createOperations: (objects: Objects<Listed, One, Settings>) => Operations,
): Collection<Operations, Feature> {
  const { feature, absence, remedy, kind } = definition;
  const requests = new Requests(definition);
  const caches = new PerProcess(
    (http) =>
      new CachedCollection<Listed, One>(
        { list: (parentId) => requests.list(http, parentId), get: async (id) => requests.get(http, id) },
        `${kind}s`,
      ),
  );
  const contents: Collection<DescribeContents> = {
    feature,
    absence,
    open: (http) => async (projectId) => {
      const ids: string[] = [];
      for await (const { id } of requests.list(http, projectId)) ids.push(id);
      return describeCount(ids.length, kind);
    },
  };
  return {
    feature,
    absence,
    remedy,
    open: (http) => createOperations(new Objects(requests, caches.get(http), http)),
    contents: definition.parent === "project" && definition.preventsDeletion ? contents : undefined,
  };
}

export function describeCount(count: number, noun: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${noun}${count === 1 ? "" : "s"}`];
}

/** The requests of one kind of objects. Builds the schemas once. */
class Requests<Listed extends Identified, One extends Listed, Settings> {
  readonly #page: z.ZodType<Page<Listed>>;
  /** The response to a write. */
  readonly written: z.ZodType<Listed>;
  readonly #one: z.ZodType<One>;

  constructor(private readonly definition: Definition<Listed, One, Settings>) {
    const { schemaInList, schemaAlone, page = createPageSchema(schemaInList) } = definition;
    this.#page = page;
    this.written = unwrapData(schemaInList);
    this.#one = unwrapData(schemaAlone);
  }

  get kind(): string {
    return this.definition.kind;
  }

  /** Returns the path of a parent's objects. */
  getListPath(parentId: string): string {
    return `${parents[this.definition.parent](parentId)}/${this.definition.path}`;
  }

  /** Returns the path of an object. */
  getObjectPath(id: string): string {
    const { parent, uuid } = splitId(id);
    return `${this.getListPath(parent)}${path`/${uuid}`}`;
  }

  /** Lists the objects of a parent. For claim tokens, another path lists those of one project. */
  async *list(
    http: Http,
    parentId: string,
    listPath = this.getListPath(parentId),
  ): AsyncGenerator<Listed, void, undefined> {
    for await (const found of readList(http, listPath, this.#page, ({ id }) => id))
      yield { ...found, id: joinId(parentId, found.id) };
  }

  async get(http: Http, id: string): Promise<One> {
    return { ...(await http.get(this.getObjectPath(id), this.#one)), id };
  }

  async put(http: Http, id: string, settings: Settings): Promise<Listed> {
    return { ...(await http.put(this.getObjectPath(id), this.definition.toBody(settings), this.written)), id };
  }

  /** Creates an object. `answer` is the schema of the response, which may have more properties than a listed object. */
  async post<Created extends Identified>(
    http: Http,
    parentId: string,
    settings: Settings,
    answer: z.ZodType<Created>,
  ): Promise<Created> {
    const created = await http.post(this.getListPath(parentId), this.definition.toBody(settings), answer);
    const id = joinId(parentId, created.id);
    http.noteCreated(this.getObjectPath(id));
    return { ...created, id };
  }
}

/** The objects of one kind, for one caller. */
export class Objects<Listed extends Identified, One extends Listed, Settings> {
  constructor(
    readonly requests: Requests<Listed, One, Settings>,
    private readonly cache: CachedCollection<Listed, One>,
    readonly http: Http,
  ) {}

  list(parentId: string): AsyncIterable<Listed> {
    return this.cache.list(parentId, this.http.signal);
  }

  async get(id: string): Promise<One> {
    return this.cache.get(id, this.http.signal);
  }

  /** Reads the object again, to verify a write. No cache answers. */
  async reread(id: string): Promise<One> {
    return this.cache.replace(id, this.requests.get(this.http, id));
  }

  /**
   * Creates the object once: if the response is lost, looks for the object in the list before another attempt. `complete` adds
   * the properties that a listed object lacks.
   */
  async createOnce(
    parentId: string,
    settings: Settings,
    isCreated: (found: Listed) => boolean,
    complete: (created: Listed) => One,
  ): Promise<One> {
    const shared = this.http.withSharedDeadline();
    const created = postOnce<One>(
      shared,
      async () => complete(await this.requests.post(shared, parentId, settings, this.requests.written)),
      async (http) => {
        for await (const found of this.requests.list(http, parentId))
          if (isCreated(found)) return this.requests.get(http, found.id);
        return undefined;
      },
    );
    return this.recordCreation(created);
  }

  /** Adds an object to the cache. Is public for creations that return a secret, which send their own requests. */
  async recordCreation<Created extends One>(creation: Promise<Created>): Promise<Created> {
    return this.cache.create(creation);
  }

  async update(object: One, settings: Settings): Promise<One> {
    const { id } = object;
    const change = this.requests.put(this.http, id, settings);
    return this.recordChange(
      id,
      change.then((changed) => ({ ...object, ...changed })),
    );
  }

  /** Replaces an object in the cache. Is public for changes of grants and members, which send their own requests. */
  async recordChange(id: string, change: Promise<One>): Promise<One> {
    return this.cache.write(id, change);
  }

  /** Succeeds if the object is missing. */
  async delete(id: string): Promise<void> {
    return this.cache.delete(id, this.http.delete(this.requests.getObjectPath(id)).catch(acceptNotFound));
  }
}

/** Returns the operations, except `create`, of objects whose list shows all properties. */
export function createPlainOperations<One extends Identified, Settings>(objects: Objects<One, One, Settings>) {
  const { requests, http } = objects;
  return {
    list: (parentId: string) => objects.list(parentId),
    get: async (id: string) => objects.get(id),
    update: async (id: string, settings: Settings) => objects.recordChange(id, requests.put(http, id, settings)),
    /** Succeeds if the object is missing. */
    delete: async (id: string) => objects.delete(id),
  };
}

interface Named extends Identified {
  readonly name: string;
}

/**
 * Returns the operations of objects with unique names, which lists contain only in part. A write returns the object after the
 * change. `complete` adds to a new object what a list does not contain.
 */
export function createNamedOperations<
  Listed extends Named,
  One extends Listed,
  Settings extends { readonly name?: string | undefined },
>(objects: Objects<Listed, One, Settings>, complete: (created: Listed) => One) {
  return {
    list: (parentId: string) => objects.list(parentId),
    get: async (id: string) => objects.get(id),
    /** Reads the object again, to verify a write. No cache answers. */
    reread: async (id: string) => objects.reread(id),
    /** Creates the object once: if the response is lost, looks for an object with this name before another attempt. */
    create: async (parentId: string, name: string, settings: Settings) =>
      objects.createOnce(parentId, { ...settings, name }, (found) => found.name === name, complete),
    update: async (object: One, settings: Settings) => objects.update(object, settings),
    /** Succeeds if the object is missing. */
    delete: async (id: string) => objects.delete(id),
  };
}

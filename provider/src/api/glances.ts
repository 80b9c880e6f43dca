import { ApiError } from "./errors";
import { Once } from "./once";
import type { Organization } from "./port";

/**
 * Organizations for those who ask for them one by one: a request each, until as many were made as a list takes, and out of
 * that list from then on. It is read once. Each is taken from it once, and none that has been written to.
 */
export class Glances {
  readonly #known = new Set<string>();
  readonly #list: Once<ReadonlyMap<string, Organization>>;
  #requests = 0;

  /** `pages` is how many requests the list takes; undefined if that is not known. */
  constructor(
    private readonly one: (id: string) => Promise<Organization>,
    all: () => Promise<readonly Organization[]>,
    private readonly pages: () => number | undefined,
  ) {
    this.#list = new Once(async () => {
      const organizations = await all().catch(noneIfItFails);
      return new Map(organizations.map((organization) => [organization.id, organization]));
    });
  }

  async get(id: string): Promise<Organization> {
    const isFirst = !this.#known.has(id);
    this.#known.add(id);
    const listed = isFirst && this.#requests >= (this.pages() ?? Infinity) ? await this.#list.get() : undefined;
    const found = listed?.get(id);
    if (found !== undefined) return found;
    this.#requests += 1;
    return this.one(id);
  }

  /** The list may be older than the write. */
  written(id: string): void {
    this.#known.add(id);
  }
}

/** A list may fail for the sake of one organization, or of its size: each then tells for itself. */
function noneIfItFails(error: unknown): readonly Organization[] {
  if (error instanceof ApiError) return [];
  throw error;
}

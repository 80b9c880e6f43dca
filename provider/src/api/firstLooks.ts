import { ApiError } from "./errors";
import { Once } from "./once";
import type { Backend, Organization } from "./port";

type Listed = ReadonlyMap<string, Organization>;

/**
 * Organizations for those who ask for them one by one: a request each, until as many were made as a list takes, and out of
 * that list from then on. It is read once, and says of each organization only what there is to see at first: after a look
 * or a write, a request of its own says more.
 */
export class FirstLooks {
  readonly #known = new Set<string>();
  readonly #listed: Once<Listed>;
  #looks = 0;

  /** `count` says how many organizations the list has. */
  constructor(
    private readonly backend: Backend,
    private readonly count: () => Promise<number>,
    list: () => Promise<readonly Organization[]>,
  ) {
    this.#listed = new Once(async () => {
      const organizations = await list().catch(unlessSilent);
      return new Map(organizations.map((organization) => [organization.id, organization]));
    });
  }

  async get(id: string): Promise<Organization> {
    const isFirst = !this.#known.has(id);
    this.#known.add(id);
    const listed = isFirst && (await this.#isListCheaper()) ? await this.#listed.get() : undefined;
    return listed?.get(id) ?? this.backend.organizations.get(id);
  }

  /** The list may be older than the write. */
  written(id: string): void {
    this.#known.add(id);
  }

  async #isListCheaper(): Promise<boolean> {
    const earlier = this.#looks++;
    return earlier > 0 && earlier >= Math.ceil((await this.count()) / this.backend.organizations.perPage);
  }
}

/** A list that Peridio refuses, or that has one organization which does not fit, says nothing of the others. */
function unlessSilent(error: unknown): readonly Organization[] {
  if (error instanceof ApiError && error.status !== null && error.status < 500) return [];
  throw error;
}

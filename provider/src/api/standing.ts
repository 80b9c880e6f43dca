import { Once } from "./once";
import type { Caller, Organization } from "./port";

/** The caller as first seen, with what writes of this process have changed since. */
export class Standing {
  #asked: Once<Caller>;
  #count: number | undefined;
  readonly #created = new Map<string, Caller["organizations"][number]>();
  readonly #deleted = new Set<string>();
  /** Who owns the organizations that were transferred. */
  readonly #owners = new Map<string, string>();

  constructor(private readonly ask: () => Promise<Caller>) {
    this.#asked = new Once(ask);
  }

  async caller(): Promise<Caller> {
    const asked = await this.#asked.get();
    const seen = new Set(asked.organizations.map(({ id }) => id));
    const created = [...this.#created.values()].filter(({ id }) => !seen.has(id));
    const there = [...asked.organizations, ...created].filter(({ id }) => !this.#deleted.has(id));
    const organizations = there.map((one) => {
      const owner = this.#owners.get(one.id);
      return owner === undefined ? one : { ...one, isOwner: owner === asked.id };
    });
    this.#count = organizations.length;
    return { ...asked, organizations };
  }

  /** How many organizations the key saw when last asked about; undefined if nobody has. */
  get count(): number | undefined {
    return this.#count;
  }

  created({ id, name }: Organization): void {
    this.#created.set(id, { id, name, role: "admin", isOwner: true });
  }

  deleted(id: string): void {
    this.#deleted.add(id);
  }

  transferred({ id, owner }: Organization): void {
    if (owner !== undefined) this.#owners.set(id, owner.id);
  }

  /** After a failed transfer it is not known who owns the organization. */
  doubted(id: string): void {
    this.#owners.delete(id);
    this.#asked = new Once(this.ask);
  }
}

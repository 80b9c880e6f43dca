import { Once } from "./once";
import type { Caller, Organization } from "./port";

/** The caller as first read, with the changes of this process. */
export class Standing {
  #read: Once<Caller>;
  #count: number | undefined;
  readonly #created = new Map<string, Caller["organizations"][number]>();
  readonly #deleted = new Set<string>();
  /** The owners of transferred organizations. */
  readonly #owners = new Map<string, string>();

  constructor(private readonly readCaller: () => Promise<Caller>) {
    this.#read = new Once(readCaller);
  }

  async caller(): Promise<Caller> {
    const read = await this.#read.get();
    const known = new Set(read.organizations.map(({ id }) => id));
    const created = [...this.#created.values()].filter(({ id }) => !known.has(id));
    const existing = [...read.organizations, ...created].filter(({ id }) => !this.#deleted.has(id));
    const organizations = existing.map((organization) => {
      const owner = this.#owners.get(organization.id);
      return owner === undefined ? organization : { ...organization, isOwner: owner === read.id };
    });
    this.#count = organizations.length;
    return { ...read, organizations };
  }

  /** The number of organizations that the key could see at the last read; undefined before the first. */
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

  /** Records a failed transfer, after which the owner is unknown. */
  doubted(id: string): void {
    this.#owners.delete(id);
    this.#read = new Once(this.readCaller);
  }
}

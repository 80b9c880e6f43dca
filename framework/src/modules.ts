import type { Module, RunFacts } from "./resource";

/** The declarations of the whole program. */
export type Declarations = Pick<RunFacts, "getOwnership" | "getDesired">;

/** Tells a resource what other resources of the program declare. */
export const declarations: Module<Declarations> = ({ getOwnership, getDesired }) => {
  return () => ({ getOwnership, getDesired });
};

/** The names that previews add to collections. */
export interface PlannedNames {
  /** Remembers that this preview adds these names to a collection. Returns all names that the previews of this run have added to it. */
  readonly recordPlanned: (collection: string, ...names: readonly string[]) => ReadonlySet<string>;
  /** Remembers that this preview adds the resource to a collection. Returns the number of resources that the previews of this run have added to it. */
  readonly countPlanned: (collection: string) => number;
}

/** Lets previews count together, for limits that apply to the whole program. */
export const plannedNames: Module<PlannedNames> = () => {
  const planned = new Map<string, Set<string>>();
  const recordPlanned: PlannedNames["recordPlanned"] = (collection, ...names) => {
    const all = planned.get(collection) ?? new Set();
    for (const name of names) all.add(name);
    planned.set(collection, all);
    return all;
  };
  return ({ urn }) => ({ recordPlanned, countPlanned: (collection) => recordPlanned(collection, urn).size });
};

/** The API key that applies the changes. */
export interface AnotherKey {
  /** True in previews and reads for changes that another API key applies. The user of this key then needs no protection. */
  readonly forAnotherKey: boolean;
}

/** Tells a resource that protects the user of its API key if another key applies the changes. */
export const anotherKey: Module<AnotherKey> = ({ previewsOnly }) => {
  return ({ writes }) => ({ forAnotherKey: previewsOnly && !writes });
};

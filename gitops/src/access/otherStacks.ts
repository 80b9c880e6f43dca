import { isWritten, type Resource } from "../preview/resource";
import type { Person } from "./access";
import { isHidden } from "./hidden";
import { declaredIn } from "./people";

/** A person that some stacks remove and others declare. */
export interface Contest {
  /** The stacks that stop declaring the person. */
  readonly removedBy: readonly string[];
  /** The stacks that declare the person. */
  readonly declaredBy: readonly string[];
  /** Those of them that import the person: after the removal, the import fails. */
  readonly importedBy: readonly string[];
  /** Those of them that invite the person again if they run after the removal. One that does nothing does not see the removal. */
  readonly invitedBy: readonly string[];
}

/** The people of one organization that some stacks remove and others declare, by canonical address. */
export function contested(past: readonly Resource[], present: readonly Resource[]): ReadonlyMap<string, Contest> {
  const declaring = byAddress(present.filter(isOfPeople));
  return new Map(
    [...removals(past, present)].flatMap(([address, removedBy]) => {
      const resources = declaring.get(address);
      if (resources === undefined) return [];
      const stacks = (some: readonly Resource[]) => [...new Set(some.map(({ stack }) => stack))];
      const contest: Contest = {
        removedBy: [...removedBy],
        declaredBy: stacks(resources),
        importedBy: stacks(resources.filter(({ imported }) => imported)),
        invitedBy: stacks(resources.filter(isWritten)),
      };
      return [[address, contest] as const];
    }),
  );
}

/** The people without those that a stack removes and none invites again. */
export function withoutRemoved(
  people: ReadonlyMap<string, Person>,
  contests: ReadonlyMap<string, Contest>,
): Map<string, Person> {
  return new Map(
    [...people].flatMap(([address, person]): [string, Person][] => {
      const contest = contests.get(address);
      if (contest === undefined) return [[address, person]];
      return contest.invitedBy.length === 0 ? [] : [[address, { ...person, standing: "planned", userId: undefined }]];
    }),
  );
}

function isOfPeople({ kind, released }: Resource): boolean {
  return !released && (kind === "Membership" || kind === "OrganizationMembers");
}

/** The resources after the change that declare each address. */
function byAddress(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const found = new Map<string, Resource[]>();
  for (const resource of resources) {
    for (const address of resource.after === undefined ? [] : declaredIn(resource.after)) {
      found.set(address, [...(found.get(address) ?? []), resource]);
    }
  }
  return found;
}

/** The stacks that declared each address and stop declaring it; a stack that hides its members may still declare all of them. */
function removals(past: readonly Resource[], present: readonly Resource[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const stack of new Set(past.map((resource) => resource.stack))) {
    const own = present.filter((resource) => resource.stack === stack).flatMap(({ after }) => after ?? []);
    if (own.some(({ inputs }) => isHidden(inputs.members))) continue;
    const still = new Set(own.flatMap(declaredIn));
    const was = past.filter((resource) => isOfPeople(resource) && resource.stack === stack);
    const gone = was.flatMap(({ before }) => (before === undefined ? [] : declaredIn(before)));
    for (const address of gone) {
      if (!still.has(address)) found.set(address, (found.get(address) ?? new Set()).add(stack));
    }
  }
  return found;
}

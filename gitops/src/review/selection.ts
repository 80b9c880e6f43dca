import { canonicalizeEmail } from "#provider";
import type { Selection } from "./review";

/**
 * Writes and reads the people of a reason for access. A reason has a base: all admins, everyone, or the people of a group. `{}` means
 * all people of the base. `within: "project"` keeps those who reach the project of a cohort, if the review knows all of them.
 * `except` removes people, and `people` lists the only ones.
 */

/** Canonical addresses. */
export type Addresses = ReadonlySet<string>;

/** The people who reach the project of a cohort. Undefined if the review does not know all of them, so that nobody is excluded. */
type ProjectPeople = Pick<Addresses, "has"> | undefined;

/** Returns the shortest exact selection of some people of a base, by canonical address. `list` sorts and spells addresses. */
export function encodeSelection(
  people: readonly string[],
  base: Addresses,
  projectPeople: ProjectPeople,
  list: (addresses: readonly string[]) => string[],
): Selection {
  if (people.length === base.size) return {};
  const own = new Set(people);
  const absent = [...base].filter((address) => !own.has(address));
  const absentInProject = absent.filter((address) => projectPeople?.has(address) === true);
  const isWithin = projectPeople !== undefined && people.every((address) => projectPeople.has(address));
  const except = (some: readonly string[]) => (some.length > 0 ? { except: list(some) } : {});
  if (isWithin && absentInProject.length < absent.length && absentInProject.length <= people.length)
    return { within: "project", ...except(absentInProject) };
  return absent.length <= people.length ? except(absent) : { people: list(people) };
}

/** Returns the people of a selection, by canonical address. Returns `base` itself if nothing limits it, so that equal reasons share it. */
export function resolveSelection(
  { people, within, except }: Selection,
  base: Addresses,
  projectPeople: ProjectPeople,
): Addresses {
  if (people !== undefined) return canonicalize(people);
  const limit = within === undefined ? undefined : projectPeople;
  if (limit === undefined && except === undefined) return base;
  const removed = canonicalize(except);
  return new Set([...base].filter((address) => limit?.has(address) !== false && !removed.has(address)));
}

/** Returns the canonical addresses of a list. */
export function canonicalize(emails: readonly string[] = []): Addresses {
  return new Set(emails.map(canonicalizeEmail));
}

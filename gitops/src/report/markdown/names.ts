import type { Review } from "../../review/review";

/** What people call the organization of a key. */
export type Names = (key: string) => string;

export function namesOf({ organizations }: Review): Names {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  return (key) => names.get(key) ?? key;
}

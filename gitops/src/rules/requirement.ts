import type { Finding } from "./finding";
import type { Concerned, Scope } from "./scope";

/** One thing that a rule asks for: what in its scope does not keep it. */
export type Requirement = (scope: Scope) => readonly Finding[];

/** A requirement that looks at organizations one by one. */
export function inEach(find: (concerned: Concerned) => readonly Finding[]): Requirement {
  return ({ organizations }) => organizations.flatMap(find);
}

import type { Finding } from "./finding";
import { type Concerned, findingIn } from "./scope";
import { counted } from "../wording/counted";

/** People whom a rule cannot be held against, since their addresses are hidden. */
export function hiddenPeople(concerned: Concerned): readonly Finding[] {
  const { hiddenPeople: hidden } = concerned.organization;
  if (hidden === 0) return [];
  const words =
    `${counted(hidden, "person", "people")} in ${concerned.name} cannot be held against the rule, ` +
    "since the addresses are hidden: declare them so that they can be read.";
  return [findingIn(concerned, words, { about: "hidden", extent: hidden })];
}

import type { Violation } from "../review/review";
import type { Exemption } from "./exemption";
import { type KindName, kindNames } from "./kinds";
import type { Requirement } from "./requirement";
import type { SaidOfRule } from "./schema";
import { everything, type Selector } from "./selector";

/** One access rule, ready to be checked. */
export interface Rule {
  readonly name: string;
  readonly organizations: Selector;
  readonly people: Selector;
  readonly requirements: readonly (readonly [KindName, Requirement])[];
  readonly severity: Violation["severity"];
  readonly because: string | undefined;
  readonly exempt: readonly Exemption[];
}

export function ruleOf(name: string, said: SaidOfRule): Rule {
  const { organizations = everything, people = everything, severity = "refuse", because, exempt = [] } = said;
  const requirements = kindNames.flatMap((kind) => {
    const requirement = said[kind];
    return requirement === undefined ? [] : [[kind, requirement] as const];
  });
  return { name, organizations, people, requirements, severity, because, exempt };
}

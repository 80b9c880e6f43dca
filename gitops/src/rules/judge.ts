import type { Judge } from "../review/assemble";
import { checkRules, type Circumstances } from "./checkRules";
import { idleRules } from "./idleRules";
import type { Rule } from "./rule";
import { verdictOf } from "./verdict";

/**
 * How a review holds rules against the state after a change.
 * @throws Failure if a rule asks for last days, and there is no layout that could tell them.
 */
export function judge(rules: readonly Rule[], circumstances: Omit<Circumstances, "before">): Judge {
  return ({ before, after }) => {
    const violations = checkRules(rules, after, { ...circumstances, before });
    return { rules: rules.length, verdict: verdictOf(violations), violations, idle: idleRules(rules, after) };
  };
}

import type { Judge } from "../review/assemble";
import { checkRules, type Circumstances } from "./checkRules";
import { deletions } from "./deletions";
import { idleRules } from "./idleRules";
import type { Rule } from "./rule";
import { severities } from "./schema";
import { verdictOf } from "./verdict";

/**
 * How a review holds rules against the state after a change.
 * @throws Failure if a rule asks for last days, and there is no layout that could tell them.
 */
export function judge(rules: readonly Rule[], circumstances: Omit<Circumstances, "before">): Judge {
  return ({ before, after }) => {
    const violations = [
      ...deletions(rules, before, after, circumstances.today),
      ...checkRules(rules, after, { ...circumstances, before }),
    ].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
    return { rules: rules.length, verdict: verdictOf(violations), violations, idle: idleRules(rules, after) };
  };
}

import type { Access } from "../model/organization";
import { joinAnd } from "../wording";
import type { Rule } from "./rule";
import { selectsOrganization } from "./selector";

/**
 * Returns the rules that apply to no organization, before or after the change. Either the review has the stacks of one environment only, or
 * a name is misspelled.
 */
export function findIdleRules(rules: readonly Rule[], sides: readonly Access[]): readonly Rule[] {
  const all = sides.flatMap(({ organizations }) => [...organizations.values()]);
  return rules.filter((rule) => all.every((one) => selectsOrganization(rule.organizations, one) === "no"));
}

/** Names idle rules in a sentence. */
export function describeIdleRules(idle: readonly Rule[]): readonly string[] {
  if (idle.length === 0) return [];
  const [noun, apply] = idle.length === 1 ? ["rule", "applies"] : ["rules", "apply"];
  return [
    `The ${noun} ${joinAnd(idle.map(({ name }) => JSON.stringify(name)))} ${apply} to no organization in this review. If the ${noun} should apply, correct the names under \`organizations\`, or add the previews of the stacks that declare the organizations.`,
  ];
}

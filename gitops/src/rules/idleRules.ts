import type { Access } from "../access/access";
import type { Rule } from "./rule";
import { selectsOrganization } from "./selector";

/**
 * The rules that are about no organization, each in a sentence. With the stacks of one environment that may be right; it may as
 * well be a name that is misspelt.
 */
export function idleRules(rules: readonly Rule[], { organizations }: Access): readonly string[] {
  const all = [...organizations.values()];
  return rules
    .filter((rule) => all.every((one) => selectsOrganization(rule.organizations, one) === "no"))
    .map(({ name }) => `The rule ${JSON.stringify(name)} is about none of the organizations that were read.`);
}

import type { Access } from "../model/organization";
import { joinAnd } from "../wording";
import type { Rule } from "./rule";
import { selectsOrganization } from "./selector";

/**
 * Finds rules that apply to no organization, before or after the change, and names in requirements that nothing has. Either the review
 * has the stacks of one environment only, or a name is misspelled.
 */
export function findIdleRules(rules: readonly Rule[], sides: readonly Access[]): readonly string[] {
  const all = sides.flatMap(({ organizations }) => [...organizations.values()]);
  const idle: string[] = [];
  const missing = rules.flatMap(({ name, organizations, requirements }) => {
    const rule = `The rule ${JSON.stringify(name)}`;
    const selected = all.filter((organization) => selectsOrganization(organizations, organization) !== "no");
    if (selected.length === 0) {
      idle.push(JSON.stringify(name));
      return [];
    }
    return requirements
      .flatMap(([, { names = [] }]) => names)
      .filter(({ isIn }) => !selected.some(isIn))
      .map(
        ({ under, noun, name }) =>
          `${rule} names the ${noun} ${name} under \`${under}\`, but this review contains no such ${noun}. If the name is misspelled, correct it. If not, add the previews of the stacks that declare the ${noun}.`,
      );
  });
  if (idle.length === 0) return missing;
  const [noun, apply] = idle.length === 1 ? ["rule", "applies"] : ["rules", "apply"];
  return [
    `The ${noun} ${joinAnd(idle)} ${apply} to no organization in this review. If the ${noun} should apply, correct the names under \`organizations\`, or add the previews of the stacks that declare the organizations.`,
    ...missing,
  ];
}

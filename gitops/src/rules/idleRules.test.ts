import { describeIdleRules, findIdleRules } from "./idleRules";
import { parseRulesFile } from "./readRules";
import { createAccess, createOrganization } from "./testing/acme";

const find = (...given: Parameters<typeof findIdleRules>) => describeIdleRules(findIdleRules(...given));

test("reports a rule that applies to no organization, because a name in the rule may be misspelled", () => {
  const rules = parseRulesFile({
    file: "rules.yaml",
    text: 'rules: { one: { organizations: "*-prodcution", role: none }, two: { organizations: "*-dev", role: none } }',
  }).rules;
  expect(find(rules, [createAccess(createOrganization())])).toEqual([
    'The rule "one" applies to no organization in this review. If the rule should apply, correct the names under `organizations`, or add the previews of the stacks that declare the organizations.',
  ]);
  expect(find(rules, [createAccess(createOrganization({ name: "acme-lab" }))])).toEqual([
    'The rules "one" and "two" apply to no organization in this review. If the rules should apply, correct the names under `organizations`, or add the previews of the stacks that declare the organizations.',
  ]);
  const unnamed = createAccess(createOrganization({ name: undefined, id: "prn:1:x" }));
  expect(find(rules, [unnamed])).toEqual([]);
  const deleted = createAccess(createOrganization({ name: "acme-prodcution" }));
  expect(find(rules, [deleted, createAccess(createOrganization())])).toEqual([]);
});

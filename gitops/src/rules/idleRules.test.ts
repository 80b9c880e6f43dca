import { noObjects } from "../model/objects";
import { secret } from "../withheld";
import { findIdleRules } from "./idleRules";
import { parseRulesFile } from "./readRules";
import { createAccess, createGroup, createOrganization } from "./testing/acme";

test("reports a rule that applies to no organization, because a name in the rule may be misspelled", () => {
  const rules = parseRulesFile({
    file: "rules.yaml",
    text: 'rules: { one: { organizations: "*-prodcution", role: none }, two: { organizations: "*-dev", role: none } }',
  }).rules;
  expect(findIdleRules(rules, [createAccess(createOrganization())])).toEqual([
    'The rule "one" applies to no organization in this review. If the rule should apply, correct the names under `organizations`, or add the previews of the stacks that declare the organizations.',
  ]);
  expect(findIdleRules(rules, [createAccess(createOrganization({ name: "acme-lab" }))])).toEqual([
    'The rules "one" and "two" apply to no organization in this review. If the rules should apply, correct the names under `organizations`, or add the previews of the stacks that declare the organizations.',
  ]);
  const unnamed = createAccess(createOrganization({ name: undefined, id: "prn:1:x" }));
  expect(findIdleRules(rules, [unnamed])).toEqual([]);
  const deleted = createAccess(createOrganization({ name: "acme-prodcution" }));
  expect(findIdleRules(rules, [deleted, createAccess(createOrganization())])).toEqual([]);
});

describe("a name in a requirement that nothing has", () => {
  const objects = {
    ...noObjects,
    groups: [createGroup("field")],
    cohortPaths: new Map([["c", "firmware/canary"]]),
  };
  const sides = [
    createAccess(createOrganization({ name: "acme-dev", objects }), createOrganization({ name: "acme-billing" })),
  ];
  const find = (requirement: string, access = sides) =>
    findIdleRules(parseRulesFile({ file: "rules.yaml", text: `rules: { x: { ${requirement} } }` }).rules, access);
  const remedy = (noun: string) =>
    `but this review contains no such ${noun}. If the name is misspelled, correct it. If not, add the previews of the stacks that declare the ${noun}.`;

  test("is an organization without which `notTogether` concerns nobody", () => {
    const duties = (...names: readonly string[]) =>
      `notTogether: [${names.map((name) => `{ role: admin, organizations: ${name} }`).join(", ")}]`;
    expect(find(duties("acme-dev", "acme-biling"))).toEqual([
      `The rule "x" names the organization acme-biling under \`notTogether\`, ${remedy("organization")}`,
    ]);
    expect(find(duties('"*-eu"', "[acme-us, acme-uk]"))).toEqual([
      `The rule "x" names the organization *-eu under \`notTogether\`, ${remedy("organization")}`,
      `The rule "x" names the organization acme-us, acme-uk under \`notTogether\`, ${remedy("organization")}`,
    ]);
    expect(find(duties("acme-dev", "[acme-billing, acme-gone]"))).toEqual([]);
    // The rule does not apply to acme-billing.
    expect(find(`organizations: acme-dev, ${duties("acme-dev", "acme-billing")}`)).toHaveLength(1);
    expect(find("notTogether: [{ role: admin }, { role: viewer }]")).toEqual([]);
  });

  test("is a group or cohort that a requirement excludes", () => {
    expect(find("groups: { except: [field, feild] }")).toEqual([
      `The rule "x" names the group feild under \`groups\`, ${remedy("group")}`,
    ]);
    expect(find("claimTokens: { cohort: { except: [firmware/canary, canary] } }")).toEqual([
      `The rule "x" names the cohort canary under \`claimTokens\`, ${remedy("cohort")}`,
    ]);
  });

  test("is not a pattern, or a name that the requirement allows, because a mistake there makes the rule stricter", () => {
    expect(find('groups: { except: "other-*" }')).toEqual([]);
    expect(find("groups: [other, feild]")).toEqual([]);
    expect(find("groups: none, claimTokens: { cohort: [firmware/other] }")).toEqual([]);
  });

  test("is not a group that may have the name", () => {
    for (const unclear of [{ groups: [createGroup(secret)] }, { undeclaredGroups: ["u"] }]) {
      const access = [createAccess(createOrganization({ objects: { ...noObjects, ...unclear } }))];
      expect(find("groups: { except: other }", access)).toEqual([]);
    }
  });
});

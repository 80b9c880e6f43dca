import { createAccess, createOrganization } from "./testing/acme";
import { findAliases } from "./aliases";
import { parseRulesFile } from "./readRules";

/** Returns the sentences for the people of an organization. */
function find(rules: string, ...people: readonly string[]): readonly string[] {
  const access = createAccess(
    createOrganization({ people: Object.fromEntries(people.map((email) => [email, "viewer"])) }),
  );
  return findAliases(
    parseRulesFile({ file: "access-rules.yaml", text: `rules: { x: { role: none, ${rules} } }` }).rules,
    access,
  );
}

test.each(["carl+x@partner.example", "c.arl@partner.example", "Car.L+a+b@Partner.example"])(
  "%s may be the person that a rule names",
  (email) => {
    expect(find("people: carl@partner.example", email)).toEqual([
      `${email} in acme-dev may be carl@partner.example, who is named in the rule "x". The rule applies to the exact address only.`,
    ]);
    expect(find("people: { except: carl@partner.example }", email)).toHaveLength(1);
    expect(find("exempt: [{ person: carl@partner.example, until: 2027-01-31, because: x }]", email)).toHaveLength(1);
  },
);

test("a rule may name a sub-address, and the mailbox is another spelling of it", () => {
  expect(find("people: carl+x@partner.example", "carl@partner.example")).toHaveLength(1);
});

test.each(["carl@partner.example", "CARL@partner.example", "carla@partner.example", "carl+x@acme.example"])(
  "%s is the same or another person",
  (email) => {
    expect(find("people: carl@partner.example", email)).toEqual([]);
  },
);

test("a pattern names nobody, and an address that the rule names too is meant", () => {
  expect(find('people: "*@partner.example"', "carl+x@partner.example")).toEqual([]);
  expect(find("people: [carl@partner.example, carl+x@partner.example]", "carl+x@partner.example")).toEqual([]);
});

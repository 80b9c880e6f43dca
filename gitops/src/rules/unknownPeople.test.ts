import { noObjects } from "../model/objects";
import { parseRulesFile } from "./readRules";
import { ada, bob, carl, createAccess, createGroup, createOrganization, dora, eve } from "./testing/acme";
import { findUnknownPeople } from "./unknownPeople";

const group = createGroup("field", "gus@acme.example");
const project = {
  key: "p",
  words: "project x",
  everyoneEnabled: false,
  users: ["pat@acme.example"],
  isManaged: true,
  hidesUsers: false,
  hidesGroups: false,
};
const objects = {
  ...noObjects,
  groups: [group],
  invitedMembers: [{ email: "ivy@acme.example", group }],
  projects: [project],
};
const before = createAccess(createOrganization({ people: { [bob]: "viewer" } }));
const after = createAccess(createOrganization({ people: { [ada]: "admin", [carl]: "viewer" }, owner: eve, objects }));

/** Returns the names that the sentence about a rule contains. */
function find(rule: string): string | undefined {
  const { rules } = parseRulesFile({ file: "access-rules.yaml", text: `rules: { x: { ${rule} } }` });
  const [sentence, ...others] = findUnknownPeople(rules, { before, after, declarations: [] });
  expect(others).toEqual([]);
  return sentence === undefined
    ? undefined
    : /^The rule "x" names (.*), but no known person in this/.exec(sentence)?.[1];
}

test("an address that nobody has is reported, with the one that was probably meant", () => {
  const { rules } = parseRulesFile({ file: "r.yaml", text: `rules: { x: { people: ${dora}, role: viewer } }` });
  expect(findUnknownPeople(rules, { before, after, declarations: [] })).toEqual([
    `The rule "x" names ${dora}, but no known person in this review has such an address. If the rule should apply, correct the address under \`people\`, or add the previews of the stacks that declare the person.`,
  ]);
  expect(find("people: ada@acme.exmaple, role: admin")).toBe(`ada@acme.exmaple (did you mean ${ada}?)`);
  expect(find(`people: [${ada}, ${dora}, kim@far.example], role: admin`)).toBe(`${dora}, kim@far.example`);
});

test.each([
  ["a member of a group", "gus+x@acme.example", "gus@acme.example"],
  ["a person before the change", bob.replace("@", "+x@"), bob],
])("another spelling of the address of %s, which has no other sentence, is reported", (_, text, closest) => {
  expect(find(`people: ${text}, role: viewer`)).toBe(`${text} (did you mean ${closest}?)`);
  expect(find(`people: ${text}, role: none`)).toBe(`${text} (did you mean ${closest}?)`);
});

test.each([
  ["a person after the change", "ADA@acme.example"],
  ["a person before the change", bob],
  ["another spelling of an address, which has a sentence", "carl+x@partner.example"],
  ["the owner", eve],
  ["a member of a group", "gus@acme.example"],
  ["a person who joins a group", "ivy@acme.example"],
  ["a person with a direct grant", "pat@acme.example"],
  ["everyone", "'*'"],
  ["a pattern that matches nobody", "'*@far.example'"],
  ["a pattern of domains", "'*@*.acme.exmaple'"],
  ["excluded people who do not exist", `{ except: [${dora}, '*@acme.exmaple'] }`],
])("%s is not reported", (_, people) => {
  expect(find(`people: ${people}, role: viewer`)).toBeUndefined();
});

test("a rule that forbids all access may name people who have none", () => {
  expect(find(`people: ${dora}, role: none`)).toBeUndefined();
  expect(find(`people: ${dora}, groups: none`)).toBe(dora);
});

test.each([
  ["a pattern", "people: '*@acme.exmaple', role: viewer", "*@acme.exmaple (did you mean *@acme.example?)"],
  [
    "a forbidden address",
    "people: eve@partner.exmaple, role: none",
    "eve@partner.exmaple (did you mean eve@partner.example?)",
  ],
])("%s whose domain is almost a known one is reported", (_, rule, names) => {
  expect(find(rule)).toBe(names);
});

import { noObjects } from "../model/declaredObjects";
import { secret } from "../hidden";
import { readKnownNames } from "./knownNames";
import { describeSuspects, findMeaningless, findUnknownNames } from "./suspectNames";
import { parseRulesFile } from "./readRules";
import { ada, bob, carl, createAccess, createGroup, createOrganization, dora, eve } from "./testing/acme";

const group = createGroup("field", "gus@acme.example");
const project = {
  key: "p",
  words: "project x",
  name: "x",
  undeclaredProject: undefined,
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
  cohortPaths: new Map([["c", "firmware/canary"]]),
};
const before = createAccess(createOrganization({ people: { [bob]: "viewer" } }));
const after = createAccess(createOrganization({ people: { [ada]: "admin", [carl]: "viewer" }, owner: eve, objects }));

/** Returns the sentences about a rule, which is YAML below its name, or about a file. */
function say(text: string): readonly string[] {
  const { rules, tests } = parseRulesFile({ file: "access-rules.yaml", text });
  const known = readKnownNames({ before, after, declarations: [] });
  return describeSuspects(
    [...rules, ...tests].map((one) => [one, [...findMeaningless(one), ...findUnknownNames(one, known)]] as const),
  );
}

/** Returns the names that the sentence about a rule contains. */
function find(rule: string): string | undefined {
  const [sentence, ...others] = say(`rules: { x: { ${rule} } }`);
  expect(others).toEqual([]);
  return sentence === undefined ? undefined : /^The rule "x" names (.*) under `/.exec(sentence)?.[1];
}

test("an address that nobody has is reported, with the one that was probably meant", () => {
  expect(say(`rules: { x: { people: ${dora}, role: viewer } }`)).toEqual([
    `The rule "x" names ${dora} under \`people\`, but this review contains no such person. If the address is misspelled, correct it. If not, add the previews of the stacks that declare the person.`,
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
  ["an excluded pattern that matches nobody", "{ except: '*@far.example' }"],
])("%s is not reported", (_, people) => {
  expect(find(`people: ${people}, role: viewer`)).toBeUndefined();
});

test("a rule that forbids all access may name people who have none", () => {
  expect(find(`people: ${dora}, role: none`)).toBeUndefined();
  expect(find(`people: ${dora}, groups: none`)).toBe(dora);
});

test.each([
  ["a pattern", "people: '*@acme.exmaple', role: viewer", "*@acme.exmaple (did you mean *@acme.example?)"],
  ["a pattern of nobody", "people: 'eve*@partner.exmaple', role: viewer", "eve*@partner.exmaple"],
  [
    "a forbidden address",
    "people: carl@partner.exmaple, role: none",
    "carl@partner.exmaple (did you mean carl@partner.example?)",
  ],
  ["a forbidden address of nobody", "people: eve@partner.exmaple, role: none", "eve@partner.exmaple"],
])("%s whose domain is almost a known one is reported, with a declared name", (_, rule, names) => {
  expect(find(rule)).toBe(names);
});

const remedy = (noun: string) =>
  `but this review contains no such ${noun}. If the name is misspelled, correct it. If not, add the previews of the stacks that declare the ${noun}.`;

test.each([
  ["an excluded person", `people: { except: ${dora} }, role: viewer`, dora],
  ["an exempt person", `role: viewer, exempt: [{ person: ${dora}, until: 2027-03-31, because: x }]`, dora],
  ["an owner", `owner: [${ada}, eev@acme.example]`, `eev@acme.example (did you mean ${eve}?)`],
  ["a person of a limit of the change", `change: { onlyPeople: ${dora} }`, dora],
])("%s who does not exist is reported", (_, rule, names) => {
  expect(find(rule)).toBe(names);
});

test("a person of a test who does not exist is reported, whatever the test forbids", () => {
  const entry = "[{ organization: acme-dev, role: admin }]";
  expect(say(`tests: { x: { person: ${dora}, cannot: ${entry} }, y: { person: ${bob}, cannot: ${entry} } }`)).toEqual([
    `The test "x" names ${dora} under \`person\`, but this review contains no such person. If the address is misspelled, correct it. If not, add the previews of the stacks that declare the person.`,
  ]);
});

test("groups and cohorts that nothing declares are reported, allowed or excluded", () => {
  expect(say("rules: { x: { groups: [field, feild] } }")).toEqual([
    `The rule "x" names the group feild (did you mean field?) under \`groups\`, ${remedy("group")}`,
  ]);
  expect(find("groups: { except: [field, other] }")).toBe("the group other");
  expect(find("claimTokens: { cohort: { except: [firmware/canary, canary] } }")).toBe("the cohort canary");
  for (const rule of ["groups: none", 'groups: "other-*"', "claimTokens: { cohort: required }", "groups: field"])
    expect(find(rule)).toBeUndefined();
});

test("a group is not reported if a group may have the name, or if the rule applies to no organization", () => {
  const { rules } = parseRulesFile({
    file: "r.yaml",
    text: "rules: { x: { organizations: acme-dev, groups: other } }",
  });
  const findSuspects = (organization: ReturnType<typeof createOrganization>) =>
    rules.flatMap((rule) =>
      findUnknownNames(
        rule,
        readKnownNames({ before: createAccess(), after: createAccess(organization), declarations: [] }),
      ),
    );
  const unclear = [{ groups: [createGroup(secret)] }, { undeclaredGroups: ["u"] }];
  for (const one of unclear)
    expect(findSuspects(createOrganization({ objects: { ...noObjects, ...one } }))).toEqual([]);
  expect(findSuspects(createOrganization({ name: "acme-lab" })).map(({ name }) => name.noun)).toEqual(["organization"]);
  expect(findSuspects(createOrganization())).toHaveLength(1);
});

test("organizations that nothing declares are in one sentence about all rules", () => {
  const text = `rules:
  one: { organizations: [acme-dev, acme-prod], role: viewer }
  two: { organizations: { except: acme-prod }, role: viewer, exempt: [{ organization: acme-dve, until: 2027-03-31, because: x }] }
  three: { organizations: { except: "*-lab" }, change: { onlyOrganizations: acme-dev } }
`;
  expect(say(text)).toEqual([
    `The access rules name organizations that this review does not contain: acme-prod, acme-dve (did you mean acme-dev?). If the name is misspelled, correct it. If not, add the previews of the stacks that declare the organization.`,
  ]);
});

test("an entry of `notTogether` without an organization is reported, also a pattern", () => {
  const duties = (...names: readonly string[]) =>
    `rules: { x: { notTogether: [${names.map((name) => `{ role: admin, organizations: ${name} }`).join(", ")}] } }`;
  expect(say(duties("acme-dev", "acme-biling"))).toEqual([
    `The rule "x" names the organization acme-biling under \`notTogether\`, ${remedy("organization")}`,
  ]);
  expect(say(duties("acme-dev", '"*-eu"'))).toHaveLength(1);
  expect(
    say(
      "rules: { x: { organizations: acme-lab, notTogether: [{ role: admin, organizations: acme-dev }, { role: viewer }] } }",
    ),
  ).toHaveLength(2);
  expect(say("rules: { x: { notTogether: [{ role: admin }, { role: viewer }] } }")).toEqual([]);
});

test.each([
  ["excludes everything", "people: { except: '*' }, role: viewer", "* under `people`, which excludes everything"],
  [
    "exempts everyone",
    "role: viewer, exempt: [{ person: '*', until: 2027-03-31, because: x }]",
    "* under `exempt`, which exempts everything",
  ],
  [
    "excludes the name of an app",
    "authors: { except: Dependabot }, change: { grants: none }",
    "Dependabot (did you mean dependabot[bot]?) under `authors`",
  ],
  [
    "has the name of an app",
    "authors: dependabot, change: { grants: none }",
    "dependabot (did you mean dependabot[bot]?) under `authors`, but the logins of apps end in [bot]",
  ],
  [
    "names an app as approver",
    "role: none, severity: approve, approvers: [ada, dependabot]",
    "dependabot (did you mean dependabot[bot]?) under `approvers`, but the logins of apps end in [bot]",
  ],
  [
    "names one organization twice",
    "notTogether: [{ role: admin, organizations: acme-dev }, { role: viewer, organizations: acme-dev }]",
    "acme-dev under `notTogether`, in each entry, but nobody breaks the rule within one organization",
  ],
])("a rule that %s is reported", (_, rule, words) => {
  expect(say(`rules: { x: { ${rule} } }`)).toEqual([expect.stringContaining(`The rule "x" names ${words}`)]);
});

test.each([
  "role: viewer, exempt: [{ person: '*', organization: acme-dev, until: 2027-03-31, because: x }]",
  "authors: '*[bot]', change: { grants: none }",
  "people: '*@evil.partner.example', role: none",
  "notTogether: [{ role: admin, organizations: '*-dev' }, { role: viewer, organizations: '*-dev' }]",
])("%s is not reported", (rule) => {
  expect(say(`rules: { x: { ${rule} } }`)).toEqual([]);
});

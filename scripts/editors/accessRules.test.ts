import { readFileSync } from "node:fs";
import Ajv from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";
import { accessRulesSchema } from "./accessRules";

const validate = formats(new Ajv({ allErrors: true })).compile(accessRulesSchema);

/** Where an editor would draw a line under the text. */
function marked(text: string): string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

test("an editor finds nothing in good rules", () => {
  expect(marked(readFileSync("examples/access-rules/access-rules.yaml", "utf8"))).toEqual([]);
  expect(
    marked(`
$schema: access-rules.schema.json
rules:
  1st: { organizations: [acme-*, "prn:1:x"], people: { like: "*@acme.example", except: [bob@acme.example] }, role: none }
  2nd: { role: [viewer, developer], until: { withinDays: 180 }, admins: { including: ada@acme.example, countInvited: true } }
  3rd: { ipAllowlist: { within: [203.0.113.0/24], widest: { ipv4: 24 } }, name: { regex: "acme-[a-z]+" }, owner: "*" }
`),
  ).toEqual([]);
});

test.each([
  ["{}", " required"],
  ["rules: {}", "/rules minProperties"],
  ["rules: { x: { protect: true } }\nrule: {}", " additionalProperties"],
  ["rules: { x: {} }", "/rules/x minProperties"],
  ["rules: { 7: { protect: true } }", "/rules propertyNames"],
  ["rules: { x: { admin: {} } }", "/rules/x additionalProperties"],
  ["rules: { x: { admins: {} } }", "/rules/x/admins minProperties"],
  ["rules: { x: { admins: { atLeast: two } } }", "/rules/x/admins/atLeast type"],
  ["rules: { x: { people: acme.example } }", "/rules/x/people pattern"],
  ["rules: { x: { people: {} } }", "/rules/x/people minProperties"],
  ["rules: { x: { role: king } }", "/rules/x/role enum"],
  ["rules: { x: { role: { atMost: none } } }", "/rules/x/role/atMost enum"],
  ["rules: { x: { until: { withinDays: 0 } } }", "/rules/x/until/withinDays minimum"],
  ["rules: { x: { notTogether: [{ role: admin }] } }", "/rules/x/notTogether minItems"],
  ["rules: { x: { requireTwoFactor: false } }", "/rules/x/requireTwoFactor const"],
  ["rules: { x: { ipAllowlist: { widest: {} } } }", "/rules/x/ipAllowlist/widest minProperties"],
  ["rules: { x: { sessionTimeout: 8h } }", "/rules/x/sessionTimeout type"],
  ["rules: { x: { severity: refused } }", "/rules/x/severity enum"],
  ["rules: { x: { exempt: [{ person: a@b.example }] } }", "/rules/x/exempt/0 required"],
  ["rules: { x: { exempt: [{ until: soon }] } }", "/rules/x/exempt/0/until format"],
])("an editor marks %s", (text, expected) => {
  expect(marked(text)).toContain(expected);
});

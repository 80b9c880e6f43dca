import Ajv from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";
import { layoutSchema } from "./layout";

const ajv = formats(new Ajv({ allErrors: true }));
const validate = ajv.compile(layoutSchema);

/** Where an editor would draw a line under the text. */
function marked(text: string): string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

test("an editor finds nothing in a good layout", () => {
  expect(
    marked(`
$schema: layout.schema.json
requires: ">=0.1 <1"
defaults: { security: { requireTwoFactor: true, sessionTimeout: 8h } }
organizations:
  acme-dev:
  acme-production:
    displayName: Acme production
    security: { ipAllowlist: [203.0.113.0/24, { cidr: "2001:db8::/32", description: Berlin }] }
    billing: { usageAlerts: [{ resourceType: users, thresholdPercent: 90 }] }
groups: { firmware: [bob@acme.example] }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  firmware: { acme-dev: { role: developer, until: 2027-01-31 } }
`),
  ).toEqual([]);
});

test.each([
  ["organization: {}", " additionalProperties"],
  ["requires: 0.1", "/requires type"],
  ["organizations: { acme-dev: { displayNam: x } }", "/organizations/acme-dev additionalProperties"],
  ["defaults: { security: { requireTwoFactor: maybe } }", "/defaults/security/requireTwoFactor type"],
  [
    "defaults: { security: { apiKeyRotation: { maxAgeDays: 0 } } }",
    "/defaults/security/apiKeyRotation/maxAgeDays minimum",
  ],
  ["defaults: { roster: { maxRemovals: many } }", "/defaults/roster/maxRemovals pattern"],
  ["groups: { firmware: [bob] }", "/groups/firmware/0 format"],
  ["people: { ada@acme.example: { acme-dev: boss } }", "/people/ada@acme.example/acme-dev enum"],
  [
    "people: { ada@acme.example: { acme-dev: { role: viewer, until: soon } } }",
    "/people/ada@acme.example/acme-dev/until format",
  ],
])("an editor marks %s", (text, expected) => {
  expect(marked(text)).toContain(expected);
});

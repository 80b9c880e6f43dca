import { readFileSync } from "node:fs";
import Ajv from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";
import { run } from "#gitops";
import { fakeTerminal } from "#gitops/testing";
import { accessRulesSchema, layoutSchema, reportSchemas } from "./jsonSchemas";

const ajv = formats(new Ajv({ allErrors: true }));

/** Returns the mistakes of a value as an editor marks them: the path, and the keyword that the value violates. */
function mistakes(schema: object, value: unknown): string[] {
  const validate = ajv.compile(schema);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

/** Returns the paths of the properties without a description. */
function undescribed(schema: unknown): string[] {
  const paths: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const isKey = path.endsWith("/properties") && typeof inner === "object" && inner !== null;
      const isDescribed = isKey && ("description" in inner || "$ref" in inner || "allOf" in inner);
      if (isKey && !isDescribed) paths.push(`${path}/${name}`);
      visit(inner, `${path}/${name}`);
    }
  };
  visit(schema, "");
  return paths;
}

describe("the schema of layouts", () => {
  test("accepts a correct layout", () => {
    const layout = `
$schema: layout.schema.json
requires: ">=0.1 <1"
defaults: { security: { requireTwoFactor: true, sessionTimeout: 8h } }
organizations:
  acme-dev:
  acme-production:
    displayName: Acme production
    security: { ipAllowlist: [203.0.113.0/24, { cidr: "2001:db8::/32", description: Berlin }] }
    billing: { usageAlerts: [{ resourceType: users, thresholdPercent: 90 }] }
teams: { firmware: [bob@acme.example] }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  firmware: { acme-dev: { role: developer, until: 2027-01-31 } }
`;
    expect(mistakes(layoutSchema, parse(layout))).toEqual([]);
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
    ["teams: { firmware: [bob] }", "/teams/firmware/0 format"],
    ["people: { ada@acme.example: { acme-dev: boss } }", "/people/ada@acme.example/acme-dev enum"],
    [
      "people: { ada@acme.example: { acme-dev: { role: viewer, until: soon } } }",
      "/people/ada@acme.example/acme-dev/until pattern",
    ],
  ])("rejects %s", (text, expected) => {
    expect(mistakes(layoutSchema, parse(text))).toContain(expected);
  });

  test("marks the former key of teams as deprecated", () => {
    expect(layoutSchema).toMatchObject({ properties: { groups: { deprecated: true } } });
    expect(JSON.stringify(layoutSchema).match(/"deprecated"/g)).toHaveLength(1);
  });

  test("describes every key", () => {
    expect(undescribed(layoutSchema)).toEqual([]);
  });
});

describe("the schema of access rules", () => {
  test("accepts correct rules", () => {
    const example = readFileSync("examples/access-rules/access-rules.yaml", "utf8");
    expect(mistakes(accessRulesSchema, parse(example))).toEqual([]);
    const rules = `
$schema: access-rules.schema.json
rules:
  1st: { organizations: [acme-*, "prn:1:x"], people: { like: "*@acme.example", except: [bob@acme.example] }, role: none }
  2nd: { role: [viewer, developer], until: { withinDays: 180 }, admins: { including: ada@acme.example, countInvited: true } }
  3rd: { ipAllowlist: { within: [203.0.113.0/24], widest: { ipv4: 24 } }, name: { regex: "acme-[a-z]+" }, owner: "*" }
`;
    expect(mistakes(accessRulesSchema, parse(rules))).toEqual([]);
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
  ])("rejects %s", (text, expected) => {
    expect(mistakes(accessRulesSchema, parse(text))).toContain(expected);
  });

  test("describes every key", () => {
    expect(undescribed(accessRulesSchema)).toEqual([]);
  });
});

describe("the schema of a report", () => {
  async function printed(...args: string[]): Promise<string> {
    const terminal = fakeTerminal();
    await run([...args, "--json"], terminal);
    return terminal.printed();
  }

  test("accepts the output of the command", async () => {
    const outputs = [
      ["audit", readFileSync("gitops/test/golden/audit.json", "utf8")],
      ["audit", readFileSync("gitops/test/golden/auditConnect.json", "utf8")],
      ["graph", await printed("graph", "examples/layouts/environments/layout.yaml")],
      ["review", readFileSync("gitops/test/golden/reviews/small.json", "utf8")],
      ["validate", await printed("validate", "examples/layouts/environments")],
    ] as const;
    for (const [command, output] of outputs) {
      expect(mistakes(reportSchemas[command] ?? {}, JSON.parse(output))).toEqual([]);
    }
  });

  test.each(Object.entries(reportSchemas))("of %s rejects an empty object, and describes every key", (_, schema) => {
    expect(mistakes(schema, {})).not.toEqual([]);
    expect(undescribed(schema)).toEqual([]);
  });
});

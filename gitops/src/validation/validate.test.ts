import type { traits } from "#provider";
import { parseLayout } from "#layout";
import { findUnsupported } from "./validate";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];

const text = `
defaults:
  security: { requireTwoFactor: true, sessionTimeout: 8h }
organizations:
  acme-dev: { owner: ${ada}, security: { sessionTimeout: 1h } }
  acme-lab:
teams:
  firmware: [${bob}, ${carl}]
people:
  ${ada}: { acme-dev: admin, acme-lab: admin }
  firmware: { acme-dev: viewer, acme-lab: member }
`;

/** Returns the remarks without their reasons. */
function found(api: keyof typeof traits, source = text, only?: readonly string[]): readonly string[] {
  const layout = parseLayout([{ file: "acme.yaml", text: source }], {
    now: new Date("2027-01-31"),
    version: "0.1.0",
    only,
  });
  return findUnsupported(layout, api, "acme").map(({ severity, file, line, column, message }) => {
    const [what = ""] = message.split(": ");
    return `${severity} ${file}:${line ?? 0}:${column ?? 0} ${what}`;
  });
}

test("everything that the API does not support is one mistake with its place", () => {
  expect([...found("connect")].sort()).toEqual([
    'mistake acme.yaml:11:15 people.firmware["acme-dev"]',
    "mistake acme.yaml:3:3 defaults.security",
    'mistake acme.yaml:5:15 organizations["acme-dev"].owner',
    'mistake acme.yaml:5:40 organizations["acme-dev"].security',
  ]);
});

test("each API supports different features", () => {
  expect(found("admin-v2")).toEqual(['mistake acme.yaml:11:33 people.firmware["acme-lab"]']);
});

test("groups, projects and cohorts are mistakes with their places, if the API does not support them", () => {
  const entry = `
    groups: { field: {} }
    projects: { app: { everyoneEnabled: true, cohorts: { canary: { everyoneEnabled: true } } } }`;
  const source = text.replace("acme-lab:\n", `acme-lab:${entry}\n`);
  const place = 'organizations["acme-lab"]';
  const expected = [
    `mistake acme.yaml:7:15 ${place}.groups.field`,
    `mistake acme.yaml:8:17 ${place}.projects.app`,
    `mistake acme.yaml:8:58 ${place}.projects.app.cohorts.canary`,
  ];
  expect(found("admin-v2", source)).toEqual(expect.arrayContaining(expected));
  expect(found("connect", source).filter((remark) => remark.includes("acme-lab"))).toEqual([]);
});

test("organizations outside the stack need no support, as in a preview", () => {
  expect(found("connect", text, ["acme-lab"])).toEqual(["mistake acme.yaml:3:3 defaults.security"]);
});

test("the role of a person after the last day needs no support", () => {
  const bobs = (until: string) => `${text}  ${bob}: { acme-lab: { role: viewer, until: ${until} } }\n`;
  const place = `mistake acme.yaml:12:23 people["${bob}"]["acme-lab"]`;
  expect(found("connect", bobs("2027-01-31"))).toContain(place);
  expect(found("connect", bobs("2027-01-30"))).not.toContain(place);
});

test("a mistake outside any file has the given path", () => {
  const value = { organizations: { acme: {} }, people: { [ada]: { acme: "admin" }, [bob]: { acme: "member" } } };
  const layout = parseLayout([{ value }], { now: new Date("2027-01-31"), version: "0.1.0" });
  expect(findUnsupported(layout, "admin-v2", "acme")).toEqual([
    {
      severity: "mistake",
      file: "acme",
      message: `people["${bob}"].acme: Peridio's Admin API has no role \`member\`, which only Avocado Connect has: use \`developer\` or \`viewer\``,
    },
  ]);
});

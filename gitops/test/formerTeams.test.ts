import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Acme } from "./support/acme";
import { document, organization } from "./support/document";

/** Layouts whose teams are below their former key, `groups`. */

const layout = `organizations:
  acme:
groups:
  firmware: [bob@acme.example]
people:
  ada@acme.example: { acme: admin }
  firmware: { acme: { role: developer, until: 2027-01-30 } }
`;
const warning =
  "layout.yaml:3:1: groups has the new name `teams`: rename the key. The next version does not accept `groups` here.";

let folder: string;
let acme: Acme;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "former-teams-"));
  acme = await Acme.begin();
  const rules = "rules:\n  Ends: { people: '*', until: { withinDays: 30 } }\n";
  for (const [name, text] of Object.entries({ "layout.yaml": layout, "rules.yaml": rules, "other.yaml": `${rules}#` }))
    writeFileSync(join(folder, name), text);
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await acme.end();
});

function run(...args: readonly string[]) {
  const input = () => Promise.resolve(document([organization("acme", 1)]));
  return acme.run(args, { folder, input });
}

test.each([["graph layout.yaml"], ["who ada@acme.example --layout layout.yaml"], ["audit --layout layout.yaml"]])(
  "%s warns once on standard error",
  async (line) => {
    expect((await run(...line.split(" "))).errors.match(/^.*groups.*$/gm)).toEqual([`peridio-gitops: ${warning}`]);
  },
);

test("validate has a warning with a place, beside other warnings and mistakes", async () => {
  const { code, output } = await run("validate", "layout.yaml");
  const [first, second] = output.split("\n");
  expect(first).toBe(warning.replace("groups", "warning: groups"));
  expect(second).toMatch(/^layout\.yaml:7:15: warning: people\.firmware\.acme ended on 2027-01-30/);
  expect(code).toBe(0);

  writeFileSync(join(folder, "layout.yaml"), layout.replace("admin", "boss"));
  const failed = await run("validate", "layout.yaml", "--format", "github");
  expect(failed.code).toBe(1);
  expect(failed.output).toMatch(/^::warning file=layout\.yaml,line=3,col=1::groups has the new name `teams`/m);
  expect(failed.output).toMatch(/^::error file=layout\.yaml,line=6,col=29::/m);
});

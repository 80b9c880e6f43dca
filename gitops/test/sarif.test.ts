import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import * as z from "zod";
import { run } from "../src/program";
import { apiKey, Acme } from "./support/acme";
import { document, organization, type PrintedStep, prn } from "./support/document";
import { fakeTerminal } from "./support/terminal";

/** Results for code scanning: valid files in which every result has a place. */

const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats(ajv);
// Ajv knows newer drafts of JSON Schema, which name these keys differently.
const entries = Object.entries(sarifSchema).filter(([key]) => !["$schema", "id"].includes(key));
const isSarif = ajv.compile(Object.fromEntries(entries));

/** The part of a file that GitHub reads. */
const log = z.object({
  runs: z.tuple([
    z.object({
      tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string() })) }) }),
      invocations: z.tuple([
        z.object({ toolExecutionNotifications: z.array(z.object({ message: z.object({ text: z.string() }) })) }),
      ]),
      results: z.array(
        z.object({
          ruleId: z.string(),
          ruleIndex: z.int(),
          level: z.string(),
          message: z.object({ text: z.string() }),
          partialFingerprints: z.record(z.string(), z.string()),
          locations: z.tuple([
            z.object({
              physicalLocation: z.object({
                artifactLocation: z.object({ uri: z.string() }),
                region: z.object({ startLine: z.int(), startColumn: z.int() }),
              }),
            }),
          ]),
        }),
      ),
    }),
  ]),
});

const layout = `organizations:
  acme-dev:
  acme-production:
    security: { requireTwoFactor: true }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  bob@acme.example: { acme-dev: developer, acme-production: viewer }
`;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-sarif-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

/** Parses a SARIF file, and returns its results, each in a line. */
function list(text: string) {
  const parsed: unknown = JSON.parse(text);
  isSarif(parsed);
  expect(isSarif.errors ?? []).toEqual([]);
  const [{ tool, invocations, results }] = log.parse(parsed).runs;
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(new Set(results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints))).size).toBe(
    results.length,
  );
  const lines = results.map(({ ruleId, level, locations: [{ physicalLocation }] }) => {
    const { artifactLocation, region } = physicalLocation;
    return `${level} ${ruleId} ${artifactLocation.uri}:${region.startLine}:${region.startColumn}`;
  });
  const [{ toolExecutionNotifications: notes }] = invocations;
  return {
    lines,
    messages: results.map(({ message }) => message.text),
    unknowns: notes.map(({ message }) => message.text),
  };
}

async function call(args: readonly string[], environment = {}) {
  const terminal = fakeTerminal({ folder, environment });
  await run(args, terminal);
  return { printed: terminal.printed(), said: terminal.said() };
}

/** Runs a command that writes results.sarif. */
async function scan(...args: readonly string[]) {
  expect((await call([...args, "--sarif-file", "results.sarif"])).said).toBe("");
  return list(readFileSync(join(folder, "results.sarif"), "utf8"));
}

test("a plan places each result at the person, the section or the organization in the new layout", async () => {
  put("base.yaml", layout);
  put(
    "layout.yaml",
    layout
      .replace("acme-dev: developer, acme-production: viewer", "acme-production: admin")
      .replace("requireTwoFactor: true", "requireTwoFactor: false"),
  );
  put("rules.yaml", "rules:\n  few admins:\n    admins: { atMost: 1 }\n    severity: approve\n");
  const { lines, messages, unknowns } = await scan(
    "plan",
    "layout.yaml",
    "--base",
    "base.yaml",
    "--rules",
    "rules.yaml",
  );
  expect(lines).toEqual([
    "warning rule/few admins layout.yaml:6:40",
    "note removesPerson layout.yaml:2:3",
    "warning grantsAdmin layout.yaml:7:23",
    "warning weakensTwoFactor layout.yaml:4:5",
  ]);
  expect(messages).toContain("bob@acme.example in acme-production: viewer → admin. Risks: grants admin.");
  expect(unknowns).toContainEqual(expect.stringContaining("A plan compares only two layouts."));
});

test("a plan places the deletion of an organization at the first file of the layout", async () => {
  put("base.yaml", layout);
  put("lay out.yaml", "organizations: { acme-dev: }\npeople: { ada@acme.example: { acme-dev: admin } }\n");
  const { lines } = await scan("plan", "lay out.yaml", "--base", "base.yaml");
  expect(lines).toContain("warning deletesOrganization lay%20out.yaml:1:1");
});

const dev = organization("acme-dev", 1);
const inputs = { organizationId: prn(1), email: "eve@partner.example", role: "admin" };
const invitation: PrintedStep = { op: "create", name: "Membership::eve", after: { inputs } };

test("a review places a broken rule in the rules file, and other results there too", async () => {
  put("preview.json", document([dev, invitation]));
  put("rules.yaml", "rules:\n  # Partners.\n  no partners: { people: '*@partner.example', role: none }\n");
  const { lines } = await scan("review", "preview.json", "--rules", "rules.yaml");
  expect(lines).toEqual(["error rule/no partners rules.yaml:3:3", "warning grantsAdmin rules.yaml:1:1"]);
});

test("a review places a failed test of access in the rules file", async () => {
  put("preview.json", document([dev, invitation]));
  const test = "{ person: eve@partner.example, cannot: [{ organization: acme-dev, role: admin }] }";
  put("rules.yaml", `tests:\n  Eve is no admin: ${test}\n`);
  const { lines } = await scan("review", "preview.json", "--rules", "rules.yaml");
  expect(lines[0]).toBe("error rule/Eve is no admin rules.yaml:2:3");
});

test("a review without rules places results at the program", async () => {
  put("preview.json", document([dev, invitation]));
  expect((await scan("review", "preview.json")).lines).toEqual(["warning grantsAdmin Pulumi.yaml:1:1"]);
});

test("a validation places each mistake and each warning", async () => {
  put(
    "layout.yaml",
    layout.replace("viewer", "vieuwer").replace("developer", "{ role: developer, until: 2026-01-01 }"),
  );
  const { printed } = await call(["validate", "layout.yaml", "missing.yaml", "--format", "sarif"]);
  expect(list(printed).lines).toEqual([
    "warning warning layout.yaml:7:23",
    "error mistake layout.yaml:7:90",
    "error mistake missing.yaml:1:1",
  ]);
  put("layout.yaml", layout);
  expect(list((await call(["validate", "layout.yaml", "--format", "sarif"])).printed).lines).toEqual([]);
});

test("an audit places findings at the person or the organization in the layout", async () => {
  const acme = await Acme.begin();
  try {
    acme.join("bob@acme.example", "viewer");
    acme.control.setTwoFactor("bob@acme.example", false);
    put(
      "layout.yaml",
      "organizations: { acme: }\npeople:\n  ada@acme.example: { acme: admin }\n  bob@acme.example: { acme: viewer }\n",
    );
    const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url };
    await call(["audit", "--layout", "layout.yaml", "--sarif-file", "results.sarif"], environment);
    const { lines } = list(readFileSync(join(folder, "results.sarif"), "utf8"));
    expect(lines).toContain("error withoutTwoFactor layout.yaml:4:23");
    expect(lines).toContain("error outsideLayout layout.yaml:1:18");
  } finally {
    await acme.end();
  }
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable } from "#framework/messages";
import { connect } from "../src/connection";
import { run } from "../src/program";
import { formatReviewJson } from "../src/review/review";
import { formatJson } from "../src/terminal/text";
import { small } from "./reviews";
import { Acme } from "./support/acme";
import { document, organization, type PrintedStep, prn } from "./support/document";
import { FakeApi } from "./support/fakeApi";
import { fakeTerminal } from "./support/terminal";

/** Texts from servers, layouts and file names that try to command a terminal, or a pipeline that reads its log. */

/** Sets the title of the window, clears the screen, changes the reading direction, and begins lines with commands. */
const hostile = "x\u001B]0;owned\u0007\u009B2J\u202E\r\n::add-mask::x\n  ::error::no\u2028##vso[task.complete]";
/** The same text for places without line breaks. */
const line = "::warning::x\u001B[31m\u009B2J\u202E##[add-mask]x";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-hostile-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

async function printed(args: readonly string[], input = "", hasColors = false) {
  const terminal = fakeTerminal({ folder, hasColors, input: () => Promise.resolve(input) });
  await run(args, terminal);
  return { output: terminal.printed(), errors: terminal.said() };
}

const promoted: PrintedStep = {
  op: "update",
  name: `Membership::${hostile}`,
  before: { inputs: { organizationId: prn(1), email: hostile, role: "viewer" } },
  after: { inputs: { organizationId: prn(1), email: hostile, role: "admin" } },
};
const created = ["OrganizationApiToken", "Webhook"].map((kind): PrintedStep => {
  const url = `https://${hostile}@evil.example/${hostile}`;
  const inputs = { organizationId: prn(1), name: hostile, url, events: [hostile] };
  return { op: "create", name: `${kind}::${hostile}`, after: { inputs } };
});
const preview = document([organization(hostile, 1), promoted, ...created], {
  more: { diagnostics: [{ urn: "", severity: "warning", message: hostile }] },
});
const failed = document([], { more: { diagnostics: [{ urn: "", severity: "error", message: hostile }] } });

const layout = (name: string) =>
  JSON.stringify({
    organizations: { [name]: { displayName: hostile } },
    people: { "ada@acme.example": { [name]: "admin" } },
  });
const mistaken = JSON.stringify({ organizations: { acme: { [hostile]: hostile } } });

test.each<[string, () => readonly string[], string?]>([
  ["a review", () => ["review"], preview],
  ["a review in JSON", () => ["review", "--json"], preview],
  ["a preview that failed", () => ["review"], failed],
  ["a file that is not there", () => ["review", hostile]],
  ["a file that is not there, at the start of a line", () => ["validate", line]],
  ["a mistake in a layout", () => ["validate", put("::error::x\u001B[31m.yaml", mistaken)]],
  ["a mistake in a layout, in JSON", () => ["validate", "--json", put("layout.yaml", mistaken)]],
  ["a mistake in a layout, for GitLab", () => ["validate", "--format", "gitlab", put("a.yaml", mistaken)]],
  ["a layout without mistakes", () => ["validate", put("::error::x\u009B2J.yaml", layout("acme"))]],
  ["a graph", () => ["graph", put("layout.yaml", layout(line))]],
  ["a graph in JSON", () => ["graph", "--json", put("layout.yaml", layout(line))]],
  ["an option that is wrong", () => ["review", "--limit", hostile]],
  [
    "a confirmation",
    () => {
      const other = { ...small, organizations: small.organizations.map((one) => ({ ...one, name: hostile })) };
      const confirmed = { ...other, stacks: [hostile], people: [], settings: [] };
      return ["confirm", put("reviewed.json", formatReviewJson(other)), put("now.json", formatReviewJson(confirmed))];
    },
  ],
])("%s commands neither a terminal nor a pipeline", async (_, args, input = "") => {
  const { output, errors } = await printed(args(), input);
  expect(output + errors).not.toBe("");
  for (const text of [output, errors]) expect(printable(text)).toBe(text);
});

test("annotations for GitHub contain only the commands of peridio-gitops", async () => {
  const file = put("::error::x\u001B[31m.yaml", mistaken);
  const { output } = await printed(["validate", "--format", "github", file]);
  const lines = output.trimEnd().split("\n");
  expect(lines.every((one) => one.startsWith("::error file=\\%3A%3Aerror%3A%3Ax\u{FFFD}[31m.yaml,"))).toBe(true);
  expect(printable(output)).toBe(output.replace(/^::/gm, "\\::"));
});

describe("in Peridio's responses", () => {
  let acme: Acme;
  beforeEach(async () => {
    acme = await Acme.begin();
    await acme.found(line);
    acme.control.addMember("bob@acme.example", line, "viewer");
    acme.addGroup(line, ["bob@acme.example"], line);
    acme.addProject(hostile, { organization: line, groups: [line] });
    await acme.createToken(hostile, { organization: line });
    const reach = { organization: line, project: hostile };
    put("tests.json", JSON.stringify({ tests: { [hostile]: { reach, exactly: [], because: hostile } } }));
  });
  afterEach(() => acme.end());

  test.each([
    ["an audit", ["audit"]],
    ["an audit in Markdown", ["audit", "--format", "markdown"]],
    ["an audit in JSON", ["audit", "--json"]],
    ["an audit with Avocado Connect", ["audit", "--backend", "connect"]],
    ["an answer about access", ["who", "bob@acme.example", "--backend", "connect"]],
    ["an answer about access in JSON", ["who", "--project", hostile, "--backend", "connect", "--json"]],
    ["an unknown project", ["who", "--project", `${hostile}!`, "--backend", "connect"]],
    ["a failed test of access", ["test", "tests.json", "--backend", "connect"]],
    ["a failed test of access in JSON", ["test", "tests.json", "--backend", "connect", "--json"]],
    ["a failed test of access in an audit", ["audit", "--rules", "tests.json", "--backend", "connect"]],
    ["an export", ["export"]],
    ["an export in JSON", ["export", "--json"]],
    ["a pattern that matches nothing", ["audit", "--organization", `${line}!`]],
  ])("%s commands nothing", async (_, args) => {
    const { output, errors } = await acme.run(args, { folder });
    expect(output + errors).not.toBe("");
    for (const text of [output, errors]) expect(printable(text)).toBe(text);
  });

  test("a terminal gets only the colours of severities", async () => {
    const { output } = await acme.run(["audit"], { hasColors: true });
    expect(output).toContain("\u001B[31m");
    const plain = ["31", "33", "36", "39"].reduce((text, code) => text.replaceAll(`\u001B[${code}m`, ""), output);
    expect(plain).toBe((await acme.run(["audit"])).output);
    expect(printable(plain)).toBe(plain);
  });
});

test("escaped JSON keeps its values", () => {
  const value = { [hostile]: [line, "a # b ## c ###[d]", "😀\u{E0041}"] };
  const text = formatJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(printable(text)).toBe(text);
});

describe.each(["avo_hush-hush-key", `avo_"hush"\\'key'%2F&`])("a server that repeats the API key %j", (apiKey) => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await FakeApi.begin((_, key) => ({
      status: 403,
      body: { error: key, message: `Authorization: Bearer ${key}, ${encodeURIComponent(key)}, ${JSON.stringify(key)}` },
    }));
  });
  afterEach(() => api.end());

  test.each([[["audit"]], [["who", "ada@acme.example"]], [["doctor"]], [["export"]]])(
    "cannot make %j print the API key",
    async (args) => {
      const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: api.url, PERIDIO_BACKEND: "connect" };
      const terminal = fakeTerminal({ folder, environment });
      expect(await run(args, terminal)).toBe(1);
      const said = terminal.printed() + terminal.said();
      expect(said).toMatch(args[0] === "doctor" ? /HTTP 403/ : /Bearer \[(secret|API key)\]/);
      expect(said).not.toContain(apiKey);
      expect(said).not.toContain(encodeURIComponent(apiKey));
    },
  );
});

test("a missing API key of a connection names its variable", () => {
  expect(() => connect({ connection: "live" }, fakeTerminal({ folder, environment: {} }))).toThrow(
    "Set the environment variable PERIDIO_API_KEY_LIVE to an API key of Peridio.",
  );
});

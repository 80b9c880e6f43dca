import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Declarations, member, organization, Site } from "#provider/testing";
import { Emulator } from "#emulator";
import { nightly } from "#testing";
import { run as runCommand } from "../src/program";
import { fakeTerminal } from "./support/terminal";

/** Access rules in Pulumi's engine: the real CLI starts bin/peridio-gitops as a policy pack. */

const pack = ["--policy-pack", join(__dirname, "../../bin/peridio-gitops")];
const remedy = "Give the person an allowed role, or remove the person.";

const rules = `
rules:
  Few admins:
    people: { except: ada@acme.example }
    role: { atMost: developer }
    because: Two admins are enough for an audit.
`;

const dev: Declarations = { dev: organization("acme-dev") };

let site: Site;
afterEach(() => site.end());

async function begin(resources: Declarations, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  site = await Site.begin(resources, { environment });
  await writeRules(rules);
}

function writeRules(text: string): Promise<void> {
  return writeFile(join(site.stack.folder, "access-rules.yaml"), text);
}

/** Runs `pulumi` with the pack. Returns the exit code, what the CLI says, and the requests to change something. */
async function run(...args: string[]) {
  site.requests();
  const { code, stdout, stderr } = await site.stack.pulumi(...args, ...pack);
  return { code, said: stdout + stderr, writes: site.writes() };
}

/** Reviews the program to review.json. Returns the exit code. */
async function review(...options: readonly string[]): Promise<number> {
  const preview = await site.stack.succeed("preview", "--json", "--show-sames");
  const terminal = fakeTerminal({ folder: site.stack.folder, input: () => Promise.resolve(preview), now: new Date() });
  const files = ["--rules", "access-rules.yaml", "--json-file", "review.json"];
  return runCommand(["review", ...files, ...options], terminal);
}

/** Confirms review.json, and writes approval.json. Returns the exit code. */
function approve(...approvers: readonly string[]): Promise<number> {
  const terminal = fakeTerminal({ folder: site.stack.folder });
  const options = ["--approved-by", approvers.join(" "), "--approval-file", "approval.json"];
  return runCommand(["confirm", "review.json", "review.json", ...options], terminal);
}

const reviewed = { PERIDIO_REVIEW: "review.json", PERIDIO_APPROVAL: "approval.json" };

function layout(role: string): Declarations {
  const people = { "ada@acme.example": { "acme-dev": "admin" }, "bob@acme.example": { "acme-dev": role } };
  return { acme: { type: "peridio:Layout", properties: { organizations: { "acme-dev": {} }, people }, options: {} } };
}

test("a plain `pulumi up` writes nothing if the program grants a forbidden role", async () => {
  await begin({ ...dev, bob: member("bob@acme.example", "admin") });
  const { code, said, writes } = await run("up", "--yes");
  expect([code, writes]).toEqual([1, []]);
  expect(said).toContain("[mandatory] [severity: critical]  Few admins  (peridio:index:Membership: bob)");
  expect(said).toContain(
    `bob@acme.example has the role admin in acme-dev, but the rule allows at most developer. ${remedy}`,
  );
  expect(said).toContain("Reason: Two admins are enough for an audit.");
  await site.declare({ ...dev, bob: member("bob@acme.example", "developer") });
  expect(await run("up", "--yes", "--skip-preview")).toMatchObject({ code: 0, writes: { length: 2 } });
});

test("an update without a preview stops before it writes a forbidden role through a Layout", async () => {
  await begin(layout("developer"));
  expect((await run("up", "--yes", "--skip-preview")).code).toBe(0);
  await site.declare(layout("admin"));
  const { code, said, writes } = await run("up", "--yes", "--skip-preview");
  expect([code, writes]).toEqual([1, []]);
  expect(said).toContain("Few admins  (peridio:index:OrganizationMembers: acme-dev)");
  expect(said.match(/bob@acme.example has the role admin/g)).toHaveLength(1);
  const preview = await run("preview");
  expect(preview.said.match(/bob@acme.example has the role admin in acme-dev/g)).toHaveLength(1);
});

test("the analysis of a state needs no program and no request, and ignores what an update deletes", async () => {
  await begin({ ...dev, bob: member("bob@acme.example", "admin") });
  await site.up();
  await site.declare(dev);
  site.requests();
  const analysis = await run("policy", "analyze", "--stack", "test");
  expect(analysis.said).toContain(
    "bob@acme.example is invited to acme-dev as admin, but the rule allows at most developer.",
  );
  expect([analysis.code, site.emulator.requests()]).toEqual([1, []]);
  expect(await run("up", "--yes", "--skip-preview")).toMatchObject({ code: 0, writes: { length: 1 } });
});

test("without valid rules, the CLI stops before the program runs, and says what to do", async () => {
  await begin(dev);
  await writeRules("rules:\n  Few admins: { rolle: none }\n");
  const mistaken = await run("up", "--yes");
  expect([mistaken.code, mistaken.writes]).toEqual([1, []]);
  expect(mistaken.said).toMatch(/access-rules\.yaml:2:17: rules\["Few admins"\]\.rolle is not a key here/);
  await rm(join(site.stack.folder, "access-rules.yaml"));
  const missing = await run("up", "--yes");
  expect([missing.code, missing.writes]).toEqual([1, []]);
  expect(missing.said).toContain("Write this file, or set PERIDIO_RULES to the path of the rules.");
});

test("the configuration of policies disables a rule, and a misspelled rule stops the CLI", async () => {
  await begin({ ...dev, bob: member("bob@acme.example", "admin") });
  const file = join(site.stack.folder, "policies.json");
  await writeFile(file, JSON.stringify({ "Few admin": "disabled" }));
  const misspelled = await run("preview", "--policy-pack-config", file);
  expect(misspelled.code).not.toBe(0);
  expect(misspelled.said).toContain('names "Few admin", which is no access rule and no test. Did you mean Few admins?');
  await writeFile(file, JSON.stringify({ "Few admins": "disabled" }));
  expect((await run("preview", "--policy-pack-config", file)).code).toBe(0);
});

test("with a review, an update stops for a violation that nobody approved", async () => {
  const approved = { ...dev, bob: member("bob@acme.example", "admin") };
  await begin(approved, reviewed);
  await writeRules(`${rules}    severity: approve\n`);
  expect([await review(), await approve("ada")]).toEqual([3, 0]);
  await site.declare({ ...approved, carl: member("carl@acme.example", "admin") });
  const { code, said, writes } = await run("up", "--yes");
  expect([code, writes]).toEqual([1, []]);
  expect(said).toMatch(/\[advisory\].*\n.*bob@acme\.example has the role admin/);
  expect(said).toMatch(/\[mandatory\].*\n.*carl@acme\.example has the role admin/);
  await site.declare(approved);
  expect((await run("up", "--yes", "--skip-preview")).code).toBe(0);
});

nightly("an invalid review stops Pulumi before the program runs", async () => {
  await begin({ ...dev, bob: member("bob@acme.example", "admin") }, reviewed);
  const stop = async (reason: string) => {
    site.requests();
    const { code, said } = await run("up", "--yes");
    expect([code, site.emulator.requests(), said]).toEqual([1, [], expect.stringContaining(reason)]);
  };
  // Only a review judges a change, so the pack must not accept a review that refuses it.
  await writeRules("rules:\n  No new access: { change: { grants: none } }\n");
  expect([await review(), await approve("ada")]).toEqual([4, 4]);
  await stop("PERIDIO_REVIEW: review.json refuses the change, and no approval permits it.");
  await writeRules("rules:\n  No new access: { change: { grants: none }, severity: approve }\n");
  await stop("review.json refuses the change");
  expect(await review("--authors", "grace")).toBe(3);
  await stop("PERIDIO_APPROVAL: Cannot read approval.json: the file does not exist.");
  expect([await approve("grace"), await approve("ada")]).toEqual([3, 0]);
  expect(await review("--authors", "grace", "--commit", "0123456")).toBe(3);
  await stop("PERIDIO_APPROVAL: approval.json approves another file than review.json");
  expect(await approve("ada")).toBe(0);
  await writeRules("rules:\n  No new access: { change: { grants: none }, severity: note }\n");
  await stop("PERIDIO_REVIEW: review.json was made with other access rules than this run uses.");
  await writeRules("rules:\n  No new access: { change: { grants: none }, severity: approve }\n");
  expect(await run("up", "--yes")).toMatchObject({ code: 0, writes: { length: 2 } });
});

test("a review of another stack stops Pulumi before the program runs", async () => {
  await begin(dev, { PERIDIO_REVIEW: "review.json" });
  expect(await review()).toBe(0);
  await site.stack.init("other");
  site.requests();
  const { code, said } = await run("up", "--yes", "--stack", "other");
  expect([code, site.emulator.requests()]).toEqual([1, []]);
  expect(said).toMatch(/review\.json is a review of (\S+)\/test, but not of \1\/other\./);
});

test("no output of the CLI contains a secret of the program or of the configuration", async () => {
  const [token, url] = ["must-not-appear-1", "https://acme.example/must-not-appear-2"];
  const emulator = new Emulator();
  await emulator.control.createOrganization("acme-dev");
  const organizationId = "${dev.id}";
  const secret = (value: string) => ({ "fn::secret": value });
  const webhook = { organizationId, name: "alerts", url: secret(url) };
  const alerts = { type: "peridio:Webhook", properties: webhook, options: {} };
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: emulator.control.addApiKey("ada@acme.example") };
  site = await Site.begin({ ...dev, alerts }, { emulator, environment });
  await site.stack.succeed("config", "set", "--secret", "acme:token", token);
  await writeRules("rules:\n  Events stay in the company: { webhookHosts: acme.example }\n");
  for (const command of [
    ["up", "--yes"],
    ["up", "--yes", "--skip-preview"],
  ]) {
    const { code, said } = await run(...command);
    expect(code).not.toBe(0);
    expect(said).toContain("so the rule cannot check its host. Declare the URL as a plain value");
    for (const hidden of [token, "must-not-appear", environment.PERIDIO_API_KEY]) expect(said).not.toContain(hidden);
  }
});

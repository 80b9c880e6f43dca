import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { countPending } from "../src/review/pending";
import { review as schema } from "../src/review/review";
import { document, organization, type PrintedStep } from "./support/document";
import { dev, roster } from "./support/people";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-pending-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const read = (name: string) => readFileSync(join(folder, name), "utf8");

async function gitops(...args: readonly string[]) {
  const terminal = fakeTerminal({ folder });
  const code = await run(args, terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

/** Reviews steps beside those of the base. */
async function reviewed(change: readonly PrintedStep[], base: readonly PrintedStep[], ...args: readonly string[]) {
  put("change.json", document(change));
  put("base.json", document(base));
  const ended = await gitops(
    ...["review", "change.json", "--base-preview", "base.json"],
    ...["--json-file", "review.json", "--html-file", "review.html", "--sarif-file", "review.sarif", ...args],
  );
  return { ...ended, review: schema.parse(JSON.parse(read("review.json"))) };
}

const rules = (text: string) => ["--rules", put("rules.yaml", `rules:\n  ${text}\n`)];

const before = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };
/** Main removes Bob, and this is not applied yet. */
const offboarding = roster(before, { "ada@acme.example": "admin" });
const offboardingAndMore = roster(before, { "ada@acme.example": "admin", "carl@acme.example": "developer" });
const unchanged = roster(before, before, { op: "same" });

test("a change that main plans already is folded below the change itself, and stays in the JSON", async () => {
  const { code, printed, review } = await reviewed([dev, offboardingAndMore], [dev, offboarding]);
  expect(code).toBe(0);
  const [above = "", below = ""] = printed.split(
    "<summary>1 pending change, which this change does not cause</summary>",
  );
  expect(above).toMatch(/1 person in 1 organization · 1 pending change, which this change does not cause<br>/);
  expect(above).toContain("carl@acme.example");
  expect(above).not.toContain("bob@acme.example");
  expect(below).toContain("- `bob@acme.example`: `acme-dev`: viewer → no access · 🟠 medium: removes a person\n");
  expect(review.people.filter(({ changed }) => changed)).toMatchObject([
    { email: "bob@acme.example", after: null, risks: ["removesPerson"], pending: true },
    { email: "carl@acme.example", before: null },
  ]);
  expect(review.people.some(({ email, pending }) => email === "carl@acme.example" && pending)).toBe(false);
  expect(review.base).toMatchObject({ verdict: "pass", withdrawn: [], previews: [{ stack: "acme/dev" }] });
});

test("a change that withdraws an offboarding of main says so", async () => {
  const { code, printed, review } = await reviewed([dev, unchanged], [dev, offboarding]);
  expect(code).toBe(0);
  expect(printed).toContain("· 1 withdrawn change<br>🟠 1 medium: withdraws a planned change (1)");
  expect(printed).toContain(
    "`acme-dev` · 🟠 medium: withdraws a planned change<br>No longer planned: `bob@acme.example` in acme-dev: viewer → no access.\n",
  );
  expect(review.base?.withdrawn).toHaveLength(1);
  expect(read("review.html").replace(/<[^>]*>/g, "")).toContain("No longer planned: bob@acme.example");
  expect(JSON.parse(read("review.sarif"))).toMatchObject({
    runs: [{ results: [{ ruleId: "withdrawsChange", level: "note" }] }],
  });
  expect((await reviewed([dev, unchanged], [dev, offboarding], "--fail-on", "medium")).code).toBe(3);
  expect((await reviewed([dev, unchanged], [dev, offboarding], "--expect-no-changes")).code).toBe(3);
});

test("another change of the same person replaces the one of the base", async () => {
  const promotion = roster(before, { ...before, "bob@acme.example": "admin" });
  const { review } = await reviewed([dev, promotion], [dev, offboarding]);
  expect(review.base?.withdrawn).toEqual([]);
  expect(countPending(review)).toBe(0);
});

describe("a rule that main breaks", () => {
  const admins = { "ada@acme.example": "admin", "bob@acme.example": "admin" };
  const promotion = roster(before, admins);
  const promotionAndMore = roster(before, { ...admins, "carl@acme.example": "viewer" });
  const worse = roster(before, { ...admins, "carl@acme.example": "admin" });
  const rule = "One admin: { admins: { atMost: 1 }, severity: refuse }";

  test("does not refuse another change, and the review names the verdict of all rows", async () => {
    const { code, printed, review } = await reviewed([dev, promotionAndMore], [dev, promotion], ...rules(rule));
    expect([code, review.verdict, review.base?.verdict]).toEqual([0, "pass", "refused"]);
    expect(printed).toContain("**Passes with 1 of 1 access rule broken as before** · 1 person in 1 organization");
    expect(printed).toContain(
      "1 pending change and 1 violation, which this change does not cause; all changes together are refused",
    );
    expect(review.violations).toMatchObject([{ rule: "One admin", pending: true }]);
    const sarif: unknown = JSON.parse(read("review.sarif"));
    const text: unknown = expect.stringMatching(/^Pending, and not caused by this change: One admin: /);
    const result: unknown = expect.objectContaining({ ruleId: "rule/One admin", level: "note", message: { text } });
    const results: unknown = expect.arrayContaining([result]);
    expect(sarif).toMatchObject({ runs: [{ results }] });
  });

  test("refuses a change that breaks it more", async () => {
    const { code, review } = await reviewed([dev, worse], [dev, promotion], ...rules(rule));
    expect([code, review.verdict]).toEqual([4, "refused"]);
  });

  test("refuses the apply, and no edited file or review of a pull request is more lenient", async () => {
    await reviewed([dev, promotionAndMore], [dev, promotion], ...rules(rule));
    const [whole, marked] = ["whole.json", "review.json"];
    await gitops("review", "change.json", ...rules(rule), "--json-file", whole);
    const confirmed = await gitops("confirm", marked, whole);
    expect([confirmed.code, confirmed.printed]).toEqual([4, expect.stringContaining("refuses")]);
    expect((await gitops("confirm", whole, marked)).code).toBe(4);
    const everything = schema.parse(JSON.parse(read(whole)));
    const edited = {
      ...everything,
      verdict: "pass" as const,
      people: everything.people.map((one) => ({ ...one, pending: true as const })),
      violations: everything.violations.map((one) => ({ ...one, pending: true as const })),
    };
    put("edited.json", JSON.stringify(edited));
    expect((await gitops("confirm", marked, "edited.json", "--approved-by", "ada")).code).toBe(4);
    put("fewer.json", JSON.stringify({ ...edited, people: [], violations: [] }));
    expect((await gitops("confirm", "fewer.json", whole)).printed).toContain("A rule is newly broken: One admin.");
  });

  test("that needs approval still needs it at the apply", async () => {
    const lenient = rules(rule.replace("refuse", "approve"));
    const { code } = await reviewed([dev, promotionAndMore], [dev, promotion], ...lenient);
    expect(code).toBe(0);
    const confirmed = await gitops("confirm", "review.json", "review.json", "--approved-by", "");
    expect([confirmed.code, confirmed.printed]).toEqual([3, expect.stringContaining("The change needs an approval")]);
  });
});

test("--fail-on ignores pending changes, and --expect-no-changes does not", async () => {
  const change = [dev, offboarding];
  expect((await reviewed(change, change, "--fail-on", "low")).code).toBe(0);
  expect((await reviewed(change, change, "--expect-no-changes")).code).toBe(3);
  expect((await reviewed(change, [dev, unchanged], "--fail-on", "medium")).code).toBe(3);
});

test("a row that does not show everything is never pending, because the base can do something else", async () => {
  const command: PrintedStep = {
    op: "create",
    name: "command:local:Command::hook",
    after: { inputs: { create: "a" } },
  };
  const secret = roster(before, { ...before, "carl@acme.example": "[secret]" });
  const steps = [dev, command, secret];
  const { code, review } = await reviewed(steps, steps);
  expect(code).toBe(3);
  expect(review.programChanges).toMatchObject([{ section: "others" }]);
  expect(review.people.filter(({ risks }) => risks.includes("hidden"))).not.toEqual([]);
  expect(countPending(review)).toBe(0);
  expect(review.base?.withdrawn).toEqual([]);
});

test("edited files that control the review are never pending", async () => {
  const change = [dev, offboarding];
  const { code, printed, review } = await reviewed(
    change,
    change,
    "--changed-controls",
    put("changed.txt", "Pulumi.yaml\n"),
  );
  expect(code).toBe(3);
  expect(printed).toContain("The change edits `Pulumi.yaml`");
  expect(countPending(review)).toBe(1);
});

describe("previews of the base", () => {
  const production = organization("acme-production", 2);
  const steps = (step: PrintedStep) => [dev, step];

  test("can leave out a stack, whose rows are then not pending", async () => {
    put("dev.json", document(steps(offboarding)));
    put("production.json", document([{ ...production, op: "delete", after: undefined }], { stack: "production" }));
    const { code, printed } = await gitops("review", "dev.json", "production.json", "--base-preview", "dev.json");
    expect(code).toBe(0);
    expect(printed).toContain("1 organization deleted");
    expect(printed).toContain(
      "1 pending change, which this change does not cause · no complete preview of the base for `acme/production`, so its changes do not count as pending",
    );
  });

  test("that failed mark nothing", async () => {
    put("base.json", "");
    put("change.json", document(steps(offboarding)));
    const { code, printed, said } = await gitops("review", "change.json", "--base-preview", "base.json");
    expect(code).toBe(0);
    expect(printed).toContain("no complete preview of the base for `acme/dev`");
    expect(printed).not.toContain("pending change,");
    expect(said).toContain("peridio-gitops: no change of this stack counts as pending: base.json");
  });

  test.each([
    [
      ["--base-preview", "other.json"],
      "other.json is a base preview of acme/production, but there is no preview of this stack.",
    ],
    [["--base-preview", "change.json", "--base-preview", "change.json"], "The stack acme/dev has two base previews."],
    [["--base-preview", "missing.json"], "missing.json"],
    [
      ["--drift", "--base-preview", "change.json"],
      "--drift reviews changes outside Pulumi, which no program causes. Remove --base-preview.",
    ],
    [["--base-preview", "change.json", "--json-file", "change.json"], "contains change.json twice"],
  ])("rejects %j", async (args, message) => {
    put("change.json", document(steps(offboarding)));
    put("other.json", document([production], { stack: "production" }));
    const { code, said } = await gitops("review", "change.json", ...args);
    expect(code).toBeGreaterThan(0);
    expect(code).not.toBe(3);
    expect(said).toContain(message);
  });
});

test("the page folds pending changes", async () => {
  await reviewed([dev, offboardingAndMore], [dev, offboarding]);
  const page = read("review.html");
  const start = page.indexOf('<section id="pending"');
  expect(start).toBeGreaterThan(page.indexOf('<section id="people"'));
  const section = page.slice(start, page.indexOf("</section>", start));
  expect(section).toContain("<details><summary>1 pending change, which this change does not cause</summary>");
  expect(section.replace(/<[^>]*>/g, "")).toContain("bob@acme.example");
});

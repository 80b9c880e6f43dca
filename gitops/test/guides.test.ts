import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pages } from "#provider/testing";
import { getKind, kindNames } from "../src/audit/kinds";
import { auditReport } from "../src/audit/report";
import { commands, run } from "../src/program";
import { getKind as getRuleKind, kindNames as ruleKindNames } from "../src/rules/kinds";
import { LocalRepository } from "./support/localRepository";
import { fakeTerminal } from "./support/terminal";

const audit = readFileSync("docs/audit.md", "utf8");

/** Returns the rows of the table with this first title, cell by cell. */
function rows(text: string, title: string): readonly (readonly string[])[] {
  const [, body = ""] = new RegExp(`^\\| ${title} .*\\n\\| -.*\\n((?:\\|.*\\n)*)`, "m").exec(text) ?? [];
  return body
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The options that a kind of findings needs, in the guide. */
const needs = {
  layout: "`--layout`",
  previews: "`--preview`",
  declarations: "`--layout` or `--preview`",
  layoutAndPreviews: "`--layout` and `--preview`",
  rules: "`--rules`",
};

test("the guide to audits has every kind of finding", () => {
  expect(rows(audit, "kind")).toEqual(
    kindNames.map((name) => {
      const { severity, highIf, comparesWith, feature, meaning } = getKind(name);
      const worse = highIf === undefined ? "" : `; high if ${highIf}`;
      const options = comparesWith === undefined ? "" : ` Needs ${needs[comparesWith]}.`;
      const api = feature === undefined ? "" : " Only with Avocado Connect.";
      return [`\`${name}\``, severity + worse, meaning + options + api];
    }),
  );
});

test("the guide to audits names the kinds of rules that an audit does not judge", () => {
  const reasons = ruleKindNames.flatMap((name) => {
    const needs = getRuleKind(name).audit;
    // An audit leaves out rules about a change.
    return "impossibleBecause" in needs && name !== "change" ? [[`\`${name}\``, needs.impossibleBecause]] : [];
  });
  const [, section = ""] = audit.split("\n## Access rules\n");
  expect(rows(section, "kind")).toEqual(reasons);
});

test("the guide to audits has the exit codes of the command", () => {
  expect(rows(audit, "code").map(([code]) => code)).toEqual(["0", "1", "2", "3"]);
});

test("the guide to access to projects has the exit codes of the command", () => {
  expect(rows(readFileSync("docs/who.md", "utf8"), "code").map(([code]) => code)).toEqual(["0", "1", "2"]);
});

test("the guide to audits shows JSON that fits", () => {
  const [, json = ""] = /```json\n(.*?)```/s.exec(audit) ?? [];
  expect(auditReport.safeParse(JSON.parse(json)).error).toBeUndefined();
});

/** Finds command lines of peridio-gitops in shell blocks and in the text, on all pages except the decisions. */
const guides = pages().filter(({ file }) => !file.startsWith("docs/decisions/"));
const lines = guides.flatMap(({ blocks, words }) => [
  ...blocks.filter(({ language }) => ["sh", "bash"].includes(language)).flatMap(({ code }) => code.split("\n")),
  ...words,
]);
const calls = lines.flatMap((line) => [...line.matchAll(/peridio-gitops ([a-z]+)([^|;&>#]*)/g)]);

test.each(calls.map(([line, name = "", rest = ""]) => [line, name, rest] as const))(
  "pages show an existing command: %s",
  (_, name, rest) => {
    const command = commands.map((make) => make(fakeTerminal(), () => undefined)).find((one) => one.name() === name);
    const flags = command?.options.map(({ long }) => long) ?? [];
    const used = [...rest.matchAll(/ (--[a-z-]+)/g)].map(([, flag]) => flag).filter((flag) => flag !== "--help");
    expect([command?.name(), used.filter((flag) => !flags.includes(flag))]).toEqual([name, []]);
  },
);

test("the guide to layouts shows two mistakes of its first layout with Avocado Connect", async () => {
  const guide = readFileSync("docs/layouts.md", "utf8");
  const [, layout = ""] = /```yaml\n(.*?)```/s.exec(guide) ?? [];
  const [, shown = ""] = [...guide.matchAll(/```text\n(.*?)\n```/gs)].map(([, text]) => text);
  expect(shown.split("\n")).toHaveLength(2);
  const folder = mkdtempSync(join(tmpdir(), "guide-"));
  try {
    writeFileSync(join(folder, "layout.yaml"), layout);
    const terminal = fakeTerminal({ folder });
    expect(await run(["validate", "layout.yaml", "--backend", "connect", "--today", "2027-01-31"], terminal)).toBe(1);
    expect(terminal.printed().split("\n")).toEqual(expect.arrayContaining(shown.split("\n")));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the commands of the skill for coding agents work in a repository with a changed layout, without a key", async () => {
  const skill = readFileSync("SKILL.md", "utf8");
  expect(skill.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  const called = calledIn("SKILL.md");
  expect(called.map(([name]) => name)).toEqual(["validate", "plan", "plan", "ci"]);
  const repository = new LocalRepository();
  try {
    for (const file of ["Pulumi.yaml", "access-rules.yaml", "layout.yaml", "stacks.txt"])
      repository.put({ [file]: readFileSync(join("examples/ci", file), "utf8") });
    repository.git("update-ref", "refs/remotes/origin/main", repository.commit());
    const layout = readFileSync("examples/ci/layout.yaml", "utf8");
    repository.put({ "layout.yaml": layout.replace("acme-dev: developer", "acme-dev: viewer") });
    repository.commit();
    for (const args of called) {
      const terminal = fakeTerminal({ folder: repository.folder, environment: repository.environment });
      expect([args, await run(args, terminal), terminal.said()]).toEqual([
        args,
        0,
        expect.not.stringContaining("peridio-gitops:"),
      ]);
    }
  } finally {
    repository.remove();
  }
});

/** Returns the arguments of each call of peridio-gitops in the shell blocks of a page. */
function calledIn(page: string): readonly (readonly string[])[] {
  const blocks = guides.filter(({ file }) => file === page).flatMap(({ blocks }) => blocks);
  const lines = blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => code.trim().split("\n"));
  return lines.map((line) => line.split(" ").slice(1));
}

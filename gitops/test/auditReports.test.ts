import type { Audit } from "../src/audit/audit";
import { sortFindings, createFinding, writeSentence } from "../src/audit/finding";
import { formatMarkdown } from "../src/audit/markdown";
import { createReport } from "../src/audit/report";
import { formatText } from "../src/audit/text";
import { Acme, day } from "./support/acme";
import { expectGolden } from "./support/golden";
import stringWidth from "string-width";

let acme: Acme;
beforeEach(async () => {
  acme = await Acme.begin();
});
afterEach(() => acme.end());

/** Creates findings of every severity, in an organization whose name tries to break reports. */
async function trouble(): Promise<void> {
  const { control } = acme;
  await acme.found("日本 | <b>lab</b> \u001B[31m@all");
  acme.join("bob@acme.example", "developer", "日本 | <b>lab</b> \u001B[31m@all");
  control.addMember("an.address.that.is.longer.than.its.column@partner.example", "acme", "developer");
  await control.invite("dora@acme.example", "acme", "admin");
  control.setBelongings("acme", { devices: 9_500 });
  control.advance(8 * day);
  await control.invite("eve@acme.example", "acme", "viewer");
  control.advance(85 * day);
  await control.updateSecuritySettings("acme", { api_key_rotation: null, ip_allowlist: [] });
}

const args = ["audit", "--layout", "gitops/test/fixtures/acme-and-lab.yaml"];

test("the table fits into 100 columns with any names", async () => {
  await trouble();
  const { output } = await acme.run(args);
  expect(output.split("\n").filter((line) => stringWidth(line) > 100)).toEqual([]);
  expectGolden("audit.txt", output);
});

test("colours mark severities, on a terminal only", async () => {
  await trouble();
  const { output } = await acme.run(args, { hasColors: true });
  expect(output).toContain("\u001B[31mhigh    \u001B[39m  acme");
  const plain = ["31", "33", "36", "39"].reduce((text, code) => text.replaceAll(`\u001B[${code}m`, ""), output);
  expect(plain).toBe((await acme.run(args)).output);
});

test("Markdown shows names as code, and invisible characters by their numbers", async () => {
  await trouble();
  const { output } = await acme.run([...args, "--format", "markdown"]);
  expect(output).not.toContain("\u001B");
  const markup = output.replace(/`[^`\n]*`/g, "");
  for (const dangerous of ["<b>", "@", "://"]) expect(markup).not.toContain(dangerous);
  expectGolden("audit.md", output);
});

test("JSON contains everything", async () => {
  await trouble();
  const { output } = await acme.run([...args, "--format", "json"]);
  expectGolden("audit.json", output);
  expect((await acme.run([...args, "--json"])).output).toBe(output);
});

/** Creates as many findings as a large company may have. */
const many: Audit = {
  at: new Date("2027-01-31T08:00:00Z"),
  organizations: ["acme"],
  findings: sortFindings([
    ...Array.from({ length: 2_000 }, (_, index) =>
      createFinding("inactive", "acme", "was last active on 2026-01-31, 365 days ago", {
        person: `some-person-${index}@acme.example`,
      }),
    ),
    createFinding("oneAdmin", "acme", "has only one admin, ada@acme.example"),
    createFinding("noAllowlist", "acme", "has no allowlist"),
    createFinding("inactive", "acme", "was last active long ago", { person: "ada@acme.example", isHigh: true }),
  ]),
  gaps: [],
};

test("Markdown fits into an issue, with the most severe findings and the number of the omitted ones", () => {
  const text = formatMarkdown(many);
  expect(text.length).toBeLessThan(65_000);
  expect(text).toContain("2,003 findings in 1 organization: 1 high, 2,001 medium, 1 low");
  expect(text).toContain("| high | `acme` | `ada@acme.example` |");
  expect(text).toContain(`_Omitted for length: ${(2_003 - findingsIn(text)).toLocaleString("en")} findings._`);
});

/** Counts the findings in the rows of a table, each of one organization: one for each person, or one without people. */
function findingsIn(markdown: string): number {
  const rows = [...markdown.matchAll(/^\| (?:high|medium|low) \|[^|]*\|([^|]*)\|/gm)];
  return rows.reduce((sum, [, people = ""]) => sum + Math.max(1, people.split("`, `").length), 0);
}

describe("equal findings share a row", () => {
  const said = "has no second factor";
  const findings = sortFindings([
    ...["bob", "ada", "eve"].map((name) =>
      createFinding("withoutTwoFactor", "acme", said, { person: `${name}@acme.example` }),
    ),
    ...["bob", "ada"].map((name) =>
      createFinding("inactive", "acme", "was last active", { person: `${name}@acme.example` }),
    ),
    ...["lab", "acme"].map((name) =>
      createFinding("inactive", name, "was last active long ago", { person: "eve@acme.example" }),
    ),
    ...["shed", "lab", "acme"].map((name) => createFinding("noAllowlist", name, "has no allowlist")),
    createFinding("withoutTwoFactor", "lab", said, { person: "ada@acme.example", isHigh: true }),
  ]);
  const audit: Audit = { ...many, organizations: ["acme", "lab", "shed"], findings };

  test("in Markdown", () => {
    expect(formatMarkdown(audit)).toContain(
      [
        "## 11 findings in 3 organizations: 1 high, 7 medium, 3 low",
        "",
        "| severity | organization | person | finding |",
        "| --- | --- | --- | --- |",
        "| high | `lab` | `ada@acme.example` | has no second factor |",
        "| medium | `acme` | `ada@acme.example`, `bob@acme.example`, `eve@acme.example` | has no second factor |",
        "| medium | `acme` | `ada@acme.example`, `bob@acme.example` | was last active |",
        "| medium | `acme`, `lab` | `eve@acme.example` | was last active long ago |",
        "| low | `acme`, `lab`, `shed` |  | has no allowlist |",
        "",
      ].join("\n"),
    );
  });

  test("in text", () => {
    expect(
      formatText(audit, 100)
        .split("\n")
        .filter((one) => /^(high|medium|low) /.test(one)),
    ).toHaveLength(5);
    expect(formatText(audit, 100)).toContain(
      [
        "medium    acme             ada@acme.example,               has no second factor",
        "                           bob@acme.example,",
        "                           eve@acme.example",
        "",
      ].join("\n"),
    );
  });

  test("in JSON, each has its own entry", () => {
    expect(createReport(audit).findings).toHaveLength(11);
  });

  test("a row with very many people names some of them", () => {
    const rows = formatMarkdown(many).match(/^\| medium .*$/gm) ?? [];
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(row.split("`, `").length).toBeLessThanOrEqual(20);
    expect(formatText(many, 100).match(/^medium /gm)).toHaveLength(2);
    const text = formatText(many, 100);
    expect(many.findings.filter(({ person = "" }) => !text.includes(person))).toEqual([]);
  });
});

/** Creates many unknown facts, of which the last one is a failure. */
function untold(count: number): Audit["gaps"] {
  return Array.from({ length: count }, (_, index) => {
    const organization = `acme-${index}`;
    const sentence = `For ${organization}, Peridio does not report the last activity of 100 members`;
    return { organization, sentence, kinds: ["inactive"], hasFailed: index === count - 1 };
  });
}

test.each([
  ["a few findings and few gaps", 10, 10],
  ["a few findings and many gaps", 10, 1_500],
  ["many findings and few gaps", 2_003, 10],
  ["many of both", 2_003, 1_500],
  ["no finding and many gaps", 0, 1_500],
])("Markdown of %s fits, and both are shown or counted", (_, finds, lacks) => {
  const text = formatMarkdown({ ...many, findings: many.findings.slice(0, finds), gaps: untold(lacks) });
  expect(text.length).toBeLessThanOrEqual(60_000);
  const left = (thing: string) =>
    Number(new RegExp(`^_Omitted for length: ([\\d,]+) ${thing}s?\\._$`, "m").exec(text)?.[1]?.replace(",", "") ?? 0);
  const rows = (start: RegExp) => text.match(start)?.length ?? 0;
  expect(findingsIn(text) + left("finding")).toBe(finds);
  const sentences = rows(/^- For `acme-/gm);
  expect(sentences + left("unknown")).toBe(lacks);
  // Neither takes all the room from the other.
  expect(sentences).toBeGreaterThanOrEqual(Math.min(lacks, 100));
  expect(text).toContain(`\n\n- For \`acme-${lacks - 1}\`, Peridio`);
  expect(left("unknown") > 0 || left("finding") > 0).toBe(finds + lacks > 1_000);
});

test("an audit without findings says so", async () => {
  expect(await acme.run(["audit"])).toMatchObject({ output: "No findings in 1 organization\n", code: 0 });
  const { output } = await acme.run(["audit", "--format", "markdown"]);
  expect(output).toBe("## No findings in 1 organization\n\nDays are counted back from 2027-01-31T08:00:00Z.\n");
});

test("a sentence is complete outside its table", () => {
  expect(writeSentence(createFinding("noAllowlist", "acme", "has no allowlist"))).toBe("acme has no allowlist.");
});

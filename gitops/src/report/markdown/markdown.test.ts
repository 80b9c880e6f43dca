import * as reviews from "../../../test/reviews";
import { CommandError } from "../../exit";
import { formatMarkdown } from "./markdown";
import { createReport } from "../report";

const { small, nothing, drift, deletion, huge } = reviews;

/** Returns the line that a phone shows. */
function summary(text: string): string {
  return text.split("\n")[4] ?? "";
}

test("the first line is hidden and names the title", () => {
  const lines = formatMarkdown(createReport(small), { title: "acme: production (eu)" }).split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "<!-- peridio-gitops review: acme: production (eu) -->",
    "",
    "## acme: production (eu)",
  ]);
});

test.each(["", "-->", "a -- b", "a\nb", "<b>", " a", "x".repeat(41)])("rejects the title %j", (title) => {
  expect(() => formatMarkdown(createReport(small), { title })).toThrow(CommandError);
});

test.each([499, 500.5, Number.NaN, Infinity])("rejects a limit of %s characters", (limit) => {
  expect(() => formatMarkdown(createReport(small), { limit })).toThrow("500 or more");
});

test("a link leads only to the address", () => {
  const link = "https://acme.example/a b?c=<d>&e=`f`&copy;#(g)|\\";
  expect(formatMarkdown(createReport(small), { link })).toContain(
    "\n[Full report](https://acme.example/a%20b?c=%3Cd%3E&amp;e=%60f%60&amp;copy;#%28g%29%7C%5C)\n",
  );
  expect(
    formatMarkdown(createReport(small), { link: `https://acme.example/${"a".repeat(400)}`, limit: 600 }),
  ).not.toContain("Full report");
});

test.each(["javascript:alert(1)", "report.html", "data:text/html,x"])("rejects the link %s", (link) => {
  expect(() => formatMarkdown(createReport(small), { link })).toThrow("begins with https://");
});

test("says in one line that nothing changes", () => {
  expect(summary(formatMarkdown(createReport(nothing)))).toMatch(/ · No access changes$/);
  expect(summary(formatMarkdown(createReport({ ...nothing, kind: "drift" })))).toMatch(
    / · No access changed outside Pulumi$/,
  );
  expect(formatMarkdown(createReport(nothing))).not.toContain("###");
});

test("says that there are no rules instead of a verdict", () => {
  expect(summary(formatMarkdown(createReport({ ...nothing, rules: null })))).toBe(
    "No access rules were given · No access changes",
  );
});

test("shows a broken rule without a change", () => {
  const text = formatMarkdown(
    createReport({ ...nothing, verdict: "refused", violations: small.violations.slice(1, 2) }),
  );
  expect(summary(text)).toBe("**Refused by 1 access rule** · No access changes, but the state breaks a rule");
  expect(text).toContain("`outsiders-only-read`");
});

test("says what decides if nothing changes", () => {
  const [, violation] = small.violations;
  if (violation === undefined) throw new Error("nothing is broken");
  const word = (more: Partial<typeof nothing>) => summary(formatMarkdown(createReport({ ...nothing, ...more })));
  const violations = ["a", "b"].map((rule) => ({ ...violation, rule, before: true }));
  expect(word({ verdict: "refused", violations })).toBe(
    "**Refused by 2 access rules** · No access changes, but the state breaks rules, as before",
  );
  const approvals = [{ ...violation, severity: "approve" as const, before: true }];
  expect(word({ verdict: "needs approval", violations: approvals })).toBe(
    "**Needs approval** · No access changes, but the state breaks a rule, as before",
  );
  const conflicts = [{ organization: "acme", people: [], stacks: ["a/a", "a/b"], message: "Both differ." }];
  expect(word({ verdict: "refused", conflicts })).toBe(
    "**Refused by 1 conflict between stacks** · No access changes, but stacks contradict each other",
  );
});

test("describes drift in the past tense", () => {
  const text = formatMarkdown(createReport(drift));
  expect(text).toContain("| person | before → now | risk |");
  expect(formatMarkdown(createReport({ ...deletion, kind: "drift" }))).toContain(
    "`acme-lab` was deleted, with 3 people in it",
  );
});

test("tells how to undo drift that breaks a rule", () => {
  const [violation] = drift.violations;
  if (violation === undefined) throw new Error("nothing is broken");
  const said = "If the program declares the former value, `pulumi up --refresh` restores it.";
  expect(formatMarkdown(createReport(drift))).toContain(said);
  expect(formatMarkdown(createReport({ ...drift, violations: [{ ...violation, before: true }] }))).not.toContain(said);
  expect(formatMarkdown(createReport({ ...drift, kind: "change" }))).not.toContain(said);
});

test("a comment of the minimum size has the verdict and counts everything", () => {
  const text = formatMarkdown(createReport(huge), { limit: 500 });
  expect(summary(text)).toMatch(
    /^\*\*Refused by 1 access rule\*\* · 2,004 people in 2 organizations · 🔴 62 high · 🟠/,
  );
  expect(text).toMatch(/_Omitted for length: 3 violations, 2,004 people, 3 setting changes, .*\._\n$/);
});

test("a long summary in a short comment names no risks", () => {
  expect(summary(formatMarkdown(createReport(deletion), { limit: 500 }))).toBe(
    "No access rules were given · 3 people in 3 organizations · 🔴 9 high · 🟠 2 medium",
  );
});

test("names a person once who is spelled differently in two organizations", () => {
  const people = small.organizations.map(({ key }, index) => ({
    ...{ organization: key, email: index === 0 ? "ada@acme.example" : "Ada@acme.example", changed: true, notes: [] },
    ...{ before: null, after: { role: "admin" as const, status: "active" as const, owner: false } },
    risks: ["grantsAdmin" as const],
  }));
  const text = formatMarkdown(createReport({ ...nothing, people }));
  expect(summary(text)).toMatch(/1 person in 2 organizations<br>🔴 2 high: grants admin \(`[Aa]da@acme\.example`\)$/);
});

test("shows no other changes if the highest risks do not fit", () => {
  const text = formatMarkdown(createReport(huge), { limit: 3200 });
  expect(text).toContain("🔴 high");
  expect(text).not.toContain("| 🟠 medium");
  expect(text).toMatch(/_Omitted for length: [\d,]+ people: grants admin \(\d+\)/);
});

test("shows a long setting completely, and marks a longer one as shortened", () => {
  const [one] = small.settings;
  if (one === undefined) throw new Error("there is one");
  const report = (blocks: number) => {
    const words = Array.from({ length: blocks }, (_, index) => `10.0.${index}.0/24`).join(", ");
    return formatMarkdown(createReport({ ...small, settings: [{ ...one, words }] }));
  };
  expect(report(200)).toContain("`10.0.199.0/24`\n");
  expect(report(1000)).toMatch(/… \(shortened, see the JSON report for the whole text\)\n/);
});

test("shows two thousand people if there is room", () => {
  expect(formatMarkdown(createReport(huge), { limit: 1_000_000 })).toContain("support-1999@acme.example");
});

describe("a long section of lower risks", () => {
  const access = { role: "viewer", status: "active", owner: false } as const;
  const [dev] = small.organizations;
  const organization = dev?.key ?? "";
  const shortened = Array.from({ length: 310 }, (_, index) => {
    const before = { ...access, lastDay: `2027-${String(1 + (index % 12)).padStart(2, "0")}-${10 + (index % 18)}` };
    const email = `person-${String(index).padStart(3, "0")}@acme.example`;
    const after = { ...access, lastDay: "2027-01-01" };
    return { organization, email, before, after, changed: true, risks: ["shortensAccess" as const], notes: [] };
  });
  const grant = {
    organization,
    section: "projects" as const,
    setting: "project firmware",
    words: "Access to project firmware for eve@partner.example: granted directly.",
    people: ["eve@partner.example"],
    risks: ["grantsAccess" as const],
  };
  const review = { ...small, violations: [], people: shortened, settings: [grant], unknowns: [] };

  test("stands below one grant of access", () => {
    const lines = formatMarkdown(createReport(review)).split("\n");
    const line = lines.findIndex((text) => text.includes("Access to project firmware"));
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThan(12);
    expect(lines.findIndex((text) => text.startsWith("| person"))).toBeGreaterThan(line);
  });

  test("is folded early, so that what follows is near", () => {
    const quiet = { ...grant, setting: "project old", words: "Project old: renamed.", risks: [] };
    const lines = formatMarkdown(createReport({ ...review, settings: [grant, quiet] })).split("\n");
    const visible = lines.slice(0, lines.indexOf("<details>")).filter((text) => text.startsWith("| `"));
    expect(visible.length).toBeLessThanOrEqual(10);
  });
});

test("every high risk stands above every medium one, and names come with the highest level that is present", () => {
  const levels = formatMarkdown(createReport(huge), { limit: 1_000_000 })
    .split("\n")
    .flatMap((line) => /^(?:\||- ).*?(🔴 high|🟠 medium|⚪ low)/u.exec(line)?.[1] ?? []);
  const order = ["🔴 high", "🟠 medium", "⚪ low"];
  expect(levels.length).toBeGreaterThan(20);
  expect(levels).toEqual(levels.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
  const people = small.people.filter(({ risks }) => !risks.includes("grantsAdmin"));
  const settings = small.settings.filter(({ risks }) => !risks.includes("widensAllowlist"));
  expect(summary(formatMarkdown(createReport({ ...small, people, settings })))).toMatch(
    /🟠 4 medium: lengthens sessions \(`acme-production`\), raises a role \(`grace@acme\.example`\), removes a person \(`dora@acme\.example`, `eve@acme\.example`\)/,
  );
});

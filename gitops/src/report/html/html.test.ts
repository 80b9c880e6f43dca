import { createHash } from "node:crypto";
import { acme, changed, kept, large, organization, reviewOf } from "../../../test/support/sampleReviews";
import { type Review, sections } from "../../review/review";
import { formatHtml } from "./html";
import { createReport } from "../report";

const title = "Promote Bob";

/** Returns the contents of the elements with a name. */
function inside(page: string, tag: string): readonly string[] {
  return [...page.matchAll(new RegExp(`<${tag}\\b[^>]*>([^]*?)</${tag}>`, "g"))].map(([, text = ""]) => text);
}

/** Returns the text of the page without JavaScript and without the matrix. */
function readable(page: string): string {
  const [before = ""] = page.slice(page.indexOf("<body>")).split('<div id="explorer"');
  return before
    .replaceAll("<wbr />", "")
    .replace(/<span class="unit">([^<]*)<\/span>/g, "$1")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replace(/\s+/g, " ");
}

test("the same review gives the same page, with commit and time if they are known", () => {
  expect(formatHtml(createReport(acme), { title })).toBe(formatHtml(createReport(structuredClone(acme)), { title }));
  expect(formatHtml(createReport(acme), { title })).not.toContain("UTC");
  expect(
    formatHtml(createReport(acme), {
      title,
      reviewed: { commit: "8c1f0d7a52e4b963", at: new Date("2027-01-15T09:30:00Z") },
    }),
  ).toContain("2027-01-15 09:30 UTC");
});

test("allows only the page's own script and style, by their hashes", () => {
  const page = formatHtml(createReport(acme), { title });
  const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  const hash = (text = "") => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const [style] = inside(page, "style");
  const [, script] = inside(page, "script");
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test("loads nothing from elsewhere", () => {
  const page = formatHtml(createReport(acme), { title });
  expect(page).not.toMatch(/\bsrc=|@import|\burl\(|<link\b|<iframe\b/);
  expect(page.match(/https?:\/\/[^"\s]+/g)).toEqual(["http://www.w3.org/2000/svg"]);
});

test("shows verdict, rules, people, settings and unknowns without JavaScript", () => {
  const text = readable(formatHtml(createReport(acme), { title }));
  for (const said of [
    "Refused by 1 access rule production-allowlist 7 people",
    "production-allowlist Refused The IP allowlist of acme-production lets any address in.",
    "7 people in 3 organizations · 1 organization created · 3 settings · 1 program change, with random:index/randomId:RandomId · 1 unknown",
    "bob@acme.example in acme-production role raised: viewer to admin high risk: grants admin",
    "bob@acme.example is an admin of no other organization.",
    "frank@acme.example in acme-production removed: admin to no access high risk: removes an admin medium risk: removes a person in acme-dev removed: developer to no access",
    "which allows any address",
    "acme-field is created, with 3 people",
    "production-allowlist Refused The IP allowlist",
    "Also broken before this change.",
    "The role of nina@partner.example in acme-field is not known",
  ]) {
    expect(text).toContain(said);
  }
});

test("a review without rules has no verdict", () => {
  const text = readable(formatHtml(createReport(reviewOf({})), { title }));
  expect(text).toContain("No access rules were given No access changes");
});

test("drift is shown as a change outside Pulumi", () => {
  const people = [changed("dev", "bob@acme.example", "viewer", "admin", ["grantsAdmin"])];
  const text = readable(
    formatHtml(createReport(reviewOf({ kind: "drift", organizations: [organization("dev")], people })), { title }),
  );
  expect(text).toContain("Access changed outside Pulumi");
  expect(text).toContain("Changed outside Pulumi: 1 person in 1 organization");
});

test("tells how to undo drift that breaks a rule", () => {
  const [violation] = acme.violations;
  if (violation === undefined) throw new Error("nothing is broken");
  const text = (kind: "change" | "drift", before: boolean) =>
    readable(formatHtml(createReport({ ...acme, kind, violations: [{ ...violation, before }] }), { title }));
  const said = "If the program declares the former value, pulumi up --refresh restores it.";
  expect(text("drift", false)).toContain(said);
  expect(text("drift", true)).toContain("Also broken when Pulumi last read Peridio.");
  expect(text("drift", true)).not.toContain(said);
  expect(text("change", false)).not.toContain(said);
});

test("does not repeat a title that names the kind of the page", () => {
  expect(
    readable(formatHtml(createReport(reviewOf({})), { title: "Access review" })).match(/Access review/g),
  ).toHaveLength(1);
});

test("counts organizations with hidden changes, and rules that pass if only notes are broken", () => {
  const [violation] = acme.violations;
  if (violation === undefined) throw new Error("nothing is broken");
  const review = reviewOf({
    organizations: [organization("dev", { risks: ["hidden"] })],
    rules: 3,
    violations: [{ ...violation, severity: "note" }],
  });
  const text = readable(formatHtml(createReport(review), { title }));
  expect(text).toContain("Passes with 1 of 3 access rules broken 1 organization with hidden people");
  expect(text).toContain("has people that the preview does not name, and their access may change");
});

test("each section of settings has a symbol, if only a general one", () => {
  for (const section of sections) {
    const settings = [{ organization: "dev", section, setting: "x", words: "x", risks: [] }];
    const page = formatHtml(createReport(reviewOf({ organizations: [organization("dev")], settings })), { title });
    const [, symbol] = /<use href="#(\w+)"><\/use>/.exec(page.slice(page.indexOf('id="settings"'))) ?? [];
    expect([section, "object"]).toContain(symbol);
    expect(page).toContain(`<symbol id="${symbol}"`);
  }
});

test("escapes texts from outside", () => {
  const evil = '"><img src=x onerror=alert(1)></script><!--{{script}}';
  const people = [changed("dev", `${evil}@acme.example`, "viewer", "admin", ["grantsAdmin"], [evil])];
  const page = formatHtml(
    createReport(
      reviewOf({
        stacks: [evil],
        organizations: [organization("dev", { name: evil })],
        people,
        settings: [{ organization: "dev", section: "general", setting: evil, words: evil, risks: [] }],
        violations: [
          {
            rule: evil,
            severity: "note",
            message: evil,
            explanation: evil,
            organizations: [evil],
            people: [evil],
            before: true,
          },
        ],
        unknowns: [evil],
        remarks: [{ severity: "info", about: evil, text: evil }],
      }),
    ),
    { title: evil },
  );
  expect(page).not.toContain("<img");
  expect(page.match(/<!--/g)).toBeNull();
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).toContain("&lt;!--{{script}}");
});

test("writes out the first of many people and counts the others", () => {
  const keys = Array.from({ length: 600 }, (_, index) => `organization-${index}`);
  const people = keys.map((key, index) =>
    changed(key, `p${index}@acme.example`, "viewer", "developer", ["raisesRole"]),
  );
  const page = formatHtml(createReport(reviewOf({ organizations: keys.map((key) => organization(key)), people })), {
    title,
  });
  expect(page.match(/<li class="change /g)).toHaveLength(500);
  expect(readable(page)).toContain("470 more people");
  expect(readable(page)).toContain("The access matrix shows 100 more people.");
});

test("shows equal changes of many people once, and folds the people", () => {
  const page = formatHtml(createReport(large(100, 60)), { title });
  expect(page.match(/<li class="change /g)).toHaveLength(6);
  expect(page.match(/<details><summary><b>100 people<\/b><\/summary>/g)).toHaveLength(1);
});

/** Changes of access to projects, one for each person and project. Only the last one has a high risk. */
function projectChanges(people: number, projects: number): Review["settings"] {
  const count = people * projects;
  return Array.from({ length: count }, (_, index) => ({
    organization: "dev",
    section: "projects",
    setting: `project ${index % projects}`,
    words: `Access to project ${index % projects} for person-${Math.floor(index / projects)}@acme.example: granted directly.`,
    risks: [index === count - 1 ? "opensProject" : "grantsAccess"],
  }));
}

test("writes out the riskiest of 100,000 changes of access to projects, and names the file with the others", () => {
  const settings = projectChanges(2_000, 50);
  const page = formatHtml(createReport(reviewOf({ organizations: [organization("dev")], settings })), { title });
  expect(page.match(/<li class="item /g)).toHaveLength(500);
  expect(Buffer.byteLength(page)).toBeLessThan(300_000);
  const text = readable(page);
  expect(/Setting changes 100,000 dev projects (\S+ \S+ \S+ \S+ \S+ \S+)/.exec(text)?.[1]).toBe(
    "Access to project 49 for person-1999@acme.example:",
  );
  expect(/The file of .+? lower one\./.exec(text)?.[0]).toBe(
    "The file of --json-file contains 99,500 more changes with the same risk or a lower one.",
  );
});

test("folds a change that names thousands of people, and contains all of them", () => {
  const emails = Array.from({ length: 2_000 }, (_, index) => `person-${index}@acme.example`);
  const words = `Access to project firmware for ${emails.join(", ")}: granted directly.`;
  const [change] = projectChanges(1, 1);
  const settings = change === undefined ? [] : [{ ...change, words }];
  const page = formatHtml(createReport(reviewOf({ organizations: [organization("dev")], settings })), { title });
  const [summary = ""] = inside(page, "summary");
  expect(summary.length).toBeLessThan(1_010);
  expect(summary).toMatch(/^Access to project firmware for person-0@acme\.example, .*@acme\.example, …$/);
  expect(page).toContain(`<p>${words}</p>`);
});

test("shows people without a change in the matrix only", () => {
  const people = [kept("dev", "kim@acme.example", "viewer")];
  const page = formatHtml(createReport(reviewOf({ organizations: [organization("dev")], people })), { title });
  expect(readable(page)).not.toContain("kim@acme.example");
  expect(inside(page, "script")[0]).toContain("kim@acme.example");
});

test("shows people whose access is at risk without a change", () => {
  const people = [{ ...kept("dev", "kim@acme.example", "viewer"), risks: ["acceptsDrift" as const] }];
  const page = formatHtml(createReport(reviewOf({ organizations: [organization("dev")], people })), { title });
  expect(readable(page)).toContain(
    "kim@acme.example in dev other change: viewer , unchanged medium risk: accepts a change made outside Pulumi",
  );
});

test("a heading with a stack covers only the program changes of this stack", () => {
  const change = (stack: string | null, words: string, risks: Review["programChanges"][number]["risks"]) => ({
    stack,
    section: "options" as const,
    subject: words,
    words,
    risks,
  });
  const programChanges = [change("acme/dev", "An option.", ["ignoresChanges"]), change(null, "A file.", [])];
  const text = readable(formatHtml(createReport(reviewOf({ programChanges })), { title }));
  expect(text).toMatch(/Program changes 2 acme\/dev An option\. high risk: ignores changes Other A file\./);
});

test("shows code in a sentence as code", () => {
  const [violation] = acme.violations;
  if (violation === undefined) throw new Error("nothing is broken");
  const message = "give `until: 2027-05-27` and `<b>`, not ` alone";
  const page = formatHtml(createReport({ ...acme, violations: [{ ...violation, message }] }), { title });
  expect(page).toContain("<p>give <code>until: 2027-05-27</code> and <code>&lt;b&gt;</code>, not ` alone</p>");
});

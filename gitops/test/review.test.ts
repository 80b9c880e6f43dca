import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { review as schema } from "../src/review/review";
import { document, organization, type PrintedStep, prn } from "./support/document";
import { roster } from "./support/people";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-review-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const dev = organization("acme-dev", 1);
const promoted: PrintedStep = {
  op: "update",
  name: "Membership::bob",
  before: {
    inputs: { organizationId: prn(1), email: "bob@acme.example", role: "viewer" },
    outputs: { organizationId: prn(1), email: "bob@acme.example", role: "viewer", status: "active" },
  },
  after: { inputs: { organizationId: prn(1), email: "bob@acme.example", role: "admin" } },
};

function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

/** Runs `review` in the folder, with a preview on standard input. */
async function reviewed(input: string, ...args: readonly string[]) {
  const terminal = fakeTerminal({ folder, input: () => Promise.resolve(input) });
  const code = await run(["review", ...args], terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

const rules = (severity: string) =>
  put("rules.yaml", `rules:\n  One admin: { admins: { atMost: 1 }, severity: ${severity} }\n`);

test("prints Markdown and ends with 0 without rules", async () => {
  const { code, printed, said } = await reviewed(document([dev, promoted]));
  expect([code, said]).toEqual([0, ""]);
  expect(printed).toContain("viewer → admin");
});

test.each([
  ["note", 0],
  ["approve", 3],
  ["refuse", 4],
])("a broken rule of severity %s ends with %i, and the report names the rule", async (severity, expected) => {
  const { code, printed } = await reviewed(document([dev, promoted]), "--rules", rules(severity));
  expect(code).toBe(expected);
  expect(printed).toContain("`One admin`");
});

test("an unexpected change ends with 3, unless a rule blocks it", async () => {
  const expectation = "--expect-no-changes";
  const message = "peridio-gitops: --expect-no-changes found a change. The report names each change.\n";
  const ended = async (...args: Parameters<typeof reviewed>) => {
    const { code, said } = await reviewed(...args);
    return [code, said];
  };
  expect(await ended(document([dev]), expectation)).toEqual([0, ""]);
  expect(await ended(document([dev, promoted]), expectation)).toEqual([3, message]);
  expect(await ended(document([dev, promoted]), expectation, "--rules", rules("refuse"))).toEqual([4, ""]);
  const renamed = { ...dev, op: "update", after: { ...dev.after, inputs: { name: "acme-dev", displayName: "Acme" } } };
  expect(await ended(document([renamed]), expectation)).toEqual([3, message]);
});

describe("a change of a resource of an unknown type", () => {
  const contact = { op: "create", name: "peridio:index:OrganizationContact::ops", after: { inputs: {} } };
  const sentence = "1 resource of the type `peridio:index:OrganizationContact` changes: creation of ops.";

  test("needs approval, with and without rules", async () => {
    const input = document([dev, contact]);
    const { code, printed } = await reviewed(input, "--html-file", "review.html");
    expect(code).toBe(3);
    expect(printed).toContain("**Needs approval** · 1 program change<br>🔴 1 high: is not understood (1)");
    expect(printed).toContain(sentence);
    const page = readFileSync(join(folder, "review.html"), "utf8");
    expect(page).toContain("<p>1 program change");
    expect(page.replace(/<[^>]*>/g, "")).toContain(sentence.replaceAll("`", ""));
    expect((await reviewed(input, "--rules", rules("refuse"))).code).toBe(3);
    expect((await reviewed(document([dev, promoted, contact]), "--rules", rules("refuse"))).code).toBe(4);
    expect(schema.parse(JSON.parse((await reviewed(input, "--json")).printed))).toMatchObject({
      verdict: "needs approval",
      programChanges: [{ stack: "acme/dev", section: "types", risks: ["notUnderstood"] }],
    });
  });

  test("is a change outside Pulumi", async () => {
    const step = { ...contact, op: "update", before: { inputs: {} } };
    const { code, printed } = await reviewed(document([step], { kind: "drift" }), "--drift");
    expect([code, printed]).toEqual([3, expect.stringContaining("Changed outside Pulumi: 1 program change")]);
  });

  test("differs from a review without it", async () => {
    const putReview = async (name: string, ...steps: readonly PrintedStep[]) =>
      put(name, (await reviewed(document(steps), "--json")).printed);
    const terminal = fakeTerminal({ folder });
    const files = [await putReview("reviewed.json", dev), await putReview("now.json", dev, contact)];
    expect(await run(["confirm", ...files], terminal)).toBe(3);
    expect(terminal.printed()).toContain(`acme/dev: ${sentence}`);
  });

  test("needs no approval if it is unchanged", async () => {
    const { code, printed } = await reviewed(document([dev, { ...contact, op: "same", before: { id: "prn:1:x" } }]));
    expect(code).toBe(0);
    expect(printed).toContain("Unchanged resources of the type OrganizationContact are not reviewed");
  });
});

test("the reports name the reviewed commit and the time of the review", async () => {
  const commit = "8c1f0d7a52e4b96301ad5f2c7be8904d6e3a1b7f";
  const origin = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    const terminal = fakeTerminal({ folder, environment, input: () => Promise.resolve(document([dev, promoted])) });
    await run(["review", "--html-file", "review.html", ...args], terminal);
    const page = readFileSync(join(folder, "review.html"), "utf8").replace(/<[^>]*>/g, "");
    return [terminal.printed(), page].map((text) => /^ *(Commit .*)$/m.exec(text)?.[1]);
  };
  const expected = [
    "Commit `8c1f0d7a52`, reviewed 2027-01-31 08:00 UTC",
    "Commit 8c1f0d7a52, reviewed 2027-01-31 08:00 UTC",
  ];
  expect(await origin({}, "--commit", commit)).toEqual(expected);
  expect(await origin({ GITHUB_SHA: commit })).toEqual(expected);
  expect(await origin({ CI_COMMIT_SHA: commit })).toEqual(expected);
  expect(await origin({ GITHUB_SHA: "0".repeat(40) }, "--commit", commit)).toEqual(expected);
  expect(await origin({})).toEqual([undefined, undefined]);
  expect((await reviewed(document([dev]), "--commit", "main")).said).toContain("7 to 64 hexadecimal digits");
});

describe("a threshold by risk", () => {
  const lowered: PrintedStep = {
    ...promoted,
    before: { ...promoted.before, outputs: { ...promoted.before?.outputs, role: "developer" } },
    after: { inputs: { ...promoted.after?.inputs, role: "viewer" } },
  };
  const raised: PrintedStep = { ...promoted, after: { inputs: { ...promoted.after?.inputs, role: "developer" } } };

  test.each<[string, PrintedStep, string, number]>([
    ["high", promoted, "high", 3],
    ["high", promoted, "medium", 3],
    ["high", promoted, "never", 0],
    ["medium", raised, "high", 0],
    ["medium", raised, "medium", 3],
    ["low", lowered, "medium", 0],
    ["low", lowered, "low", 3],
  ])("applies to a change of %s risk (%#) without rules", async (_, step, level, expected) => {
    const { code, printed, said } = await reviewed(document([dev, step]), "--fail-on", level);
    expect(code).toBe(expected);
    expect(printed).toContain("`bob@acme.example`");
    expect(said).toBe(
      expected === 0
        ? ""
        : `peridio-gitops: 1 change has a risk that reaches --fail-on ${level}. The report names each change.\n`,
    );
  });

  test("applies to a weakened guardrail and a deleted organization, not to an unchanged one", async () => {
    const ended = async (step: PrintedStep) => (await reviewed(document([step]), "--fail-on", "high")).code;
    expect(await ended({ ...dev, after: { ...dev.after, protect: false } })).toBe(3);
    expect(await ended({ op: "delete", name: "Organization::acme-dev", before: dev.before })).toBe(3);
    expect(await ended(dev)).toBe(0);
  });

  test("weighs less than a blocking rule, and more than a passing one", async () => {
    const ended = async (severity: string) =>
      (await reviewed(document([dev, promoted]), "--fail-on", "high", "--rules", rules(severity))).code;
    expect(await ended("refuse")).toBe(4);
    expect(await ended("note")).toBe(3);
  });

  test("must be a known level", async () => {
    const { code, said } = await reviewed(document([dev]), "--fail-on", "severe");
    expect(code).toBe(2);
    expect(said).toContain("Allowed choices are high, medium, low, never.");
  });
});

test("several files of rules all count", async () => {
  const second = put("more.yaml", "rules:\n  Locked: { requireTwoFactor: true, severity: note }\n");
  const { code, printed } = await reviewed(
    document([dev, promoted]),
    "--rules",
    rules("approve"),
    "--rules",
    second,
    "--json",
  );
  expect(code).toBe(3);
  const { violations, rules: count } = schema.parse(JSON.parse(printed));
  expect([count, violations.map(({ rule }) => rule)]).toEqual([2, ["One admin", "Locked"]]);
});

test("a deletion breaks a rule about protection, unless it is exempt", async () => {
  const deletion = document([{ op: "delete", name: "Organization::acme-dev", before: dev.before }]);
  const rule = (more: string) => put("rules.yaml", `rules:\n  Kept: { protect: true${more} }\n`);
  const { code, printed } = await reviewed(deletion, "--rules", rule(""), "--json");
  expect(code).toBe(4);
  expect(schema.parse(JSON.parse(printed)).violations).toMatchObject([
    {
      rule: "Kept",
      message:
        "acme-dev is deleted, but the rule requires its protection. Keep or restore the organization, or exempt it from the rule.",
      organizations: ["acme-dev"],
      before: false,
    },
  ]);
  const exempt = ", exempt: [{ organization: acme-dev, until: 2027-12-31, because: It was never used. }]";
  expect((await reviewed(deletion, "--rules", rule(exempt))).code).toBe(0);
  const ended = exempt.replace("2027-12-31", "2020-01-31");
  expect((await reviewed(deletion, "--rules", rule(ended))).printed).toContain(
    "exempt it from the rule. An exemption from the rule ended on `2020-01-31`.",
  );
  expect((await reviewed(deletion, "--rules", rule(", organizations: other-*"))).code).toBe(0);
});

test("reads a preview that Windows writes", async () => {
  const text = document([dev, promoted]);
  for (const [name, bytes] of [
    ["utf8.json", Buffer.from(`\uFEFF${text}`)],
    ["utf16.json", Buffer.from(`\uFEFF${text}`, "utf16le")],
  ] as const) {
    writeFileSync(join(folder, name), bytes);
    expect((await reviewed("", name)).code).toBe(0);
  }
});

test("rules that pass, and rules about no organization, end with 0", async () => {
  const file = put("rules.yaml", "rules:\n  Far away: { organizations: other-*, admins: { atMost: 1 } }\n");
  const { code, printed } = await reviewed(document([dev, promoted]), "--rules", file, "--json");
  expect(code).toBe(0);
  expect(schema.parse(JSON.parse(printed))).toMatchObject({
    verdict: "pass",
    rules: 1,
    violations: [],
    unknowns: [
      'The rule "Far away" applies to no organization in this review. If the rule should apply, correct the names under `organizations`, or add the previews of the stacks that declare the organizations.',
    ],
  });
});

test("a rule about an address that nobody has is named", async () => {
  const file = put(
    "rules.yaml",
    "rules:\n  They look: { people: [bob@acme.exmaple, dora@acme.exmaple], role: viewer }\n",
  );
  const { printed } = await reviewed(document([dev, promoted]), "--rules", file, "--json");
  expect(schema.parse(JSON.parse(printed)).unknowns).toEqual([
    'The rule "They look" names bob@acme.exmaple (did you mean bob@acme.example?), dora@acme.exmaple under `people`, but this review contains no such person. If the address is misspelled, correct it. If not, add the previews of the stacks that declare the person.',
  ]);
});

test("a rule may name an address that a roster ignores", async () => {
  const file = put("rules.yaml", "rules:\n  Guests look: { people: gus@guest.example, role: viewer }\n");
  const ignoring = roster({}, {}, { ignore: ["*@GUEST.example"] });
  const named = async (...more: readonly PrintedStep[]) => {
    const { printed } = await reviewed(document([...more, ignoring]), "--rules", file, "--json");
    return schema.parse(JSON.parse(printed)).unknowns.some((sentence) => sentence.includes("gus@guest.example"));
  };
  expect(await named(dev)).toBe(false);
  put("rules.yaml", "rules:\n  Guests: { people: gus@guest.example, role: viewer, organizations: acme-lab }\n");
  expect(await named(dev, organization("acme-lab", 2))).toBe(true);
});

test("writes the same review to files in each form", async () => {
  const files = ["--markdown-file", "out/a.md", "--json-file", "out/b.json", "--html-file", "out/c.html"];
  const { printed } = await reviewed(document([dev, promoted]), ...files, "--title", "Access of acme", "--json");
  const [markdown, json, html] = ["a.md", "b.json", "c.html"].map((name) =>
    readFileSync(join(folder, "out", name), "utf8"),
  );
  expect(json).toBe(printed);
  expect(markdown).toMatch(/^<!-- peridio-gitops review: Access of acme -->\n/);
  expect(html).toContain("<title>Access of acme</title>");
});

test("several stacks are one review, and one of them may come from standard input", async () => {
  const file = put("team.json", document([promoted], { stack: "team" }));
  const { code, printed } = await reviewed(document([dev]), file, "-", "--json");
  expect(code).toBe(0);
  const { stacks, organizations } = schema.parse(JSON.parse(printed));
  expect(stacks).toEqual(["acme/dev", "acme/team"]);
  expect(organizations.map(({ name }) => name)).toEqual(["acme-dev"]);
});

test("a link leads to the page", async () => {
  const { printed } = await reviewed(document([dev, promoted]), "--link", "https://ci.example/review.html");
  expect(printed).toContain("(https://ci.example/review.html)");
});

describe("standard error has a failure, and nothing is written", () => {
  test.each<[string, readonly string[], number, string]>([
    ["a file that is not there", ["none.json"], 1, "peridio-gitops: Cannot read none.json: the file does not exist"],
    ["a folder", ["."], 1, "peridio-gitops: Cannot read .: the path is a folder"],
    ["rules that are not there", ["--rules", "none.yaml"], 1, "Cannot read none.yaml: the file does not exist"],
    ["a limit that is too small", ["--limit", "10"], 2, "Use a whole number, 500 or more."],
    ["no title", ["--title", ""], 2, "option '--title <text>' argument '' is invalid. The title \"\" is invalid."],
    ["a link that is not a web address", ["--link", "javascript:alert(1)"], 2, "is invalid. The link "],
    [
      "a report in the place of a preview",
      ["./a.md"],
      2,
      "The command line contains a.md twice, so an output would overwrite this file. Choose another file for the output.",
    ],
    ["two reports in one file", ["--html-file", "a.md"], 2, "contains a.md twice"],
    [
      "the same stack twice",
      ["-", "-"],
      1,
      "The stack acme/dev has two previews: standard input and standard input. Pass",
    ],
    ["drift that is none", ["--drift"], 1, "Remove --drift"],
  ])("%s", async (_, args, expected, message) => {
    rules("refuse");
    const { code, printed, said } = await reviewed(document([dev]), "--markdown-file", "a.md", ...args);
    expect([code, printed]).toEqual([expected, ""]);
    expect(said).toContain(message);
    expect(existsSync(join(folder, "a.md"))).toBe(false);
  });
});

describe("a preview that a guardrail stops", () => {
  const error =
    "The change removes or demotes 3 of 4 people (removes bob@acme.example, eve@acme.example; demotes dora@acme.example), but maxRemovals (25%) allows 1.";
  const failed = (message: string) =>
    document([dev], { more: { diagnostics: [{ severity: "error", message: `error: ${message}` }] } });

  test("has no verdict, but a comment with the people and the command that shows the effect", async () => {
    const files = ["--markdown-file", "a.md", "--json-file", "b.json", "--html-file", "c.html"];
    const { code, printed, said } = await reviewed(failed(error), ...files, "--commit", "0123456789abcdef");
    expect([code, printed]).toEqual([1, ""]);
    expect(said).toContain(`Correct these errors, and run the preview again:\n  ${error}\n`);
    expect(said).toContain("The guardrail `maxRemovals` stops the change");
    expect(said).toContain("`peridio-gitops plan layout.yaml --base git:origin/main` shows the effect");
    const comment = readFileSync(join(folder, "a.md"), "utf8");
    expect(comment).toMatch(/^<!-- peridio-gitops review: Access review -->\n/);
    expect(comment).toContain("**No verdict: the preview failed**\n\nCommit `0123456789`, reviewed ");
    expect(comment).toContain("removes `bob@acme.example`, `eve@acme.example`; demotes `dora@acme.example`");
    expect(comment).toContain("`peridio-gitops plan layout.yaml --base git:origin/main` shows the effect");
    // A failed review confirms nothing.
    expect(["b.json", "c.html"].filter((name) => existsSync(join(folder, name)))).toEqual([]);
  });

  test("names a cause of several stacks once", async () => {
    const files = ["dev", "prod", "lab"].map((stack) =>
      put(`${stack}.json`, failed(stack === "lab" ? "The program failed." : "Peridio requires an API key.")),
    );
    const { said } = await reviewed("", ...files, "--markdown-file", "a.md");
    expect(said).toMatch(
      /dev\.json and \S*prod\.json are incomplete, because the previews stopped with the same errors\. .*:\n {2}Peridio requires an API key\.\n\S*lab\.json is incomplete/,
    );
    const comment = readFileSync(join(folder, "a.md"), "utf8");
    expect(comment).toContain("**No verdict: 3 previews failed**");
    expect(comment.match(/Errors in .*/g)).toEqual([
      expect.stringContaining("`dev.json` and `prod.json`"),
      expect.stringContaining("lab.json"),
    ]);
  });

  test("is one for each guardrail, and no layout with a misplaced property", async () => {
    const admins =
      "The change takes the admin role from ada@acme.example and leaves 1 admin, but minAdmins requires 2.";
    expect((await reviewed(failed(admins))).said).toContain("The guardrail `minAdmins` stops the change");
    const misplaced = 'layout.yaml:4:5: Unknown property "minAdmins". Did you mean roster.minAdmins?';
    const { code, said } = await reviewed(failed(misplaced));
    expect([code, said.includes("guardrail")]).toEqual([1, false]);
  });

  test("keeps the limit, and shows texts of others as code", async () => {
    const hostile = Array.from({ length: 50 }, () => "@acme/admins https://evil.example </details> ").join("");
    await reviewed(failed(hostile), "--markdown-file", "a.md", "--limit", "500");
    const comment = readFileSync(join(folder, "a.md"), "utf8");
    expect(comment.length).toBeLessThanOrEqual(500);
    expect(comment).toContain("Omitted for length: 1 error");
    expect(comment).not.toContain("guardrail");
    await reviewed(failed("See @acme/admins"), "--markdown-file", "a.md");
    expect(readFileSync(join(folder, "a.md"), "utf8")).toContain("- See `@acme/admins`\n");
  });
});

test("last days come from the roster, and count from today", async () => {
  const file = put("rules.yaml", 'rules:\n  Ends: { people: "bob@*", until: { withinDays: 30 } }\n');
  const members = { "ada@acme.example": "admin", "bob@acme.example": "viewer" };
  const run = async (lastDays: object | undefined) => {
    const step = roster(members, members);
    const after = { inputs: { ...step.after?.inputs, ...(lastDays && { lastDays }) } };
    return (await reviewed(document([dev, { ...step, after }]), "--rules", file)).code;
  };
  expect(await run({ "BOB@acme.example": "2027-02-15" })).toBe(0);
  expect(await run({ "bob@acme.example": "2027-06-01" })).toBe(4);
  expect(await run(undefined)).toBe(4);
});

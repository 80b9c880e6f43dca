import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { type Review, review as schema } from "../src/review/review";
import { document, organization, type PrintedStep, prn } from "./support/document";
import { fakeTerminal } from "./support/terminal";

/** The pipeline chooses the stacks and the rules of a review. The change does not. */

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-comparison-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

async function call(...args: readonly string[]) {
  const terminal = fakeTerminal({ folder });
  const code = await run(args, terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

async function review(...args: readonly string[]): Promise<Review & { readonly code: number }> {
  const { code, printed, said } = await call("review", "--json", ...args);
  expect(said).toBe("");
  return { ...schema.parse(JSON.parse(printed)), code };
}

const dev = organization("acme-dev", 1);
const inputs = { organizationId: prn(1), email: "eve@partner.example", role: "admin" };
const invitation: PrintedStep = { op: "create", name: "Membership::eve", after: { inputs } };
/** A forged preview, in which the person is an admin already. */
const forged: PrintedStep = {
  op: "same",
  name: "Membership::eve",
  before: { id: "eve", inputs, outputs: { ...inputs, status: "active" }, modified: "2027-01-30T00:00:00Z" },
  after: { inputs },
};

describe("a forged preview of another stack", () => {
  test("is refused if the stacks are expected, although it would hide a new admin", async () => {
    put("preview-dev.json", document([dev, invitation]));
    put("preview-zz.json", document([forged], { stack: "zz" }));
    const hidden = await review("preview-dev.json", "preview-zz.json");
    expect(hidden.people.filter(({ changed }) => changed)).toEqual([]);
    const { code, printed, said } = await call("review", "preview-dev.json", "preview-zz.json", "--stacks", "acme/dev");
    expect([code, printed]).toEqual([1, ""]);
    expect(said).toContain("--stacks does not contain acme/zz.");
    const found = await review("preview-dev.json", "--stacks", "acme/dev");
    expect(found.people.find(({ changed }) => changed)).toMatchObject({
      email: "eve@partner.example",
      risks: ["grantsAdmin", "addsPerson"],
    });
  });
});

describe("--stacks", () => {
  test("accepts names with spaces, commas and line breaks, in any order", async () => {
    put("dev.json", document([dev]));
    put("team.json", document([invitation], { stack: "team" }));
    for (const names of ["acme/team acme/dev", "acme/dev,acme/team", "acme/dev\nacme/team\n"]) {
      expect((await review("dev.json", "team.json", "--stacks", names)).stacks).toEqual(["acme/dev", "acme/team"]);
    }
  });

  test("refuses a missing stack, a stack of another project, and a name that is none", async () => {
    put("dev.json", document([dev]));
    const missing = await call("review", "dev.json", "--stacks", "acme/dev acme/production");
    expect([missing.code, missing.said]).toEqual([
      1,
      expect.stringContaining("There is no preview of acme/production, although `--stacks` contains it."),
    ]);
    expect((await call("review", "dev.json", "--stacks", "other/dev")).code).toBe(1);
    for (const names of ["", "dev", "acme/", "acme/dev/1"]) {
      const { code, said } = await call("review", "dev.json", "--stacks", names);
      expect([code, said]).toEqual([2, expect.stringContaining("Use names such as access/dev")]);
    }
  });
});

describe("the rules", () => {
  const strict =
    "rules:\n  No outsiders: { people: { except: '*@acme.example' }, role: none }\n  Names: { name: 'acme-*' }\n";
  const loose = "rules:\n  Names: { name: 'acme-*' }\n  Two admins: { admins: { atLeast: 5 }, severity: note }\n";

  test("of the base judge, and the review shows what the rules of the change would change", async () => {
    put("dev.json", document([dev, invitation]));
    const options = ["--rules", put("base.yaml", strict), "--proposed-rules", put("new.yaml", loose)];
    const found = await review("dev.json", ...options);
    expect([found.code, found.verdict]).toEqual([4, "refused"]);
    expect(found.programChanges.map(({ words, risks }) => [words, ...risks].join(" | "))).toEqual([
      'The change removes the access rule `No outsiders`: `{"people":{"except":"*@acme.example"},"role":"none"}`. | changesControls',
      'The change adds the access rule `Two admins`: `{"admins":{"atLeast":5},"severity":"note"}`. | changesControls',
      expect.stringMatching(
        /^The new access rules allow a violation: `No outsiders` \(`refuse`\)\. .* \| changesControls$/,
      ),
      expect.stringMatching(/^The new access rules report a violation: `Two admins` \(`note`\)\. /),
    ]);
    expect((await review("dev.json", "--rules", "new.yaml")).code).toBe(0);
  });

  test("need approval if they change, and none if only their file has another name", async () => {
    put("dev.json", document([dev]));
    const [base, same] = [put("base.yaml", strict), put("same.yaml", strict)];
    expect(await review("dev.json", "--rules", base, "--proposed-rules", same)).toMatchObject({
      code: 0,
      programChanges: [],
    });
    const edited = put("edited.yaml", strict.replace("none", "viewer"));
    expect(await review("dev.json", "--rules", base, "--proposed-rules", edited)).toMatchObject({
      code: 3,
      verdict: "needs approval",
    });
  });

  test("show a weaker rule with both values, and a change of comments alone not at all", async () => {
    put("dev.json", document([dev]));
    const weaker = put("weaker.yaml", strict.replace("none", "viewer"));
    const found = await review("dev.json", "--rules", put("base.yaml", strict), "--proposed-rules", weaker);
    expect(found.programChanges.map(({ words }) => words)).toEqual([
      'The change edits the access rule `No outsiders`: `role` `"none"` → `"viewer"`.',
    ]);
    const commented = put("commented.yaml", `# Comment.\n${strict}`);
    expect(await review("dev.json", "--rules", "base.yaml", "--proposed-rules", commented)).toMatchObject({ code: 0 });
  });

  test.each([
    [
      "the order of keys",
      "x: { role: none, people: { except: d@c.example, like: ['*@c.example', '*@b.example'] } }",
      0,
    ],
    [
      "quotes and lines",
      "'x':\n    people: { like: ['*@c.example', \"*@b.example\"], except: d@c.example }\n    role: none",
      0,
    ],
    [
      "the order of a list",
      "x: { people: { like: ['*@b.example', '*@c.example'], except: d@c.example }, role: none }",
      3,
    ],
    ["a key", "x: { people: { like: ['*@c.example', '*@b.example'] }, role: none }", 3],
  ])("that differ in %s alone", async (_, edited, code) => {
    put("dev.json", document([dev]));
    const base = "x: { people: { like: ['*@c.example', '*@b.example'], except: d@c.example }, role: none }";
    const [rules, proposed] = [put("base.yaml", `rules:\n  ${base}\n`), put("new.yaml", `rules:\n  ${edited}\n`)];
    const found = await review("dev.json", "--rules", rules, "--proposed-rules", proposed);
    expect([found.code, found.programChanges.length]).toEqual([code, code === 0 ? 0 : 1]);
  });

  test("of the change are no rules alone, and their mistakes are reported", async () => {
    put("dev.json", document([dev]));
    const alone = await call("review", "dev.json", "--proposed-rules", put("new.yaml", loose));
    expect([alone.code, alone.said]).toEqual([
      2,
      expect.stringContaining("--proposed-rules has no effect without access rules"),
    ]);
    const broken = put("broken.yaml", "rules: { x: { admins: 1 } }");
    const { code, said } = await call("review", "dev.json", "--rules", "new.yaml", "--proposed-rules", broken);
    expect([code, said]).toEqual([1, expect.stringContaining("broken.yaml:1:")]);
  });
});

test("changed files that control the review need approval, each by its name", async () => {
  put("dev.json", document([dev]));
  const files = put("controls.txt", ".github/workflows/access-apply.yml\nPulumi.dev.yaml\n\n");
  expect(await review("dev.json", "--changed-controls", files)).toMatchObject({
    code: 3,
    programChanges: [
      { stack: null, section: "controls", subject: ".github/workflows/access-apply.yml", risks: ["changesControls"] },
      { subject: "Pulumi.dev.yaml" },
    ],
  });
  expect((await review("dev.json", "--changed-controls", put("none.txt", ""))).code).toBe(0);
  const { code, said } = await call("review", "dev.json", "--changed-controls", "missing.txt");
  expect([code, said]).toEqual([1, expect.stringContaining("Cannot read missing.txt")]);
});

describe("--layout", () => {
  const layout = (...names: readonly string[]) =>
    `organizations: { ${names.map((name) => `${name}: `).join(", ")} }\n` +
    `people: { ada@acme.example: { ${names.map((name) => `${name}: admin`).join(", ")} } }\n`;

  test("names an organization that no stack declares, which needs approval", async () => {
    put("dev.json", document([dev]));
    put("production.json", document([organization("acme-production", 2)], { stack: "production" }));
    put("layout.yaml", layout("acme-dev", "acme-lab", "acme-production"));
    const stacks = ["dev.json", "production.json"];
    expect(await review(...stacks)).toMatchObject({ code: 0, programChanges: [] });
    const found = await review(...stacks, "--layout", "layout.yaml");
    expect([found.code, found.verdict, found.programChanges]).toEqual([
      3,
      "needs approval",
      [
        {
          stack: null,
          section: "layouts",
          subject: "acme-lab",
          words:
            "`layout.yaml` contains the organization `acme-lab`, but no reviewed stack declares it, so no update applies it. Select the organization in a stack by `only` and `connection` of the Layout, add the preview of this stack, or remove the organization from the layout.".replaceAll(
              /`(layout\.yaml|acme-lab)`/g,
              "$1",
            ),
          risks: ["appliesNowhere"],
        },
      ],
    ]);
    put("layout.yaml", layout("acme-dev", "acme-production"));
    expect(await review(...stacks, "--layout", "layout.yaml")).toMatchObject({ code: 0, programChanges: [] });
    expect((await review("dev.json", "--layout", "layout.yaml")).programChanges.map(({ subject }) => subject)).toEqual([
      "acme-production",
    ]);
  });

  test("counts an organization that a stack creates, and not one that it deletes, releases or only reads", async () => {
    put("layout.yaml", layout("acme-lab"));
    const lab = organization("acme-lab", 3);
    const after = { inputs: { name: "acme-lab" } };
    const list = async (step: PrintedStep) => {
      put("lab.json", document([step]));
      const { programChanges } = await review("lab.json", "--layout", "layout.yaml");
      return programChanges.flatMap(({ section, subject }) => (section === "layouts" ? [subject] : []));
    };
    const { before } = lab;
    expect(await list({ op: "create", name: lab.name, after })).toEqual([]);
    expect(await list({ op: "delete", name: lab.name, before })).toEqual(["acme-lab"]);
    expect(await list({ op: "delete", name: lab.name, before: { ...before, retainOnDelete: true } })).toEqual([
      "acme-lab",
    ]);
    expect(await list({ op: "read", name: lab.name, after: { ...before, ...after, external: true } })).toEqual([
      "acme-lab",
    ]);
  });

  test("with mistakes, or that is missing, fails the review", async () => {
    put("dev.json", document([dev]));
    put("layout.yaml", "organizations: { acme-dev: { displayNme: x } }\npeople: {}\n");
    const mistaken = await call("review", "dev.json", "--layout", "layout.yaml");
    expect([mistaken.code, mistaken.printed, mistaken.said]).toEqual([
      1,
      "",
      expect.stringContaining('layout.yaml:1:30: organizations["acme-dev"].displayNme'),
    ]);
    const missing = await call("review", "dev.json", "--layout", "missing");
    expect([missing.code, missing.said]).toEqual([1, expect.stringContaining("missing")]);
    const drift = await call("review", "dev.json", "--drift", "--layout", "layout.yaml");
    expect([drift.code, drift.said]).toEqual([2, expect.stringContaining("Remove --layout.")]);
  });
});

describe("the evidence", () => {
  const rules = "rules:\n  Names: { name: 'acme-*' }\n";

  test("has the commit and digests of previews and rules", async () => {
    put("dev.json", document([dev]));
    const commit = "8c1f0d7a52e4b96301ad5f2c7be8904d6e3a1b7f";
    const { evidence } = await review("dev.json", "--commit", commit, "--rules", put("r.yaml", rules));
    const digest: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(evidence).toEqual({ commit, previews: [{ stack: "acme/dev", digest }], rules: digest });
    expect((await review("dev.json")).evidence).toMatchObject({ commit: null, rules: null });
  });

  test("makes `confirm` stop if the rules differ, and not if only a preview does", async () => {
    const write = async (file: string, text: string, ownRules = rules) => {
      put("dev.json", text);
      await call("review", "dev.json", "--json-file", file, "--rules", put("r.yaml", ownRules));
    };
    await write("reviewed.json", document([dev]));
    await write("same.json", document([dev], { more: { duration: 99 } }));
    expect((await call("confirm", "reviewed.json", "same.json")).code).toBe(0);
    await write("rules.json", document([dev]), rules.replace("acme-*", "*"));
    const { code, printed } = await call("confirm", "reviewed.json", "rules.json");
    expect([code, printed]).toEqual([
      3,
      expect.stringContaining("The access rules differ from the reviewed access rules."),
    ]);
  });
});

describe("on the command line", () => {
  const admin = {
    op: "create",
    name: "Membership::bob",
    after: { inputs: { organizationId: prn(1), email: "bob@acme.example", role: "admin" } },
  };
  const named = "rules: { x: { role: none, severity: approve, approvers: [ada] } }";

  test("a claim that does not hold refuses the change, and a mistaken claim has its remedy", async () => {
    put("dev.json", document([dev, admin]));
    expect((await call("review", "dev.json", "--claim", "removals: none")).code).toBe(0);
    const { code, printed } = await call("review", "dev.json", "--claim", "grants: none");
    expect([code, printed]).toEqual([4, expect.stringContaining("The change must give no access.")]);
    const mistaken = await call("review", "dev.json", "--claim", "grant: none");
    expect([mistaken.code, mistaken.said]).toEqual([2, expect.stringContaining("did you mean grants?")]);
    expect((await call("review", "dev.json", "--drift", "--claim", "grants: none")).code).toBe(2);
    const nobody = await call("review", "dev.json", "--authors", "");
    expect([nobody.code, nobody.said]).toEqual([2, expect.stringContaining("Name each author by the login")]);
  });

  test("`confirm` needs an approver that the rule names, and that is not the author", async () => {
    put("dev.json", document([dev, admin]));
    const confirm = async (author: string, ...options: readonly string[]) => {
      await call("review", "dev.json", "--rules", put("r.yaml", named), "--authors", author, "--json-file", "a.json");
      return call("confirm", "a.json", "a.json", ...options);
    };
    expect((await confirm("bob")).code).toBe(0);
    expect((await confirm("bob", "--approved-by", "ada")).code).toBe(0);
    const missing = await confirm("bob", "--approved-by", "");
    expect([missing.code, missing.printed]).toEqual([
      3,
      "The change matches its review.\nThe change lacks an approval:\n" + '  The rule "x" needs an approval by ada.\n',
    ]);
    expect((await confirm("ada", "--approved-by", "ada")).code).toBe(3);
    expect((await confirm("bob, ada", "--approved-by", "ada")).code).toBe(3);
    const repeated = ["--authors", "ada", "--authors", "bob", "--json-file", "b.json"];
    await call("review", "dev.json", "--rules", "r.yaml", ...repeated);
    expect((await call("confirm", "b.json", "b.json", "--approved-by", "ada")).code).toBe(3);
    expect((await call("confirm", "b.json", "b.json", "--approved-by", "bob", "--approved-by", "eve")).code).toBe(3);
  });

  test.each(["@ada", "bob;ada", "ada@acme.example", '"ada"', "ada\u200b", "\u0430da", "a*"])(
    "%j is no login of an author or an approver",
    async (login) => {
      put("dev.json", document([dev, admin]));
      const { code, said } = await call("review", "dev.json", "--authors", login);
      expect([code, said]).toEqual([2, expect.stringContaining("is not a login. Write a login without @")]);
      const rules = put(
        "r2.yaml",
        `rules: { x: { role: none, severity: approve, approvers: [${JSON.stringify(login)}] } }`,
      );
      const refused = await call("review", "dev.json", "--rules", rules);
      expect([refused.code, refused.said]).toEqual([1, expect.stringContaining("must be a login without @")]);
    },
  );

  test.each(["@ada", "ada@acme.example", "ada,bob"])("a rule with the author %j is a mistake", async (login) => {
    put("dev.json", document([dev, admin]));
    const rules = put("r3.yaml", `rules: { x: { authors: ${JSON.stringify(login)}, change: { grants: none } } }`);
    const { code, said } = await call("review", "dev.json", "--rules", rules);
    expect([code, said]).toEqual([
      1,
      expect.stringContaining("must be a login without @, or a pattern such as *[bot]"),
    ]);
  });

  test.each([
    ["another approver", "rules: { x: { role: none, severity: approve, approvers: [ada, mallory] } }"],
    [
      "an exemption",
      named.replace("ada] }", "ada], exempt: [{ person: b@c.example, until: 2027-12-31, because: B. }] }"),
    ],
    ["another name", named.replace("x:", "y:").replace("[ada]", "[mallory]")],
  ])("`confirm` needs an approver of the rule before its edit: %s", async (_, edited) => {
    put("dev.json", document([dev]));
    const files = ["--rules", put("r.yaml", named), "--proposed-rules", put("n.yaml", edited)];
    const confirm = async (author: string, approver: string) => {
      await call("review", "dev.json", ...files, "--authors", author, "--json-file", "a.json");
      return call("confirm", "a.json", "a.json", "--approved-by", approver);
    };
    const [edit] = (await review("dev.json", ...files)).programChanges;
    expect(edit).toMatchObject({ subject: "x", approvers: ["ada"] });
    expect(edit?.words).toMatch(
      / Only ada can approve this edit\. An approval by an author of the change does not count\.$/,
    );
    expect((await confirm("bob", "ada")).code).toBe(0);
    const missing = await confirm("bob", "mallory");
    expect([missing.code, missing.printed]).toEqual([
      3,
      expect.stringContaining('The edit of the rule "x" needs an approval by ada.\n'),
    ]);
    expect((await confirm("ada", "ada")).printed).toContain(
      "by ada, who is an author of the change. Another person must propose the edit.",
    );
  });

  test("anyone may approve the edit of a rule without approvers, and a new rule", async () => {
    put("dev.json", document([dev]));
    const files = ["--rules", put("r.yaml", "rules: { z: { protect: true } }")];
    const edited = put("n.yaml", named.replace("{ x:", "{ z: { name: acme-* }, x:"));
    await call("review", "dev.json", ...files, "--proposed-rules", edited, "--authors", "bob", "--json-file", "a.json");
    expect((await call("confirm", "a.json", "a.json", "--approved-by", "mallory")).code).toBe(0);
  });
});

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { type Review, review } from "../src/review/review";
import { fakeTerminal } from "./support/terminal";

/** Plans in a clone without a key, of files, folders and commits. */

const layout = `organizations:
  acme-dev:
  acme-production: { security: { requireTwoFactor: true } }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  bob@acme.example: { acme-dev: developer, acme-production: viewer }
`;
const promoted = layout.replace("acme-production: viewer", "acme-production: admin");

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "peridio-plan-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(file: string, text: string): void {
  mkdirSync(join(folder, file, ".."), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function git(...args: readonly string[]): void {
  const identity = ["-c", "user.name=ada", "-c", "user.email=ada@acme.example"];
  execFileSync("git", [...identity, ...args], { cwd: folder, stdio: "pipe" });
}

function commit(): void {
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("commit", "--quiet", "--message", "Declare access");
}

async function plan(...args: readonly string[]) {
  const terminal = fakeTerminal({ folder, environment: { PATH: process.env.PATH } });
  const code = await run(["plan", ...args], terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

async function read(...args: readonly string[]): Promise<Review> {
  const { printed, said } = await plan(...args, "--json");
  expect(said).toBe("");
  return review.parse(JSON.parse(printed));
}

/** Lists the people whose access changes. */
function listChanges({ people, organizations }: Review): readonly string[] {
  const name = (key: string) => organizations.find((one) => one.key === key)?.name ?? "";
  return people
    .filter(({ changed }) => changed)
    .map(({ organization, email, before, after }) =>
      [name(organization), email, before?.role ?? "none", after?.role ?? "none", after?.status ?? ""].join(" "),
    );
}

test("a plan compares a file with its version in a commit", async () => {
  put("layout.yaml", layout);
  commit();
  put("layout.yaml", promoted.replace("acme-dev: developer, ", "") + "  eve@acme.example: { acme-dev: viewer }\n");
  const changes = [
    "acme-dev bob@acme.example developer none ",
    "acme-dev eve@acme.example none viewer planned",
    "acme-production bob@acme.example viewer admin active",
  ];
  for (const base of ["git:main", "git:HEAD", "git:refs/heads/main"])
    expect(listChanges(await read("layout.yaml", "--base", base))).toEqual(changes);
  const { printed } = await plan("layout.yaml", "--base", "git:main");
  expect(printed).toContain("A plan compares only two layouts. It assumes that the base is applied");
});

test("a plan names the rename of an organization, and how to keep it", async () => {
  put("before.yaml", layout);
  put("layout.yaml", layout.replaceAll("acme-dev", "acme-development"));
  const advice =
    "`acme-development` is created with the same people. The name of an organization cannot be changed. To keep `acme-dev`, restore its name, and set `displayName`.";
  expect((await plan("layout.yaml", "--base", "before.yaml")).printed).toContain(advice);
  put("layout.yaml", layout.replaceAll("acme-dev", "acme-development").replace("acme-development: developer, ", ""));
  expect((await plan("layout.yaml", "--base", "before.yaml")).printed).not.toContain("cannot be changed");
});

test("a plan compares a folder with its version in a commit, without hidden and other files", async () => {
  put("access/layouts/acme.yaml", layout);
  put("access/layouts/.hidden/old.yaml", "people: 1");
  put("access/layouts/README.md", "# People");
  commit();
  put("access/layouts/acme.yaml", "organizations: { acme-dev: }\n");
  put("access/layouts/people/all.yaml", "people:\n  ada@acme.example: { acme-dev: admin }\n");
  const { organizations } = await read("access/layouts", "--base", "git:main");
  expect(organizations.map(({ name, change }) => [name, change])).toEqual([
    ["acme-dev", "kept"],
    ["acme-production", "deleted"],
  ]);
});

test("a plan compares the current folder", async () => {
  put("acme.yaml", layout);
  commit();
  put("acme.yaml", promoted);
  const [change] = listChanges(await read(".", "--base", "git:main"));
  expect(change).toBe("acme-production bob@acme.example viewer admin active");
});

test("a base path can begin like a revision", async () => {
  put("layout.yaml", promoted);
  put("git:main", layout);
  expect(listChanges(await read("layout.yaml", "--base", "./git:main"))).toHaveLength(1);
});

test("a plan does not ask a repository that the branch contains", async () => {
  put("layouts/acme.yaml", layout);
  commit();
  put("layouts/acme.yaml", promoted);
  git("clone", "--quiet", "--bare", ".", "copy");
  for (const part of ["HEAD", "config", "objects", "refs"])
    renameSync(join(folder, "copy", part), join(folder, "layouts", part));
  const { code, said } = await plan("layouts", "--base", "git:main");
  expect([code, said]).toEqual([1, expect.stringContaining("cannot use bare repository")]);
});

describe("a plan rejects", () => {
  const cases: readonly (readonly [name: string, arrange: () => void, base: string, message: string])[] = [
    ["an unknown revision", () => undefined, "git:other", '"other" is not exactly one commit of the repository'],
    ["an option as a revision", () => undefined, "git:--all", '"--all" is not exactly one commit'],
    ["an empty revision", () => undefined, "git:", '"" is not exactly one commit'],
    ["a revision with a path", () => undefined, "git:main:layout.yaml", '"main:layout.yaml" is not exactly one commit'],
    [
      "the name of a branch and a tag",
      () => {
        git("tag", "main");
      },
      "git:main",
      "warning: refname 'main' is ambiguous.). Fetch the commit, or pass a full name",
    ],
    [
      "a missing path",
      () => {
        git("rm", "--quiet", "--cached", "layout.yaml");
        git("commit", "--quiet", "--message", "Remove it");
      },
      "git:main",
      "main does not contain layout.yaml. If the layout is new",
    ],
    [
      "a link in the commit",
      () => {
        rmSync(join(folder, "layout.yaml"));
        symlinkSync("other.yaml", join(folder, "layout.yaml"));
        git("commit", "--quiet", "--all", "--message", "Link it");
        rmSync(join(folder, "layout.yaml"));
        put("layout.yaml", layout);
      },
      "git:main",
      "layout.yaml is a symbolic link or a submodule in main",
    ],
    [
      "a link in the working tree",
      () => {
        git("mv", "layout.yaml", "other.yaml");
        symlinkSync("other.yaml", join(folder, "layout.yaml"));
      },
      "git:main",
      "layout.yaml is a symbolic link, which a plan does not follow to a revision.",
    ],
    [
      "a base with mistakes, at their places",
      () => {
        put("layout.yaml", layout.replace("viewer", "vieuwer"));
        git("commit", "--quiet", "--all", "--message", "Break it");
        put("layout.yaml", layout);
      },
      "git:main",
      "main:layout.yaml:6:61: ",
    ],
    [
      "a layout with mistakes",
      () => {
        put("layout.yaml", "people: 1\n");
      },
      "git:main",
      "layout.yaml:1:9: ",
    ],
    ["a base that does not exist", () => undefined, "other.yaml", "other.yaml does not exist."],
  ];
  test.each(cases)("%s", async (_, arrange, base, message) => {
    put("layout.yaml", layout);
    commit();
    arrange();
    const { code, printed, said } = await plan("layout.yaml", "--base", base);
    expect([code, printed]).toEqual([1, ""]);
    expect(said).toContain(message);
  });

  test("a folder that is no repository", async () => {
    put("layout.yaml", layout);
    const { code, said } = await plan("layout.yaml", "--base", "git:main");
    expect([code, said]).toEqual([1, expect.stringContaining("not a git repository")]);
  });

  test("a command line without a base, and an output that would overwrite a layout", async () => {
    put("layout.yaml", layout);
    expect((await plan("layout.yaml")).code).toBe(2);
    expect((await plan("layout.yaml", "--base", "git:main", "--sarif-file", "layout.yaml")).code).toBe(2);
  });

  test("a feature that the API does not support, at its place", async () => {
    put("layout.yaml", layout.replace("acme-dev:\n", "acme-dev: { groups: { field: } }\n"));
    put("base.yaml", layout);
    const { code, said } = await plan("layout.yaml", "--base", "base.yaml");
    expect(code).toBe(1);
    expect(said).toMatch(/layout\.yaml:2:\d+: organizations\["acme-dev"\]\.groups/);
  });
});

test("rules judge the layout after the change, and options decide about the exit code", async () => {
  put("base.yaml", layout);
  put("layout.yaml", promoted);
  put("rules.yaml", "rules:\n  few admins: { admins: { atMost: 1 }, organizations: acme-production }\n");
  const { code, printed } = await plan("layout.yaml", "--base", "base.yaml", "--rules", "rules.yaml");
  expect(code).toBe(4);
  expect(printed).toContain("Refused by 1 access rule");
  expect((await plan("layout.yaml", "--base", "base.yaml", "--fail-on", "high")).code).toBe(3);
  expect((await plan("layout.yaml", "--base", "base.yaml", "--expect-no-changes")).code).toBe(3);
  put("same.yaml", `# Another comment\n${layout}`);
  expect((await plan("same.yaml", "--base", "base.yaml", "--expect-no-changes")).code).toBe(0);
});

test("a plan of some organizations leaves out the others, and rejects unknown ones", async () => {
  put("base.yaml", layout);
  put("layout.yaml", promoted);
  const { organizations } = await read("layout.yaml", "--base", "base.yaml", "--only", "acme-dev");
  expect(organizations.map(({ name }) => name)).toEqual(["acme-dev"]);
  const { code, said } = await plan("layout.yaml", "--base", "base.yaml", "--only", "acme-prodution");
  expect([code, said]).toEqual([1, expect.stringContaining("did you mean acme-production?")]);
  const selected = await read("layout.yaml", "--base", "base.yaml", "--only", "*-dev");
  expect(selected.organizations.map(({ name }) => name)).toEqual(["acme-dev"]);
  const unmatched = await plan("layout.yaml", "--base", "base.yaml", "--only", "globex-*");
  expect([unmatched.code, unmatched.said]).toEqual([
    1,
    expect.stringContaining('No organization of either layout matches "globex-*". Correct --only.'),
  ]);
});

test("a plan of some organizations judges only their tests of access, and names the others", async () => {
  put("base.yaml", layout);
  put("layout.yaml", promoted);
  put(
    "rules.yaml",
    `tests:
  Bob looks: { person: bob@acme.example, can: [{ organization: acme-production, role: viewer }] }
  Bob is no admin: { person: bob@acme.example, cannot: [{ organization: acme-production, role: admin }] }
  Bob builds: { person: bob@acme.example, can: [{ organization: acme-dev, role: developer }] }
  Bob works: { person: bob@acme.example, can: [{ organization: acme-dev, role: manager }, { organization: acme-production, role: viewer }] }
  Ada rules: { person: ada@acme.example, can: [{ organization: acme-dev, role: admin }, { organization: acme-production, role: viewer }], only: true }
  Gone: { person: bob@acme.example, cannot: [{ organization: acme-prod }] }
`,
  );
  const planned = ["layout.yaml", "--base", "base.yaml", "--rules", "rules.yaml"];
  const only = await read(...planned, "--only", "acme-dev");
  expect(only.violations.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
    expect.stringMatching(/^Bob works: bob@acme\.example must have the role manager in acme-dev/),
    expect.stringMatching(/^Gone: There is no organization acme-prod/),
  ]);
  expect(only.unknowns).toEqual(
    expect.arrayContaining([
      'Tests that are not judged, because `--only` leaves out their organizations: "Bob looks", "Bob is no admin".',
      'Tests that are judged only in the selected organizations, because `--only` leaves out others: "Bob works", "Ada rules".',
    ]),
  );
  const all = await read(...planned, "--only", "acme-*");
  expect(all.unknowns.filter((text) => text.startsWith("Tests"))).toEqual([]);
  expect(all.violations.map(({ rule }) => rule)).toContain("Bob is no admin");
});

test("a plan says that it does not know which stack selects a new organization", async () => {
  put("base.yaml", layout);
  put(
    "layout.yaml",
    layout
      .replace("organizations:\n", "organizations:\n  acme-lab:\n")
      .replace("people:\n", "people:\n  eve@acme.example: { acme-lab: admin }\n"),
  );
  const added = (words: string) => words.startsWith("The layout adds ");
  expect((await read("layout.yaml", "--base", "base.yaml")).unknowns.filter(added)).toEqual([
    "The layout adds acme-lab, but a plan does not show that a stack selects this organization. `peridio-gitops review --layout` names an organization that no stack declares.",
  ]);
  expect((await read("base.yaml", "--base", "layout.yaml")).unknowns.filter(added)).toEqual([]);
});

test("a plan says that a person can keep ended access if the layout ignores the person", async () => {
  const until = (day: string) => layout.replace("acme-dev: developer", `acme-dev: { role: developer, until: ${day} }`);
  const ignored = layout
    .replace("acme-dev: developer, ", "")
    .replace("acme-dev:\n", 'acme-dev: { roster: { ignore: ["bob@*"] } }\n');
  put("base.yaml", until("2027-01-31"));
  put("ignored.yaml", ignored);
  const ended = async (today: string, file: string) =>
    (await read(file, "--base", "base.yaml", "--today", today)).unknowns.filter((text) => text.includes(" ended on "));
  expect(await ended("2027-02-01", "ignored.yaml")).toEqual([
    "The access of bob@acme.example to acme-dev ended on 2027-01-31, and `roster.ignore` matches this person. If no run has removed the person, the person keeps the access.",
  ]);
  expect(await ended("2027-01-31", "ignored.yaml")).toEqual([]);
  put("dropped.yaml", layout.replace("acme-dev: developer, ", ""));
  expect(await ended("2027-02-01", "dropped.yaml")).toEqual([]);
});

test("an entry ends after its last day, also in the base", async () => {
  put("layout.yaml", layout.replace("acme-dev: developer", "acme-dev: { role: developer, until: 2027-01-31 }"));
  put("base.yaml", layout);
  const ends = async (today: string) => listChanges(await read("layout.yaml", "--base", "base.yaml", "--today", today));
  expect(await ends("2027-01-31")).toEqual(["acme-dev bob@acme.example developer developer active"]);
  expect(await ends("2027-02-01")).toEqual(["acme-dev bob@acme.example developer none "]);
  expect(listChanges(await read("base.yaml", "--base", "layout.yaml", "--today", "2027-02-01"))).toEqual([
    "acme-dev bob@acme.example none developer planned",
  ]);
});

test("an entry with a role afterwards shows its end, and what remains", async () => {
  put("base.yaml", layout);
  put(
    "layout.yaml",
    layout.replace(
      "acme-dev: developer",
      "acme-dev: { role: admin, until: 2027-01-31T09:00+01:00, afterwards: viewer }",
    ),
  );
  const at = async (moment: string) => {
    const { printed } = await plan("layout.yaml", "--base", "base.yaml", "--today", moment);
    return /\| `bob@acme.example` \|.*/.exec(printed)?.[0];
  };
  expect(await at("2027-01-31T07:59Z")).toBe(
    "| `bob@acme.example` | `acme-dev`: developer → admin (until 2027-01-31 08:00 UTC, then viewer) | 🔴 high: grants admin<br>⚪ low: shortens access |",
  );
  expect(await at("2027-01-31T08:00Z")).toBe(
    "| `bob@acme.example` | `acme-dev`: developer → viewer | ⚪ low: lowers a role |",
  );
});

test("each connection has its own API, and a moved organization is deleted and created", async () => {
  const text = `connections: { eu-live: { backend: connect }, us: { backend: admin-v2 } }
organizations:
  acme-dev: { connection: eu-live, projects: { firmware: { everyoneEnabled: false, access: { users: [bob@acme.example] } } } }
  acme-production: { connection: us, security: { requireTwoFactor: true } }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  bob@acme.example: { acme-dev: member }
`;
  put("base.yaml", text);
  put("layout.yaml", text.replace("users: [bob@acme.example]", "users: []"));
  const { stacks, settings } = await read("layout.yaml", "--base", "base.yaml");
  expect(stacks).toEqual(["connection/eu-live", "connection/us"]);
  expect(settings.map(({ setting, risks }) => [setting, risks])).toEqual([["project firmware", ["revokesAccess"]]]);
  const moved = text.replace("us: {", "au: {").replace("connection: us", "connection: au");
  put("layout.yaml", moved);
  const { organizations } = await read("layout.yaml", "--base", "base.yaml");
  expect(organizations.map(({ name, change }) => [name, change])).toEqual([
    ["acme-dev", "kept"],
    ["acme-production", "created"],
    ["acme-production", "deleted"],
  ]);
});

test("the owner of an organization is unknown unless a layout declares one", async () => {
  put("base.yaml", layout);
  put("layout.yaml", layout);
  put("rules.yaml", "rules:\n  we own it: { owner: ada@acme.example, organizations: acme-dev }\n");
  const args = ["--base", "base.yaml", "--rules", "rules.yaml"];
  const { violations } = await read("layout.yaml", ...args);
  expect(violations.map(({ message }) => message)).toEqual([expect.stringContaining("The owner of acme-dev is")]);
  const owned = layout.replace("acme-dev:\n", "acme-dev: { owner: ada@acme.example }\n");
  put("base.yaml", owned);
  put("layout.yaml", owned);
  expect((await read("layout.yaml", ...args)).verdict).toBe("pass");
});

test("an existing violation needs approval, also if the layout does not declare the owner", async () => {
  put("rules.yaml", "existing: approve\nrules: { Two admins: { admins: { atLeast: 2 } } }\n");
  for (const owner of ["", "{ owner: ada@acme.example, displayName: Acme }"]) {
    put("base.yaml", `organizations: { acme-dev: ${owner} }\npeople: { ada@acme.example: { acme-dev: admin } }\n`);
    const people = "people: { ada@acme.example: { acme-dev: admin }, bob@acme.example: { acme-dev: viewer } }";
    put("layout.yaml", `organizations: { acme-dev: ${owner} }\n${people}\n`);
    const { violations } = await read("layout.yaml", "--base", "base.yaml", "--rules", "rules.yaml");
    expect(violations).toMatchObject([{ severity: "approve", before: true }]);
  }
});

test("names the access that ends soon, also without a change of it", async () => {
  const ends = promoted
    .replace("acme-dev: developer", "acme-dev: { role: developer, until: 2027-02-13, afterwards: viewer }")
    .replace("people:", "people:\n  carl@partner.example: { acme-dev: { role: viewer, until: 2027-02-14 } }");
  put("base.yaml", ends);
  put("layout.yaml", ends);
  const listEnds = async (...args: readonly string[]) =>
    (await read("layout.yaml", "--base", "base.yaml", ...args)).endsSoon?.map(({ email, lastDay }) => [email, lastDay]);
  const bob = ["bob@acme.example", "2027-02-13"];
  expect(await listEnds()).toEqual([bob]);
  expect(await listEnds("--ends-within", "15")).toEqual([bob, ["carl@partner.example", "2027-02-14"]]);
  expect(await listEnds("--ends-within", "1")).toBeUndefined();
  const { printed } = await plan("layout.yaml", "--base", "base.yaml");
  expect(printed).toContain("<summary>Access that ends soon (1)</summary>");
  expect(printed).toContain("`bob@acme.example`<br>developer until `2027-02-13`, then viewer");
});

test("a person at a terminal reads text, and a file or a pipe gets Markdown", async () => {
  put("base.yaml", layout);
  put("layout.yaml", promoted);
  const args = ["plan", "layout.yaml", "--base", "base.yaml", "--markdown-file", "plan.md"];
  const terminal = fakeTerminal({ folder, isInteractive: true });
  await run(args, terminal);
  expect(terminal.printed()).toMatch(/^Access plan: .*\n/);
  expect(terminal.printed()).toContain("bob@acme.example: acme-production: viewer → admin");
  expect(terminal.printed()).not.toMatch(/<|\*\*|\|/);
  expect((await plan(...args.slice(1))).printed).toBe(readFileSync(join(folder, "plan.md"), "utf8"));
  const json = fakeTerminal({ folder, isInteractive: true });
  await run([...args, "--json"], json);
  expect(review.safeParse(JSON.parse(json.printed())).success).toBe(true);
});

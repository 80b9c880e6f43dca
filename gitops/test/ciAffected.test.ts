import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { countCases } from "#testing";
import { affectedReport } from "../src/ci/affectedReport";
import { readProject } from "../src/ci/layoutProgram";
import { run } from "../src/program";
import { review } from "../src/review/review";
import { LocalRepository } from "./support/localRepository";
import { createLayouts } from "./support/randomLayouts";
import { fakeTerminal } from "./support/terminal";

/** The stacks that a change in a real repository may affect. */

const program = `name: access
runtime: yaml
config: { "peridio:runnerCidrs": { value: [203.0.113.0/24] } }
resources:
  acme:
    type: peridio:Layout
    properties: { path: layout.yaml, only: ["acme-\${pulumi.stack}"] }
outputs: { organizations: "\${acme.organizationIds}" }
`;
const layout = `# Access
organizations:
  acme-dev: { displayName: Development }
  acme-production: { displayName: Production }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  bob@acme.example: { acme-dev: developer, acme-production: viewer }
`;
const files: Readonly<Record<string, string>> = {
  "Pulumi.yaml": program,
  "Pulumi.dev.yaml": "config: {}\n",
  "README.md": "Access\n",
  "access-rules.yaml": "rules: { two: { admins: { atLeast: 2 } } }\n",
  "layout.yaml": layout,
  "stacks.txt": "access/dev\naccess/production\n",
};

let repository: LocalRepository;
beforeEach(() => (repository = new LocalRepository()));
afterEach(() => {
  repository.remove();
});

/** Commits a base and a change of it. */
function begin(
  changes: Readonly<Record<string, string | undefined>>,
  base: Readonly<Record<string, string>> = {},
): void {
  repository.put({ ...files, ...base });
  repository.commit();
  repository.git("switch", "--quiet", "--create", "change");
  repository.put(changes);
  repository.commit();
}

function createTerminal() {
  return fakeTerminal({ folder: repository.folder, environment: repository.environment });
}

async function call(...args: readonly string[]) {
  const terminal = createTerminal();
  const code = await run(["ci", "affected", "--base", "main", ...args], terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

const all = "access/dev\t*\naccess/production\t*\n";
const more = layout.replace("viewer", "developer");
const packageDeclaration = "packageDeclarationVersion: 1\nname: peridio\nrules: { two: { admins: { atLeast: 2 } } }\n";

test("a changed organization affects the stack that declares it, in each format", async () => {
  begin({ "layout.yaml": more, "README.md": "More\n" });
  expect(await call()).toEqual({
    code: 0,
    printed: "access/production\tacme-production\n",
    said: "Not affected: access/dev. A review needs the previews of these stacks too.\n",
  });
  expect((await call("--format", "matrix")).printed).toBe(
    '{"include":[{"stack":"access/production","name":"production"}]}\n',
  );
  const file = join(repository.folder, ".git/affected.json");
  const { printed } = await call("--format", "json", "--json-file", file);
  expect(readFileSync(file, "utf8")).toBe(printed);
  const report: unknown = JSON.parse(printed);
  expect(report).toMatchObject({
    everywhere: [],
    stacks: [
      {
        stack: "access/production",
        organizations: ["acme-production"],
        causes: ["The layout changed acme-production."],
      },
    ],
    unaffected: ["access/dev"],
  });
});

test.each<[string, Readonly<Record<string, string | undefined>>, string]>([
  ["no stack by a comment in the layout", { "layout.yaml": layout.replace("# Access", "# People") }, ""],
  [
    "no stack by documentation, rules, the list of stacks and pipelines",
    {
      "README.md": "More\n",
      "docs/access.md": "More\n",
      "access-rules.yaml": "rules: { three: { admins: { atLeast: 3 } } }\n",
      "stacks.txt": "access/dev\n",
      ".github/workflows/access.yml": "on: push\n",
      ".gitlab-ci.yml": "access: {}\n",
    },
    "",
  ],
  ["one stack by its configuration", { "Pulumi.dev.yaml": 'config: { "peridio:maxRetries": 1 }\n' }, "access/dev\t*\n"],
  ["one stack by a removed configuration", { "Pulumi.dev.yaml": undefined }, "access/dev\t*\n"],
  [
    "the stacks of both causes",
    { "Pulumi.dev.yaml": undefined, "layout.yaml": more },
    "access/dev\t*\naccess/production\tacme-production\n",
  ],
  [
    "each stack by a person of both organizations",
    { "layout.yaml": layout.replace("bob@", "carl@") },
    "access/dev\tacme-dev\naccess/production\tacme-production\n",
  ],
])("a change affects %s", async (_, changes, expected) => {
  begin(changes);
  expect(await call()).toMatchObject({ code: 0, printed: expected });
});

test.each<[string, Readonly<Record<string, string | undefined>>, string]>([
  ["the program", { "Pulumi.yaml": `${program}description: Access\n` }, "Pulumi.yaml changed."],
  // Pulumi searches all YAML files for packages, also at other places than its own.
  ["rules that declare a package", { "access-rules.yaml": packageDeclaration }, "access-rules.yaml changed."],
  ["a configuration that declares a package", { "Pulumi.dev.yaml": packageDeclaration }, "Pulumi.dev.yaml changed."],
  ["a pipeline in which Pulumi searches for packages", { ".github/a.yaml": "on: push\n" }, ".github/a.yaml changed."],
  ["a file named as a pipeline", { "a/.gitlab-ci.yml": "on: push\n" }, "a/.gitlab-ci.yml changed."],
  ["a file of an unknown kind", { "data/teams.csv": "ada\n" }, "data/teams.csv changed."],
  ["a new program", { "Main.yaml": "resources: {}\n", "layout.yaml": more }, "Main.yaml changed."],
  ["the configuration of another stack", { "Pulumi.staging.yaml": "config: {}\n" }, "Pulumi.staging.yaml changed."],
  ["a configuration in a folder", { "old/Pulumi.dev.yaml": "config: {}\n" }, "old/Pulumi.dev.yaml changed."],
  [
    "the versions that the layout accepts",
    { "layout.yaml": `requires: ">=0.1 <2"\n${layout}` },
    "The layout changed `requires` or `connections`.",
  ],
  [
    "an organization that no stack declares",
    {
      "layout.yaml": layout
        .replace("people:", "  acme-lab: {}\npeople:")
        .replace("acme-dev: admin", "acme-dev: admin, acme-lab: admin"),
    },
    "The layout changed acme-lab, which no stack of the list declares.",
  ],
  ["a layout with a mistake", { "layout.yaml": layout.replace("viewer", "king") }, "The layouts cannot be compared: "],
])("a change of %s affects every stack", async (_, changes, cause) => {
  begin(changes);
  const { printed, said } = await call();
  expect([printed, said]).toEqual([all, expect.stringContaining(cause)]);
  expect(said).not.toContain("Not affected");
});

test("rules affect every stack if the program is code, which may read them", async () => {
  begin(
    { "access-rules.yaml": "rules: { three: { admins: { atLeast: 3 } } }\n" },
    { "Pulumi.yaml": "name: access\nruntime: nodejs\n" },
  );
  const { printed, said } = await call();
  expect([printed, said]).toEqual([all, "access-rules.yaml changed.\n"]);
});

test("a layout affects every stack if the program is code", async () => {
  begin({ "layout.yaml": more }, { "Pulumi.yaml": "name: access\nruntime: nodejs\n" });
  const { printed, said } = await call();
  const cause = "The layout changed, and the program does not show which stacks declare its organizations.\n";
  expect([printed, said]).toEqual([all, cause]);
});

test.each<[string, string]>([
  ["a compiler", program.replace("runtime: yaml", "runtime: { name: yaml, options: { compiler: ./run } }")],
  ["another folder", `${program}main: program\n`],
  ["a function", program.replace('"${acme.organizationIds}"', '{ "fn::readFile": layout.yaml }')],
  ["variables", `${program}variables: { text: README }\n`],
  ["another resource", program.replace("outputs", "  pet: { type: random:RandomPet }\noutputs")],
  ["organizations of its configuration", program.replace("pulumi.stack", "organization")],
  ["another layout", program.replace("path: layout.yaml", "path: other.yaml")],
  ["merged keys", program.replace("type: peridio:Layout", "<<: { type: peridio:Layout }")],
  ["a mistake", `${program}name: other\n`],
])("a program with %s shows no stack of an organization", (_, text) => {
  expect(text).not.toBe(program);
  expect(readProject(program, "./layout.yaml").program).toBeDefined();
  expect(readProject(text, "layout.yaml").program).toBeUndefined();
});

test("the configuration of a stack affects only this stack of a program in code, unless it is in a folder", async () => {
  begin({ "Pulumi.dev.yaml": undefined }, { "Pulumi.yaml": "name: access\nruntime: nodejs\n" });
  expect((await call()).printed).toBe("access/dev\t*\n");
  repository.remove();
  repository = new LocalRepository();
  begin({ "Pulumi.dev.yaml": undefined }, { "Pulumi.yaml": "name: access\nruntime: nodejs\nstackConfigDir: stacks\n" });
  expect((await call()).printed).toBe(all);
});

test("a file that is not committed affects every stack", async () => {
  begin({});
  expect((await call()).printed).toBe("");
  repository.put({ "layout.yaml": more });
  const { printed, said } = await call();
  expect([printed, said]).toEqual([all, "The checkout contains uncommitted files.\n"]);
});

test("in a folder of layouts, a removed organization affects its stack, and other files every stack", async () => {
  const [dev, production] = ["dev", "production"].map(
    (name) => `organizations: { acme-${name}: {} }\npeople: { ada@acme.example: { acme-${name}: admin } }\n`,
  );
  const base = {
    "Pulumi.yaml": program.replace("layout.yaml", "./layouts"),
    "layouts/dev.yaml": dev ?? "",
    "layouts/production.yaml": production ?? "",
  };
  begin({ "layouts/dev.yaml": undefined }, base);
  expect((await call("--layout", "layouts")).printed).toBe("access/dev\tacme-dev\n");
  repository.put({ "layouts/.hidden.yaml": "people: {}\n" });
  repository.commit();
  expect((await call("--layout", "layouts")).said).toBe("layouts/.hidden.yaml changed.\n");
});

test("no other job has a format", async () => {
  begin({});
  const terminal = createTerminal();
  expect(await run(["ci", "review", "--base", "main", "--format", "json"], terminal)).toBe(2);
  expect(terminal.said()).toContain("Only `ci affected` has a format. Remove --format.");
});

test("a change affects every organization in its plan", async () => {
  const declaring = program.replace(/, only: .*\]/, "");
  repository.put({ ...files, "Pulumi.yaml": declaring });
  await fc.assert(
    fc.asyncProperty(
      createLayouts("admin-v2", { organizations: ["acme-dev", "acme-live"], minimum: 1 }),
      async ([before, after]) => {
        repository.git("switch", "--quiet", "--force-create", "main");
        repository.put({ "layout.yaml": JSON.stringify(before) });
        repository.commit();
        repository.git("switch", "--quiet", "--force-create", "change");
        repository.put({ "layout.yaml": JSON.stringify(after) });
        repository.commit();
        const terminal = createTerminal();
        await run(["plan", "layout.yaml", "--base", "git:main", "--json"], terminal);
        const plan = review.parse(JSON.parse(terminal.printed()));
        const changed = new Set(
          [...plan.people.filter((one) => one.changed), ...plan.settings].map((one) => one.organization),
        );
        const planned = plan.organizations.filter(({ key }) => changed.has(key)).map(({ name }) => name);
        const { stacks } = affectedReport.parse(JSON.parse((await call("--format", "json")).printed));
        expect(stacks[0]?.organizations ?? []).toEqual(expect.arrayContaining(planned));
      },
    ),
    { numRuns: countCases(2) },
  );
});

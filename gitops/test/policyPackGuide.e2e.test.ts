import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Declarations, member, organization, read, Site } from "#provider/testing";

/** The commands of the guide to the policy pack, and of GitOps without a pipeline, in its order. */

const page = "docs/policy-pack.md";
const { blocks } = read(page, readFileSync(page, "utf8"));
const [update = "", analysis = "", apply = ""] = blocks.flatMap(({ language, code }) =>
  language === "sh" ? code : [],
);
const [shown = ""] = blocks.flatMap(({ language, code }) => (language === "text" ? code : []));
const gitops = read("docs/reference/pipelines.md", readFileSync("docs/reference/pipelines.md", "utf8")).blocks.map(
  ({ code }) => code,
);

const program = (role: string): Declarations => ({
  dev: organization("acme-dev"),
  bob: member("bob@acme.example", role),
});
const rules = `rules:
  Few admins:
    people: { except: ada@acme.example }
    role: { atMost: developer }
    because: Two admins are enough for an audit.
`;

let site: Site;
beforeAll(async () => {
  const begun = await Site.begin(program("developer"));
  const tools = join(begun.stack.backend, "tools");
  mkdirSync(tools);
  symlinkSync(join(process.cwd(), "bin/peridio-gitops"), join(tools, "peridio-gitops"));
  const path = [tools, begun.stack.variable("PATH") ?? ""].join(delimiter);
  site = new Site(begun.emulator, begun.stack.with({ PATH: path, PULUMI_SKIP_CONFIRMATIONS: "true" }));
  await writeFile(join(site.stack.folder, "access-rules.yaml"), rules);
});
afterAll(() => site.end());

/** Runs a block of a guide, and returns the exit code and what it says. */
async function run(commands: string) {
  const { code, stdout, stderr } = await site.stack.bash(commands.replaceAll("--stack dev", "--stack test"));
  return { code, said: stdout + stderr };
}

test("an update with the pack succeeds, and stops with the message of the guide", async () => {
  expect(update).toContain("--strict");
  expect(await run(update)).toMatchObject({ code: 0 });
  await site.declare(program("admin"));
  site.requests();
  const { code, said } = await run(update);
  expect([code === 0, site.writes()]).toEqual([false, []]);
  const lines = shown.split("\n").filter((line) => line !== "" && !line.includes("local:"));
  expect(lines.filter((line) => !said.includes(line))).toEqual([]);
});

test("the analysis of the state succeeds, and fails with stricter rules", async () => {
  expect(await run(analysis)).toMatchObject({ code: 0 });
  await writeFile(join(site.stack.folder, "access-rules.yaml"), rules.replace("developer", "viewer"));
  const { code, said } = await run(analysis);
  expect(code).not.toBe(0);
  expect(said).toContain("bob@acme.example is invited to acme-dev as developer");
  await writeFile(join(site.stack.folder, "access-rules.yaml"), rules);
});

test("an approved violation passes the pack without a pipeline, and with the rules of a base", async () => {
  const approved = `${rules}    severity: approve\n`;
  await writeFile(join(site.stack.folder, "access-rules.yaml"), approved);
  const find = (words: string) => gitops.find((code) => code.includes(words)) ?? "";
  const [review, confirm] = [find("review preview.json"), find("--approval-file")];
  expect((await run(`${review.trimEnd()} > review.md || [ $? = 3 ]`)).code).toBe(0);
  site.requests();
  expect(await run(confirm)).toMatchObject({ code: 0 });
  expect(site.writes()).not.toEqual([]);

  await mkdir(join(site.stack.folder, "base"));
  await writeFile(join(site.stack.folder, "base/access-rules.yaml"), approved);
  expect(await run("pulumi preview --refresh --save-plan plan.json")).toMatchObject({ code: 0 });
  expect(await run(apply)).toMatchObject({ code: 0 });
  await writeFile(join(site.stack.folder, "base/access-rules.yaml"), rules);
  const { code, said } = await run(apply);
  expect([code === 0, said]).toEqual([
    false,
    expect.stringContaining("was made with other access rules than this run uses"),
  ]);
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { run } from "../src/program";
import { fakeTerminal } from "./support/terminal";

/** The examples of the guide to plans, and its hooks for pre-commit. */

const guide = readFileSync("docs/plan.md", "utf8");
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, text = ""]) => text);
const [before = "", after = "", rules = "", configuration = ""] = blocks("yaml");
const commands = blocks("sh").flatMap((text) => text.trim().split("\n"));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-plan-guide-"));
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: folder });
  const put = (file: string, text: string) => {
    writeFileSync(join(folder, file), text);
  };
  put("layout.yaml", before);
  put("access-rules.yaml", rules);
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("-c", "user.name=ada", "-c", "user.email=ada@acme.example", "commit", "--quiet", "--message", "Declare access");
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  put("layout.yaml", after);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a command line in the folder, without an API key. */
async function call(line: string) {
  const terminal = fakeTerminal({ folder, environment: { PATH: process.env.PATH } });
  const [command = "", ...args] = line.replace(/ > .*/, "").split(" ");
  expect(command).toBe("peridio-gitops");
  const code = await run(args, terminal);
  return { code, printed: terminal.printed(), said: terminal.said() };
}

test("the guide shows a part of the report of its first example", async () => {
  const { code, printed, said } = await call(commands[0] ?? "");
  expect([code, said]).toEqual([4, ""]);
  expect(printed).toContain(blocks("text")[0]);
});

test.each(commands)("the guide shows a command that works: %s", async (line) => {
  const { code, said } = await call(line);
  expect([code, said]).toEqual([line.includes(" plan ") ? 4 : 0, ""]);
});

const hooks = z.array(
  z.looseObject({ id: z.string(), entry: z.string(), language: z.literal("system"), pass_filenames: z.literal(false) }),
);
const configured = z.object({
  repos: z.tuple([z.object({ hooks: z.array(z.object({ id: z.string(), args: z.array(z.string()) })) })]),
});

test("the hooks for pre-commit run with the arguments in the guide", async () => {
  const defined = hooks.parse(parse(readFileSync(".pre-commit-hooks.yaml", "utf8")));
  const [{ hooks: used }] = configured.parse(parse(configuration)).repos;
  expect(used.map(({ id }) => id)).toEqual(defined.map(({ id }) => id));
  const codes = used.map(async ({ id, args }) => {
    const entry = defined.find((one) => one.id === id)?.entry ?? "";
    return (await call([entry, ...args].join(" "))).code;
  });
  expect(await Promise.all(codes)).toEqual([0, 4]);
});

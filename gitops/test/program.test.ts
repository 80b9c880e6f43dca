import { version } from "#provider";
import { commands, run } from "../src/program";
import { exitCodes } from "../src/exit";
import { fakeTerminal } from "./support/terminal";

async function call(...args: string[]) {
  const terminal = fakeTerminal();
  const code = await run(args, terminal);
  return { code, output: terminal.printed(), errors: terminal.said() };
}

const all = commands
  .map((make) => make(fakeTerminal(), () => undefined))
  .map((command) => [command.name(), command] as const);

test("--version prints the version", async () => {
  expect(await call("--version")).toEqual({ code: 0, output: `${version}\n`, errors: "" });
});

test("--help names every command with its purpose", async () => {
  const { code, output, errors } = await call("--help");
  for (const [name, command] of all)
    expect(output).toMatch(new RegExp(`^  ${name} .*${command.summary().slice(0, 20)}`, "m"));
  expect([code, errors]).toEqual([0, ""]);
});

describe.each(all)("%s --help", (name, command) => {
  test("has examples of the command and all its exit codes", async () => {
    const { code, output, errors } = await call(name, "--help");
    expect([code, errors]).toEqual([0, ""]);
    const [, examples = "", codes = ""] =
      /\nExamples:\n((?: {2}.+\n)+)\nExit codes:\n((?: {2}.+\n)+)/.exec(output) ?? [];
    expect(examples.split("\n").filter((line) => line.includes(`peridio-gitops ${name}`)).length).toBeGreaterThan(0);
    const numbers = [...codes.matchAll(/^ {2}(\d) {2}\S/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(expect.arrayContaining([exitCodes.passed, exitCodes.failed, exitCodes.misused]));
    expect(Object.values(exitCodes)).toEqual(expect.arrayContaining(numbers));
  });

  test("explains every option and argument, --json among them", () => {
    // A job keeps the JSON of its review.
    if (command.name() !== "ci") expect(command.options.map(({ long }) => long)).toContain("--json");
    for (const { flags, description } of command.options)
      expect([flags, description]).toEqual([flags, expect.stringMatching(/\S{2}/)]);
    for (const one of command.registeredArguments) expect(one.description).toMatch(/\S{2}/);
  });

  test("rejects unknown options on standard error", async () => {
    const { code, output, errors } = await call(name, "--no-such-option");
    expect([code, output]).toEqual([2, ""]);
    expect(errors).toMatch(/^peridio-gitops: unknown option '--no-such-option'/);
  });

  test("has examples that the command understands", async () => {
    const known = command.options.map(({ long }) => long);
    expect(known).toEqual(expect.arrayContaining([...(await exampleOptions(name))]));
  });
});

/** Returns the options that the examples of a command use. */
async function exampleOptions(name: string): Promise<readonly string[]> {
  const { output } = await call(name, "--help");
  const [, examples = ""] = /\nExamples:\n((?: {2}.+\n)+)/.exec(output) ?? [];
  // Examples also show the commands before and after, in a pipe.
  const own = examples.split(/\n|\||&&/).filter((part) => part.includes("peridio-gitops "));
  return own.flatMap((part) => [...part.matchAll(/ (--[a-z-]+)/g)].map(([, option = ""]) => option));
}

test.each([
  [[], /^Usage: peridio-gitops/],
  [
    ["adit"],
    /^peridio-gitops: unknown command 'adit'\n\(Did you mean audit\?\)\nCommands: review, plan, confirm, .*, who\n$/,
  ],
  [["--no-such-option"], /^peridio-gitops: unknown option '--no-such-option'\n/],
  [["graph"], /^peridio-gitops: missing required argument 'layout'\nUsage: peridio-gitops graph .*<layout>\n$/],
  [["graph", "a.yaml", "b.yaml"], /^peridio-gitops: too many arguments .*\nUsage: peridio-gitops graph .*<layout>\n$/],
  [
    ["who", "--person", "ada@acme.example"],
    /^peridio-gitops: unknown option '--person'\n[^]*Usage: peridio-gitops who .*\[person\]\nRun `peridio-gitops who --help` to list the options\.\n$/,
  ],
])("rejects %j on standard error, without standard output", async (args, message) => {
  const { code, output, errors } = await call(...args);
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toMatch(message);
});

test("standard error has a failure in one line, without a stack", async () => {
  const { code, output, errors } = await call("graph", "nowhere.yaml");
  expect([code, output]).toEqual([1, ""]);
  expect(errors).toMatch(/^peridio-gitops: The path .*nowhere\.yaml does not exist\. .*\n$/);
});

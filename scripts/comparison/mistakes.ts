/** The behaviour of each provider in the same situations. Each result comes from a run. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run, Stack } from "#framework/testing";
import { type Note, type Program, type Side, startStack } from "./sides";

const password = "correct horse";
const hello: Note = { title: "Hello", text: "A note", tags: ["a", "b"], password };
const byHand = { title: "Hello", text: "Written by hand", tags: [] };
const up = ["up", "--yes", "--skip-preview"];

/** A situation, and a run of it that returns what the provider did. */
interface Situation {
  readonly what: string;
  /** The program of the new stack. */
  readonly program: Program;
  readonly observe: (stack: Stack, side: Side) => Promise<string>;
}

const situations: readonly Situation[] = [
  {
    what: "The note exists already, for example because the answer to its creation was lost",
    program: { notes: { hello } },
    observe: async (stack) => {
      writeNotes(stack, { Hello: { ...byHand, revision: 7 } });
      return describeRefusal(stack);
    },
  },
  {
    what: "Two resources of a program declare the same note",
    program: { notes: { one: hello, two: { ...hello, text: "Another" } } },
    observe: describeRefusal,
  },
  {
    what: "The API returns the tags in another order",
    program: { notes: { hello } },
    observe: async (stack) => {
      await stack.succeed(...up);
      changeNotes(stack, (text) => text.replace(/"a",(\s*)"b"/, '"b",$1"a"'));
      const shown = await stack.succeed("preview", "--refresh", "--diff");
      const plan = await stack.plan("preview", "--refresh");
      const step = plan.hello ?? "no step";
      return `${step === "no step" || step === "refresh" ? "no change" : step}, ${shown.includes("~ tags") ? "but the preview shows the order as drift" : "and no drift"}`;
    },
  },
  {
    what: "Someone changes the text outside Pulumi, then `up --refresh`",
    program: { notes: { hello } },
    observe: async (stack) => {
      await stack.succeed(...up);
      changeNotes(stack, (text) => text.replace(hello.text, byHand.text));
      await stack.succeed(...up, "--refresh");
      return readNotes(stack).includes(hello.text) ? "repairs the text" : "keeps the text";
    },
  },
  {
    what: "An error of the API contains the password",
    program: { notes: { hello } },
    observe: async (stack) => {
      // The folder does not exist, and the error names it.
      await stack.succeed("config", "set", "notes:file", `/missing/${password}/notes.json`);
      return print(await stack.pulumi(...up)).includes(password) ? "prints the password" : "hides the password";
    },
  },
  {
    what: "The state after `up`",
    program: { notes: { hello } },
    observe: async (stack) => {
      await stack.succeed(...up);
      const state = await stack.succeed("stack", "export");
      return state.includes(password) ? "contains the password" : "contains the password only encrypted";
    },
  },
  {
    what: "An update changes `revision`, from which the title of another note follows: the preview",
    program: { notes: { hello, child: { title: "Revision ${hello.revision}", text: "A child" } } },
    observe: async (stack, side) => {
      await stack.succeed(...up);
      const child = { title: "Revision ${hello.revision}", text: "A child" };
      side.write(stack.folder, { notes: { hello: { ...hello, text: "Another" }, child } });
      const plan = await stack.plan("preview");
      return plan.child === undefined ? "does not show the replacement" : "shows the replacement";
    },
  },
  {
    what: "The resource option `import`",
    program: { notes: { hello: { title: byHand.title, text: byHand.text } }, importIds: { hello: "Hello" } },
    observe: async (stack) => {
      writeNotes(stack, { Hello: { ...byHand, revision: 7 } });
      if ((await stack.pulumi(...up)).code !== 0) return "fails";
      return readNotes(stack).includes('"revision":7') ? "imports the note" : "writes the note";
    },
  },
];

/** The situations in order, with the result of each provider in the order of `sides`. */
export type Results = readonly (readonly [string, readonly string[]])[];

/** Runs each situation with each provider, on new stacks. */
export async function observeMistakes(sides: readonly Side[], say: (text: string) => void): Promise<Results> {
  const rows: [string, string[]][] = [];
  for (const { what, program, observe } of situations) {
    const results: string[] = [];
    for (const side of sides) {
      const stack = await startStack(side, program);
      try {
        results.push(await observe(stack, side));
      } finally {
        await stack.end();
      }
      say(`${side.name}: ${what}: ${results.at(-1) ?? ""}`);
    }
    rows.push([what, results]);
  }
  return rows;
}

/** Returns which command refuses the program, and if the message has a remedy. */
async function describeRefusal(stack: Stack): Promise<string> {
  const preview = await stack.pulumi("preview");
  if (preview.code !== 0) return `fails in the preview${describeRemedy(preview)}`;
  const applied = await stack.pulumi(...up);
  return applied.code === 0
    ? "overwrites the note"
    : `passes the preview, and fails in \`up\`${describeRemedy(applied)}`;
}

function describeRemedy(run: Run): string {
  const remedies = ["pulumi import", "the resource option `import", "keep one of the two"];
  return remedies.some((remedy) => print(run).includes(remedy)) ? ", with a remedy" : "";
}

function print({ stdout, stderr }: Run): string {
  return stdout + stderr;
}

function writeNotes({ folder }: Stack, notes: Readonly<Record<string, unknown>>): void {
  writeFileSync(join(folder, "notes.json"), JSON.stringify(notes));
}

function readNotes({ folder }: Stack): string {
  return readFileSync(join(folder, "notes.json"), "utf8");
}

function changeNotes(stack: Stack, change: (text: string) => string): void {
  writeFileSync(join(stack.folder, "notes.json"), change(readNotes(stack)));
}

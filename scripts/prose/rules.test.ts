import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const root = join(__dirname, "../..");
const alerts = z.record(z.string(), z.array(z.object({ Check: z.string() })));

/** Returns the rules that each text violates, as Vale reports them for comments. */
function check(texts: readonly string[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  try {
    for (const [index, text] of texts.entries()) writeFileSync(join(folder, `${index}.comments.md`), `${text}\n`);
    const command = ["--no-exit", "--no-global", "--output=JSON", `--config=${join(root, ".vale.ini")}`, folder];
    const printed = execFileSync(join(root, ".pulumi/bin/vale"), command, { encoding: "utf8" });
    const found = alerts.parse(JSON.parse(printed));
    return texts.map((_, index) => (found[join(folder, `${index}.comments.md`)] ?? []).map(({ Check }) => Check));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const long = `The provider ${"reads an organization and ".repeat(8)}ends.`;
const examples = [
  ["Whether it exists.", ["Comments.Beginning", "Peridio.Clauses"]],
  ["That of the person.", ["Comments.Beginning"]],
  ["It ends. What is declared is compared.", ["Peridio.Clauses"]],
  ["It removes whoever leaves.", ["Peridio.Riddles"]],
  ["The key has to be valid.", ["Peridio.Riddles"]],
  ["The user is not there any more.", ["Peridio.History"]],
  ["It shows nothing that is not declared.", ["Peridio.Negation"]],
  ["The roster was changed by hand.", ["Peridio.Glossary"]],
  ["A person claims an organization.", ["Peridio.Glossary"]],
  ["The device has a claim token.", []],
  [long, ["Peridio.SentenceLength"]],
  ["Returns the members. What happens if one leaves? `whoever` is code.", []],
  ["Reports whether the organization exists.", []],
] as const;

test("each rule finds its example, and plain sentences violate no rule", () => {
  const found = check(examples.map(([text]) => text));
  expect(found.map((rules) => [...rules].sort())).toEqual(examples.map(([, rules]) => rules));
});

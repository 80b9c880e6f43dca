import { readFileSync } from "node:fs";
import { formatMistake } from "#framework/documents";
import { read } from "#provider/testing";
import { exitCodes } from "../src/exit";
import { kindNames } from "../src/rules/kinds";
import { InvalidRulesError, readRulesFiles, parseRulesFile } from "../src/rules/readRules";
import { severities } from "../src/rules/severity";
import { judgeViolations } from "../src/review/verdict";

const guide = readFileSync("docs/access-rules.md", "utf8");
const blocks = read("docs/access-rules.md", guide).blocks;
const examples = blocks.filter(({ language }) => language === "yaml");

/** Returns the cells of the rows of a table that begin with code. */
function rows(title: string): readonly (readonly string[])[] {
  const [, table = ""] = new RegExp(`^\\| ${title} .*\\n\\| -.*\\n((?:\\|.*\\n)*)`, "m").exec(guide) ?? [];
  return table
    .trimEnd()
    .split("\n")
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.replaceAll("`", "").trim()),
    );
}

test.each(examples.map((block) => [block.at, block.code] as const))("%s is a file of valid rules", (file, text) => {
  expect(parseRulesFile({ file, text }).rules).not.toEqual([]);
});

test("the file to copy has a rule of every kind", () => {
  const { rules } = readRulesFiles(["examples/access-rules/access-rules.yaml"], process.cwd());
  const kinds = rules.flatMap(({ requirements }) => requirements.map(([kind]) => kind));
  expect([...new Set(kinds)].sort()).toEqual([...kindNames].sort());
});

test("the guide explains each severity", () => {
  const codes = { pass: exitCodes.passed, "needs approval": exitCodes.attention, refused: exitCodes.refused };
  expect(rows("severity").map(([severity, , verdict, code]) => [severity, verdict, code])).toEqual(
    severities.map((severity) => {
      const verdict = judgeViolations([{ severity }]);
      return [severity, verdict, String(codes[verdict])];
    }),
  );
});

test("mistakes look as the guide shows them", () => {
  const text = `rules:
  Two admins:
    admins: { atLeast: 2, atmost: 5 }
  Outsiders only look:
    people: { except: "*@acme.example" }
    role: { atMost: vewer }
`;
  let lines: readonly string[] = [];
  try {
    parseRulesFile({ file: "access-rules.yaml", text });
  } catch (error) {
    if (error instanceof InvalidRulesError) lines = error.mistakes.map((mistake) => formatMistake(mistake, error.kind));
  }
  expect(blocks.find(({ language }) => language === "text")?.code).toBe(lines.map((line) => `${line}\n`).join(""));
});

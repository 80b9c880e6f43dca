import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyEdit, findMissingPart, type Remedied } from "#testing";
import { run } from "../src/program";
import { connectLayout, connectMistakes, layout, layoutMistakes } from "./remedies/layouts";
import { ruleMistakes, rules } from "./remedies/rules";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "remedies-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function validate(file: string, text: string, ...options: readonly string[]) {
  writeFileSync(join(folder, file), text);
  const terminal = fakeTerminal({ folder });
  const code = await run(["validate", ...options, file], terminal);
  return { code, lines: terminal.printed().trimEnd().split("\n") };
}

/** The mistake has one message, with all parts. The edit that the message asks for removes it. */
async function expectRemedy(
  { slip, says, edit }: Remedied,
  correct: string,
  check: (text: string) => Promise<{ readonly code: number; readonly lines: readonly string[] }>,
): Promise<void> {
  const mistaken = applyEdit(correct, slip);
  const { code, lines } = await check(mistaken);
  expect(lines).toHaveLength(1);
  expect({ message: lines[0], missing: findMissingPart(lines[0] ?? "", says) }).toEqual({ message: lines[0] });
  expect(code).not.toBe(0);
  expect(await check(applyEdit(mistaken, edit))).toMatchObject({ code: 0 });
}

test("the layout and the rules have no mistake at first", async () => {
  expect(await validate("layout.yaml", layout)).toMatchObject({ code: 0 });
  expect(await validate("layout.yaml", connectLayout, "--backend", "connect")).toMatchObject({ code: 0 });
  expect(await validate("rules.yaml", rules, "--rules")).toMatchObject({ code: 0 });
});

test.each(layoutMistakes)("the message about a layout with $mistake leads to its correction", async (row) => {
  await expectRemedy(row, layout, (text) => validate("layout.yaml", text));
});

test.each(connectMistakes)(
  "the message about a layout for Avocado Connect with $mistake leads to its correction",
  async (row) => {
    await expectRemedy(row, connectLayout, (text) => validate("layout.yaml", text, "--backend", "connect"));
  },
);

test.each(ruleMistakes)("the message about rules with $mistake leads to their correction", async (row) => {
  await expectRemedy(row, rules, (text) => validate("rules.yaml", text, "--rules"));
});

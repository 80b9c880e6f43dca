import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyEdit, findMissingPart, type Remedied } from "#testing";
import { run } from "../src/program";
import { commandMistakes } from "./remedies/commands";
import { environmentMistakes } from "./remedies/environments";
import { connectLayout, connectMistakes, layout, layoutMistakes } from "./remedies/layouts";
import { ruleMistakes, rules } from "./remedies/rules";
import { Acme, apiKey } from "./support/acme";
import { document, organization } from "./support/document";
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

async function runIn(environment: Readonly<Record<string, string>>, args: readonly string[]) {
  const terminal = fakeTerminal({ folder, environment });
  const code = await run(args, terminal);
  return { code, message: terminal.printed() + terminal.said() };
}

describe("in a folder with files,", () => {
  beforeAll(() => {
    for (const [file, text] of Object.entries({
      "layout.yaml": layout,
      "rules.yaml": rules,
      "preview.json": document([organization("acme-dev", 1)]),
    }))
      writeFileSync(join(folder, file), text);
  });

  test.each(commandMistakes)(
    "the message about $mistake leads to a correct command line",
    async ({ line, says, edit }) => {
      const { code, message } = await runIn({}, line.split(" "));
      expect([1, 2]).toContain(code);
      expect({ message, missing: findMissingPart(message, says) }).toEqual({ message });
      const corrected = await runIn({}, applyEdit(line, edit).split(" "));
      expect({ ...corrected, isAccepted: ![1, 2].includes(corrected.code) }).toMatchObject({ isAccepted: true });
    },
  );
});

describe("with a local Peridio,", () => {
  let acme: Acme;
  beforeAll(async () => {
    acme = await Acme.begin();
    acme.control.addApiKey("ada@acme.example", { key: "avo_token-of-ada" });
  });
  afterAll(() => acme.end());

  test.each(environmentMistakes)("the message about $mistake leads to a correct environment", async (row) => {
    const certificate = join(__dirname, "../../framework/src/http/testing/localhost.cert.pem");
    const fill = (environment: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name,
          value
            .replace("KEY", apiKey)
            .replace("httpsURL", acme.url.replace("http:", "https:"))
            .replace("URL", acme.url)
            .replace("CERTIFICATE", certificate),
        ]),
      );
    const { code, message } = await runIn(fill(row.environment), ["audit"]);
    expect(code).toBe(1);
    expect({ message, missing: findMissingPart(message, row.says) }).toEqual({ message });
    const corrected = await runIn(fill({ ...row.environment, ...row.edit }), ["audit"]);
    expect({ ...corrected, isAccepted: [0, 3].includes(corrected.code) }).toMatchObject({ isAccepted: true });
  });
});

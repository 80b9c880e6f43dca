/**
 * Compares a provider of the framework with the same provider in other tools, and prints the page of results: `make side-by-side`.
 * Measure on a machine without other load.
 *
 * `ts-node scripts/comparison.ts [--runs N] [--notes N] [--write FILE]`
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { packageDynamic } from "#framework/build";
import { describeMachine } from "./bench/document";
import { measureCosts } from "./comparison/costs";
import { observeMistakes } from "./comparison/mistakes";
import { renderPage } from "./comparison/page";
import { kitPackage, nothing, sides } from "./comparison/sides";
import { formatDuration } from "./toolchain/progress";

const root = join(__dirname, "..");
const example = join(root, "framework/examples/notes");

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "9" },
      notes: { type: "string", default: "200" },
      write: { type: "string" },
    },
  });
  const [runs, notes] = [parseWholeNumber(values.runs), parseWholeNumber(values.notes)];
  const started = Date.now();
  const say = (text: string) => {
    process.stderr.write(`${formatDuration(Date.now() - started)}  ${text}\n`);
  };
  const host = { absWorkingDir: root, entryPoints: [join(example, "host.ts")] };
  await packageDynamic({ classes: example, host }, kitPackage, { title: "pulumi-notes", version: "1.0.0" });
  const mistakes = await observeMistakes(sides, say);
  const costs = await measureCosts([...sides, nothing], { runs, notes }, say);
  const text = renderPage({ sides, costs, mistakes, runs, notes, machine: describeMachine() });
  const page = await format(text, { parser: "markdown", printWidth: 120 });
  process.stdout.write(page);
  if (values.write !== undefined) writeFileSync(values.write, page);
}

function parseWholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is not a positive whole number. Correct --runs or --notes.`);
  return Number(text);
}

main().catch((error: unknown) => {
  console.error(`side-by-side: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

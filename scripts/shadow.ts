import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { z } from "zod";
import { isRecord } from "#framework";
import { describeWorld, printPreviews, readReview, reviewOf, rulesOf, type World, world } from "#gitops/oracle";

// Reviews random changes with this tree and with another revision, and prints the reviews that differ: in facts, such as a risk, then in words.

const usage = "Usage: npx ts-node scripts/shadow.ts REVISION [--seed N] [--worlds N]";

type Review = typeof reviewOf;

/** The statements of one review. */
interface Shadow {
  readonly facts: ReadonlySet<string>;
  /** Each row and sentence of the review, as JSON. */
  readonly rows: ReadonlySet<string>;
}

/** The statements of two reviews of one change that differ, each in a line. */
interface Difference {
  readonly number: number;
  readonly change: World;
  readonly facts: readonly string[];
  readonly words: readonly string[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string", default: "1" }, worlds: { type: "string", default: "1000" } },
  });
  const [revision] = positionals;
  const [seed, numRuns] = [Number(values.seed), Number(values.worlds)];
  if (revision === undefined || positionals.length > 1 || !Number.isInteger(seed) || !(numRuns > 0))
    throw new Error(usage);
  const changes = fc.sample(world, { seed, numRuns });
  const differences = await compareAll(changes, revision);
  const ofFacts = differences.filter(({ facts }) => facts.length > 0);
  const ofWords = differences.filter(({ facts }) => facts.length === 0);
  for (const { number, change, facts, words } of ofFacts)
    print(`Change ${number} differs in facts:`, [...facts, "", ...words, "", describeWorld(change)]);
  for (const { number, words } of ofWords) print(`Change ${number} differs in words:`, words);
  print(`Of ${changes.length} reviews, ${ofFacts.length} differ in facts, and ${ofWords.length} only in words.`);
  process.exitCode = ofFacts.length > 0 ? 1 : 0;
}

/** Compares the reviews of this tree with those of a revision, which a temporary worktree contains. */
async function compareAll(changes: readonly World[], revision: string): Promise<readonly Difference[]> {
  const folder = mkdtempSync(join(tmpdir(), "peridio-shadow-"));
  const git = (...parts: readonly string[]) => execFileSync("git", ["worktree", ...parts], { stdio: "pipe" });
  git("add", "--detach", folder, revision);
  try {
    symlinkSync(join(__dirname, "../node_modules"), join(folder, "node_modules"));
    const former = load(folder);
    const differences: Difference[] = [];
    for (const [index, change] of changes.entries()) {
      const [before, after] = [await read(change, former), await read(change, reviewOf)];
      const facts = compare(before.facts, after.facts);
      const words = compare(before.rows, after.rows);
      if (facts.length + words.length > 0) differences.push({ number: index + 1, change, facts, words });
    }
    return differences;
  } finally {
    git("remove", "--force", folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the function of a tree that runs its `peridio-gitops review`. */
function load(folder: string): Review {
  const module: unknown = createRequire(__filename)(join(folder, "gitops/test/oracle/reviewOf.ts"));
  const isReview = (value: unknown) => typeof value === "function";
  return z.object({ reviewOf: z.custom<Review>(isReview) }).parse(module).reviewOf;
}

/** Reviews a change. A refusal of the previews is a fact too. */
async function read(change: World, review: Review): Promise<Shadow> {
  try {
    const text = await review(printPreviews(change), rulesOf(change));
    const { verdict, facts } = readReview(text, change);
    return { facts: new Set([`verdict ${verdict}`, ...facts]), rows: new Set(listRows(JSON.parse(text))) };
  } catch (error) {
    return { facts: new Set([String(error)]), rows: new Set() };
  }
}

function listRows(review: unknown): readonly string[] {
  const parts = Object.entries(isRecord(review) ? review : {}).filter(([name]) => name !== "evidence");
  return parts.flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((row: unknown) => `${name} ${JSON.stringify(row)}`),
  );
}

function compare(before: ReadonlySet<string>, after: ReadonlySet<string>): readonly string[] {
  return [
    ...[...before].filter((one) => !after.has(one)).map((one) => `- ${one}`),
    ...[...after].filter((one) => !before.has(one)).map((one) => `+ ${one}`),
  ];
}

function print(title: string, lines: readonly string[] = []): void {
  console.log([title, ...lines.map((line) => `  ${line.replaceAll("\n", "\n  ")}`), ""].join("\n"));
}

void main();

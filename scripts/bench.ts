/**
 * Compares the provider with a no-op provider, and prints a page of results: `make bench`.
 *
 * `ts-node scripts/bench.ts [--only PART[:RUNS],…] [--runs N] [--organizations N] [--people N] [--growth N,…] [--write FILE]`
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { cases } from "./bench/cases";
import { document } from "./bench/document";
import { growth } from "./bench/growth";
import type { Size } from "./bench/program";
import { review } from "./bench/review";
import type { Section } from "./bench/section";
import { settled } from "./bench/settled";
import { sideBySide } from "./bench/sideBySide";
import { startup } from "./bench/startup";
import { duration } from "./toolchain/progress";

interface Options {
  readonly runs: number;
  readonly size: Size;
  readonly growth: readonly number[];
}

type Part = (options: Options, say: (text: string) => void) => Promise<Section> | Section;

const parts: Readonly<Record<string, Part>> = {
  startup: ({ runs }, say) => startup(runs, say),
  ...Object.fromEntries(
    Object.entries(cases).map(([name, one]): [string, Part] => [
      name,
      ({ size, runs }, say) => sideBySide(one, size, runs, say),
    ]),
  ),
  settled: ({ size, runs }, say) => settled(size, runs, say),
  review: ({ runs }, say) => review(runs, say),
  "rosters-growth": ({ growth: sizes }, say) => growth("OrganizationMembers", sizes, say),
  "memberships-growth": ({ growth: sizes }, say) => growth("Membership", sizes, say),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: Object.keys(parts).join() },
      runs: { type: "string", default: "5" },
      organizations: { type: "string", default: "20" },
      people: { type: "string", default: "49" },
      growth: { type: "string", default: "100,1000,10000" },
      write: { type: "string" },
    },
  });
  const options = {
    runs: whole(values.runs),
    size: { organizations: whole(values.organizations), people: whole(values.people) },
    growth: values.growth.split(",").map(whole),
  };
  const chosen = values.only.split(",").map((text) => {
    const [name = "", runs = values.runs] = text.split(":");
    return { name, part: partOf(name), options: { ...options, runs: whole(runs) } };
  });
  const started = Date.now();
  const sections: Section[] = [];
  try {
    for (const { name, part, options } of chosen) {
      const say = (text: string) => {
        process.stderr.write(`${duration(Date.now() - started)}  ${name}: ${text}\n`);
      };
      sections.push(await part(options, say));
    }
  } catch (error) {
    // Keeps the results so far, which took a long time.
    process.stdout.write(await document(sections, options.size));
    throw error;
  }
  const page = await document(sections, options.size);
  process.stdout.write(page);
  if (values.write !== undefined) writeFileSync(values.write, page);
}

function partOf(name: string): Part {
  const part = parts[name];
  if (part === undefined)
    throw new Error(`${name} is not a part of the bench. The parts are: ${Object.keys(parts).join(", ")}`);
  return part;
}

function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is not a positive whole number`);
  return Number(text);
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

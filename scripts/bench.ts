/**
 * Compares the provider with a no-op provider, and prints a page of results: `make bench`.
 *
 * `ts-node scripts/bench.ts [--only PART[:RUNS],…] [--runs N] [--organizations N] [--people N] [--growth N,…] [--many N,…] [--stacks N,…] [--write FILE]`
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { cases } from "./bench/cases";
import { renderPage } from "./bench/document";
import { measureFleets } from "./bench/fleet";
import { measureGrowth } from "./bench/growth";
import type { Size } from "./bench/program";
import { measureManyOrganizations } from "./bench/manyOrganizations";
import { measureReviews } from "./bench/review";
import type { Section } from "./bench/section";
import { measureSettled } from "./bench/settled";
import { compareSides } from "./bench/sideBySide";
import { measureStartup } from "./bench/startup";
import { formatDuration } from "./toolchain/progress";

interface Options {
  readonly runs: number;
  readonly size: Size;
  readonly growth: readonly number[];
  readonly many: readonly number[];
  readonly stacks: readonly number[];
}

type Measurement = (options: Options, say: (text: string) => void) => Promise<Section> | Section;

const measurements: Readonly<Record<string, Measurement>> = {
  startup: ({ runs }, say) => measureStartup(runs, say),
  ...Object.fromEntries(
    Object.entries(cases).map(([name, one]): [string, Measurement] => [
      name,
      ({ size, runs }, say) => compareSides(one, size, runs, say),
    ]),
  ),
  settled: ({ size, runs }, say) => measureSettled(size, runs, say),
  review: ({ runs }, say) => measureReviews(runs, say),
  "many-organizations": ({ many, runs }, say) => measureManyOrganizations(many, runs, say),
  fleet: ({ stacks, runs }, say) => measureFleets(stacks, runs, say),
  "rosters-growth": ({ growth: sizes }, say) => measureGrowth("OrganizationMembers", sizes, say),
  "memberships-growth": ({ growth: sizes }, say) => measureGrowth("Membership", sizes, say),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: Object.keys(measurements).join() },
      runs: { type: "string", default: "5" },
      organizations: { type: "string", default: "20" },
      people: { type: "string", default: "49" },
      growth: { type: "string", default: "100,1000,10000" },
      many: { type: "string", default: "6,100,1000" },
      stacks: { type: "string", default: "200" },
      write: { type: "string" },
    },
  });
  const options = {
    runs: parseWholeNumber(values.runs),
    size: { organizations: parseWholeNumber(values.organizations), people: parseWholeNumber(values.people) },
    growth: values.growth.split(",").map(parseWholeNumber),
    many: values.many.split(",").map(parseWholeNumber),
    stacks: values.stacks.split(",").map(parseWholeNumber),
  };
  const chosen = values.only.split(",").map((text) => {
    const [name = "", runs = values.runs] = text.split(":");
    return { name, measurement: findMeasurement(name), options: { ...options, runs: parseWholeNumber(runs) } };
  });
  const started = Date.now();
  const sections: Section[] = [];
  try {
    for (const { name, measurement, options } of chosen) {
      const say = (text: string) => {
        process.stderr.write(`${formatDuration(Date.now() - started)}  ${name}: ${text}\n`);
      };
      sections.push(await measurement(options, say));
    }
  } catch (error) {
    // Keeps the results so far, which took a long time.
    process.stdout.write(await renderPage(sections, options.size));
    throw error;
  }
  const page = await renderPage(sections, options.size);
  process.stdout.write(page);
  if (values.write !== undefined) writeFileSync(values.write, page);
}

function findMeasurement(name: string): Measurement {
  const measurement = measurements[name];
  if (measurement === undefined)
    throw new Error(
      `${name} is not a measurement of the bench. The measurements are: ${Object.keys(measurements).join(", ")}`,
    );
  return measurement;
}

function parseWholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new Error(
      `${text} is not a positive whole number. Correct --runs, --organizations, --people, --growth, --many, --stacks, or the runs in --only.`,
    );
  return Number(text);
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

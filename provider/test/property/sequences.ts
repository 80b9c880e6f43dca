import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import fc from "fast-check";
import { histories } from "./histories";
import type { Kind } from "./history";
import { Broken, type Ending, play } from "./play";

const environment = process.env;
/** The seed. By default, it is constant, so that a failure is reproducible. `make soak` uses a new one each time. */
const seed = Number(environment.PROPERTY_SEED ?? 20_270_101);
/** After so many minutes no further sequence begins. */
const minutes = Number(environment.PROPERTY_MINUTES ?? Infinity);

/** For one test, in milliseconds: only a sequence that hangs takes so long. */
export const limit = 24 * 3_600_000;

/** The histories of a test file, for `make soak`. */
export interface Report {
  readonly sequences: number;
  /** The number of histories by end. */
  readonly endings: Readonly<Record<Ending, number>>;
}

/** Plays random histories of a kind, `count` of them, and makes one that breaks a rule as short as it can be. */
export async function playMany(kind: Kind, count: number, file: string): Promise<void> {
  const endings = new Map<Ending, number>();
  const property = fc.asyncProperty(histories(kind), async (history) => {
    const ending = await play(history, kind.backend);
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  });
  const result = await fc.check(property, {
    seed,
    numRuns: Number(environment.PROPERTY_SEQUENCES ?? count),
    ...(environment.PROPERTY_PATH !== undefined && { path: environment.PROPERTY_PATH }),
    ...(Number.isFinite(minutes) && { interruptAfterTimeLimit: minutes * 60_000, markInterruptAsFailure: false }),
  });
  report(file, { sequences: result.numRuns, endings: Object.fromEntries(endings) });
  if (!result.failed) return;
  const { numRuns, numShrinks, counterexamplePath } = result;
  const again = `PROPERTY_SEED=${seed} PROPERTY_PATH=${counterexamplePath ?? ""} npx jest --selectProjects fast --testPathPatterns ${relative(process.cwd(), file)}`;
  throw new Error(
    `${story(result.errorInstance)}\n\nIn sequence ${numRuns}, made smaller ${numShrinks} times. Again:\n${again}`,
  );
}

function story(error: unknown): string {
  if (error instanceof Broken) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function report(file: string, what: Report): void {
  const folder = environment.PROPERTY_REPORTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${basename(file, ".test.ts")}.json`), JSON.stringify(what));
}

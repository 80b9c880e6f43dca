import { relative } from "node:path";
import fc from "fast-check";
import { histories, type Kind } from "./histories";
import { Broken, type Ending, play } from "./play";

const environment = process.env;
/** By default always the same, so that a red test is red for everybody; `make soak` takes another each time. */
const seed = Number(environment.PROPERTY_SEED ?? 20_270_101);
/** Minutes after which no further sequence begins; for `make soak`. */
const minutes = Number(environment.PROPERTY_MINUTES ?? Infinity);

/** For one test, in milliseconds: only a sequence that hangs takes so long. */
export const limit = 24 * 3_600_000;

/** Plays random histories of a kind, `count` of them, and makes one that breaks a rule as short as it can be. */
export async function playMany(kind: Kind, count: number, file: string): Promise<void> {
  const sequences = Number(environment.PROPERTY_SEQUENCES ?? count);
  const endings = new Map<Ending, number>();
  const result = await fc.check(
    fc.asyncProperty(histories(kind), async (history) => {
      const ending = await play(history);
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
    }),
    {
      seed,
      numRuns: sequences,
      ...(environment.PROPERTY_PATH !== undefined && { path: environment.PROPERTY_PATH }),
      ...(Number.isFinite(minutes) && { interruptAfterTimeLimit: minutes * 60_000, markInterruptAsFailure: false }),
    },
  );
  if (environment.PROPERTY_REPORT !== undefined) report(file, result.numRuns, endings);
  if (!result.failed) return;
  const name = relative(process.cwd(), file);
  const again = `PROPERTY_SEED=${seed} PROPERTY_PATH=${result.counterexamplePath ?? ""} npx jest --selectProjects fast --testPathPatterns ${name}`;
  const error = result.errorInstance;
  const story = error instanceof Broken ? error.message : error instanceof Error ? (error.stack ?? "") : String(error);
  throw new Error(
    `${story}\n\nAfter ${result.numRuns} sequences, made smaller ${result.numShrinks} times. Again:\n${again}`,
  );
}

/** How many sequences ran, and how they ended. */
function report(file: string, count: number, endings: ReadonlyMap<Ending, number>): void {
  const lines = [...endings].sort(([, a], [, b]) => b - a).map(([ending, times]) => `  ${times} ${ending}`);
  process.stderr.write(
    `${[`${relative(process.cwd(), file)}: ${count} sequences, seed ${seed}`, ...lines].join("\n")}\n`,
  );
}

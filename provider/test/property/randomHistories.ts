import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import fc from "fast-check";
import { drawHistory } from "./commandArbitraries";
import { type Command, up } from "./commands";
import { type Ending, runHistory } from "./convergence";
import type { HistoryOptions } from "./declarationArbitraries";
import { RuleViolationError } from "./model";

const environment = process.env;
/** The seed. By default, it is constant, so that a failure is reproducible. `make soak` uses a new one each time. */
const seed = Number(environment.PROPERTY_SEED ?? 20_270_101);
/** The position of one history: the path of fast-check, and the path of its commands. */
const [path, replayPath] = environment.PROPERTY_PATH?.split("@") ?? [];
/** `make test-all` runs more histories than `make test`. */
const factor = environment.TESTS === "all" ? 6 : 1;
/** No further history begins after this time. */
const minutes = Number(environment.PROPERTY_MINUTES ?? Infinity);

/** The limit for one test, in milliseconds. Only a history that hangs takes so long. */
const limit = 24 * 3_600_000;

/** The number of histories of a test file by ending, for `make soak`. */
interface Report {
  readonly histories: number;
  readonly endings: Readonly<Record<Ending, number>>;
}

/** Most histories begin with empty organizations. In the others, the first `up` also creates the organizations. */
const isFounded = fc.oneof({ arbitrary: fc.constant(true), weight: 4 }, { arbitrary: fc.constant(false), weight: 1 });

/** Random histories of one kind. */
export interface Histories<History> {
  /** `replayPath` names the commands of one history to run again. */
  readonly draw: (replayPath: string | undefined) => fc.Arbitrary<History>;
  /** Throws a `RuleViolationError` if a rule is violated. */
  readonly run: (history: History) => Promise<Ending>;
}

/** Tests a fact with `count` random histories of people, or six times as many in `make test-all`. */
export function testHistories(fact: string, options: HistoryOptions, count: number, file: string): void {
  const draw = (replay?: string) => fc.tuple(isFounded, drawHistory(options, replay));
  const run = ([founded, commands]: [boolean, Iterable<Command>]) =>
    runHistory([...(founded ? [up()] : []), ...commands], options.backend);
  testRandomly(fact, { draw, run }, count, file);
}

/** Tests a fact with `count` random histories, or six times as many in `make test-all`. */
export function testRandomly<History>(fact: string, histories: Histories<History>, count: number, file: string): void {
  test(fact, () => runHistories(histories, count, file), limit);
}

/** Throws the shortest history that violates a rule. */
async function runHistories<History>({ draw, run }: Histories<History>, count: number, file: string): Promise<void> {
  const endings = new Map<Ending, number>();
  const property = fc.asyncProperty(draw(replayPath), async (history) => {
    const ending = await run(history);
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  });
  const result = await fc.check(property, {
    seed,
    numRuns: Number(environment.PROPERTY_HISTORIES ?? count * factor),
    ...(path !== undefined && { path, endOnFailure: true }),
    ...(Number.isFinite(minutes) && { interruptAfterTimeLimit: minutes * 60_000, markInterruptAsFailure: false }),
  });
  writeReport(file, { histories: result.numRuns, endings: Object.fromEntries(endings) });
  if (!result.failed) return;
  const { numRuns, numShrinks, counterexamplePath, counterexample } = result;
  const [, commandPath = ""] = /replayPath=\\?"([^"\\]*)/.exec(fc.stringify(counterexample)) ?? [];
  const position = `PROPERTY_SEED=${seed} PROPERTY_PATH=${counterexamplePath ?? ""}@${commandPath}`;
  const replay = `${position} npx jest --selectProjects fast --testPathPatterns ${relative(process.cwd(), file)}`;
  throw new Error(
    `${describeError(result.errorInstance)}\n\nHistory ${numRuns}, shortened ${numShrinks} times. Run it again:\n${replay}`,
  );
}

function describeError(error: unknown): string {
  if (error instanceof RuleViolationError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function writeReport(file: string, report: Report): void {
  const folder = environment.PROPERTY_REPORTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${basename(file, ".test.ts")}.json`), JSON.stringify(report));
}

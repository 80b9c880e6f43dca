import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import fc from "fast-check";
import { countCases } from "#testing";
import type { Command } from "./commands";
import { RuleViolationError } from "./stage";

const environment = process.env;
/** The seed. By default, it is constant, so that a failure is reproducible. `make soak` uses a new one each time. */
const seed = Number(environment.PROPERTY_SEED ?? 20_270_101);
/** The position of one history: the path of fast-check, and the path of its commands. */
const [path, replayPath] = environment.PROPERTY_PATH?.split("@") ?? [];
/** No further history begins after this time. */
const minutes = Number(environment.PROPERTY_MINUTES ?? Infinity);

/** The limit for one test, in milliseconds. Only a history that hangs takes so long. */
const limit = 24 * 3_600_000;

/** The end of a history: `in force`, or the name of a correct rejection without a remedy. */
export type Ending = string;

/** The number of histories of a test file by ending, for `make soak`. */
interface Report {
  readonly histories: number;
  readonly endings: Readonly<Record<Ending, number>>;
}

/** Random histories of one kind: their area, and the arbitraries of their commands. */
export interface Histories<Area extends object> extends Ground<Area> {
  /** The first commands: a program, or nothing. */
  readonly first: fc.Arbitrary<readonly Command<Area>[]>;
  readonly command: fc.Arbitrary<Command<Area>>;
  /** The highest number of commands after the first ones. */
  readonly maxCommands: number;
}

/** The start and the end of each history of an area. */
export interface Ground<Area> {
  readonly start: () => Promise<Area>;
  /** Brings the program into force. Throws a `RuleViolationError` if this fails without a reason. */
  readonly converge: (stage: Area) => Promise<Ending>;
  /** Deletes the files of a stage. */
  readonly end?: (stage: Area) => void;
}

/** Tests a fact with `count` random histories in `make test`, and with more in `make test-all`. */
export function testHistories<Area extends object>(
  fact: string,
  histories: Histories<Area>,
  count: number,
  file: string,
): void {
  test(fact, () => runHistories(histories, count, file), limit);
}

/** Runs a history on a new stage, and then brings its program into force. Throws a `RuleViolationError` if a rule is violated. */
export async function runHistory<Area extends object>(
  { start, converge, end }: Ground<Area>,
  commands: Iterable<Command<Area>>,
): Promise<Ending> {
  const stage = await start();
  try {
    await fc.asyncModelRun(() => ({ model: stage, real: stage }), commands);
    return await converge(stage);
  } finally {
    end?.(stage);
  }
}

/** Throws the shortest history that violates a rule. */
async function runHistories<Area extends object>(
  { first, command, maxCommands, ...ground }: Histories<Area>,
  count: number,
  file: string,
): Promise<void> {
  const endings = new Map<Ending, number>();
  const commands = fc.commands<Area, Area, false>([command], {
    maxCommands,
    size: "max",
    ...(replayPath !== undefined && { replayPath }),
  });
  const property = fc.asyncProperty(first, commands, async (beginning, rest) => {
    const ending = await runHistory(ground, [...beginning, ...rest]);
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  });
  const result = await fc.check(property, {
    seed,
    numRuns: Number(environment.PROPERTY_HISTORIES ?? countCases(count)),
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

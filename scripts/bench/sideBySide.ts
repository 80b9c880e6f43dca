import { type Bare, sendBareRequests } from "./bareRequests";
import { type Case, noop, type Operation, provider, type Side, wholeLife } from "./cases";
import { type Cost, type Costs, measureLives } from "./life";
import type { Form, Size } from "./program";
import { countFewestRequests, countMostReads } from "./requests";
import type { Usage } from "./usage";
import { formatCount, formatFigure, computeMedian, type Section, renderTable, type Verdict } from "./section";

/** The targets for the time of an operation, divided by the time of the no-op provider. */
const targets: Readonly<Partial<Record<Operation, number>>> = {
  "first preview": 1,
  up: 1.15,
  "unchanged up": 1,
  refresh: 1.1,
};

/** The target for an unchanged `up` with late responses: its time without the bare reads, divided by the time of the no-op provider. */
const lateTarget = 1.15;

/** The runs of each repeatable operation. Short operations vary by more than the margin of a target. */
export const repeats = 3;

const sides: readonly Side[] = [noop, provider];

const operationsHead = [
  "",
  `${noop.name}, s`,
  `${provider.name}, s`,
  "ratio",
  "reads",
  "fewest possible",
  "writes",
  "fewest possible",
  `${provider.name}, MB`,
  `${provider.name}, CPU s`,
];

/** Measures the operations of a case on each side. */
export async function compareSides(
  { title, setting }: Case,
  size: Size,
  runs: number,
  say: (text: string) => void,
): Promise<Section> {
  const lives = new Map<Side, Costs[]>(sides.map((side) => [side, []]));
  const alone: Bare[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const costs = await measureLives(
      sides,
      { ...setting, size, organizations: "declared", operations: wholeLife, repeats },
      (text) => {
        say(`run ${run}: ${text}`);
      },
    );
    for (const [side, some] of costs) lives.get(side)?.push(some);
    alone.push(await sendBareRequests(size, setting.latency));
  }
  const results = new Results(lives);
  const writes = computeMedian(alone.map((one) => one.writes));
  const reads = computeMedian(alone.map((one) => one.reads));
  return {
    title,
    body: [
      [
        runs === 1 ? "One run." : `Medians of ${runs} runs.`,
        `The bare writes of an \`up\` take ${formatFigure(writes, 2)} s, and the bare reads of an unchanged \`up\` ${formatFigure(reads, 2)} s.`,
      ].join(" "),
      renderOperations(results, setting.form, size),
    ].join("\n\n"),
    verdicts: judge(),
  };

  function judge(): Verdict[] {
    if (setting.latency > 0) return [judgeLateReads(title, results, reads)];
    return [...judgeRatios(title, setting.form, results, writes), ...judgeRequests(title, results, size)];
  }
}

function renderOperations(results: Results, form: Form, size: Size): string {
  return renderTable(
    operationsHead,
    wholeLife.map((operation) => {
      const least = countFewestRequests(operation, form, size);
      return [
        operation,
        formatFigure(results.seconds(noop, operation), 2),
        formatFigure(results.seconds(provider, operation), 2),
        formatFigure(results.ratio(operation), 2),
        formatCount(results.reads(operation)),
        formatCount(least.reads),
        formatCount(results.writes(operation)),
        formatCount(least.writes),
        formatFigure(results.load(operation, "memory"), 0),
        formatFigure(results.load(operation, "cpu"), 2),
      ];
    }),
  );
}

/**
 * Compares the times with the targets. A roster sends many requests within one call of the engine, and the no-op sends none. The `up`
 * of a roster is therefore compared with the no-op and the bare writes together.
 */
function judgeRatios(title: string, form: Form, results: Results, bare: number): Verdict[] {
  return wholeLife.flatMap((operation): Verdict[] => {
    const most = targets[operation];
    if (most === undefined) return [];
    if (operation !== "up" || form === "Membership") {
      return [
        { what: `${title}: ${operation}, against the no-op`, value: results.ratio(operation), most, unit: "ratio" },
      ];
    }
    const value = results.seconds(provider, operation) / (results.seconds(noop, operation) + bare);
    return [{ what: `${title}: ${operation}, against the no-op plus the bare writes`, value, most, unit: "ratio" }];
  });
}

/** Compares an unchanged `up` with the no-op and the bare reads together: late responses may cost no more than these reads cost alone. */
function judgeLateReads(title: string, results: Results, reads: number): Verdict {
  const value = (results.seconds(provider, "unchanged up") - reads) / results.seconds(noop, "unchanged up");
  return {
    what: `${title}: unchanged up without the bare reads, against the no-op`,
    value,
    most: lateTarget,
    unit: "ratio",
  };
}

function judgeRequests(title: string, results: Results, size: Size): Verdict[] {
  return wholeLife.flatMap((operation): Verdict[] => {
    const most = countMostReads(operation, size);
    if (most === undefined) return [];
    return [{ what: `${title}: ${operation}, reads`, value: results.reads(operation), most, unit: "requests" }];
  });
}

/** The costs of all runs of a case. */
class Results {
  constructor(private readonly lives: ReadonlyMap<Side, readonly Costs[]>) {}

  /** Returns the median of all measured values, or undefined if one is missing. */
  private median(side: Side, operation: Operation, value: (cost: Cost) => number | undefined): number | undefined {
    const values = (this.lives.get(side) ?? []).flatMap((costs) => (costs.get(operation) ?? []).map(value));
    const known = values.filter((one) => one !== undefined);
    return known.length < values.length || known.length === 0 ? undefined : computeMedian(known);
  }

  seconds(side: Side, operation: Operation): number {
    return this.median(side, operation, ({ seconds }) => seconds) ?? NaN;
  }

  ratio(operation: Operation): number {
    return this.seconds(provider, operation) / this.seconds(noop, operation);
  }

  /** Returns the memory or the processor time of the provider. */
  load(operation: Operation, value: keyof Usage): number | undefined {
    return this.median(provider, operation, ({ plugin }) => plugin?.[value]);
  }

  reads(operation: Operation): number {
    return this.median(provider, operation, ({ requests }) => requests.reads) ?? NaN;
  }

  writes(operation: Operation): number {
    return this.median(provider, operation, ({ requests }) => requests.writes) ?? NaN;
  }
}

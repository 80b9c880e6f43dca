/** The time of each operation with each provider. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "#framework/testing";
import { operations, repeatable } from "../bench/cases";
import { startPlugin } from "../bench/startup";
import { computeMedian } from "../bench/section";
import { type Note, type Side, startStack } from "./sides";

/** The measured operations, in order. */
export const measured = ["first preview", "up", "unchanged up", "refresh"] as const;

type Measured = (typeof measured)[number];

/** The repetitions of each operation that changes nothing, in a run. */
const repeats = 3;

/** The starts in a run. */
const starts = 4;

/** A measured value: the milliseconds until the port is printed, the bytes of the state after `up`, or the seconds of an operation. */
type Value = Measured | "start" | "state";

/** The median of each value in a run. */
type Run = ReadonlyMap<Value, number>;

/** A ratio: its median, and its range over all runs. */
export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The values of a provider in all runs, and those of its reference in the same runs. */
export class Costs {
  constructor(
    private readonly runs: readonly Run[],
    private readonly references: readonly Run[] | undefined,
  ) {}

  /** Returns the median of all runs. */
  median(name: Value): number {
    return computeMedian(this.runs.map((run) => run.get(name) ?? NaN));
  }

  /** Returns the ratio to the reference in the same run. Undefined without a reference. */
  ratio(name: Value): Ratio | undefined {
    const ratios = this.references?.map(
      (other, index) => (this.runs[index]?.get(name) ?? NaN) / (other.get(name) ?? NaN),
    );
    return ratios && { median: computeMedian(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
  }
}

/** Measures all providers, in turns, so that other load on the machine affects all of them. */
export async function measureCosts(
  sides: readonly Side[],
  { runs, notes }: { readonly runs: number; readonly notes: number },
  say: (text: string) => void,
): Promise<ReadonlyMap<Side, Costs>> {
  const values: ReadonlyMap<Side, Run>[] = [];
  for (let run = 1; run <= runs; run += 1) {
    // The first provider of a turn may find the machine in another state than the last.
    const order = run % 2 === 1 ? sides : [...sides].reverse();
    values.push(
      await measureRun(order, notes, (text) => {
        say(`run ${run}: ${text}`);
      }),
    );
  }
  const select = (side: Side) => values.map((run) => run.get(side) ?? new Map<Value, number>());
  return new Map(sides.map((side) => [side, new Costs(select(side), side.reference && select(side.reference))]));
}

async function measureRun(
  sides: readonly Side[],
  notes: number,
  say: (text: string) => void,
): Promise<ReadonlyMap<Side, Run>> {
  const values = new Map<Side, Map<Value, number[]>>(sides.map((side) => [side, new Map()]));
  const add = (side: Side, name: Value, value: number) => {
    const own = values.get(side);
    own?.set(name, [...(own.get(name) ?? []), value]);
  };
  for (let start = 0; start < starts; start += 1) {
    for (const side of sides) add(side, "start", (await startPlugin(side.command, {}, () => Promise.resolve())).port);
  }
  const stacks = new Map<Side, Stack>();
  try {
    for (const side of sides) stacks.set(side, await startStack(side, { notes: declareNotes(notes) }));
    for (const name of measured) {
      for (let times = repeatable.has(name) ? repeats : 1; times > 0; times -= 1) {
        for (const [side, stack] of stacks) {
          const began = performance.now();
          await stack.succeed(...operations[name]);
          add(side, name, (performance.now() - began) / 1000);
          if (name === "up") add(side, "state", statSync(join(stack.backend, stateFile)).size);
        }
      }
      say(
        sides
          .map((side) => `${side.name} ${name} ${computeMedian(values.get(side)?.get(name) ?? []).toFixed(2)} s`)
          .join(", "),
      );
    }
  } finally {
    for (const stack of stacks.values()) await stack.end();
  }
  return new Map(
    [...values].map(([side, own]) => [side, new Map([...own].map(([name, list]) => [name, computeMedian(list)]))]),
  );
}

const stateFile = ".pulumi/stacks/notes/test.json";

function declareNotes(count: number): Readonly<Record<string, Note>> {
  const note = (number: number): Note => ({
    title: `Note ${number}`,
    text: `The text of note ${number}`,
    tags: ["benchmark", `number ${number}`],
    password: `password ${number}`,
  });
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`note${index + 1}`, note(index + 1)]));
}

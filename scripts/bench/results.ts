import type { Cost, Costs } from "./life";
import { median } from "./median";
import type { Operation } from "./operations";
import { noop, provider, type Side } from "./sides";

/** What all runs of a case cost. */
export class Results {
  constructor(private readonly lives: ReadonlyMap<Side, readonly Costs[]>) {}

  /** The median of all that was measured; undefined where some of it is not known. */
  median(side: Side, operation: Operation, value: (cost: Cost) => number | undefined): number | undefined {
    const values = (this.lives.get(side) ?? []).flatMap((costs) => (costs.get(operation) ?? []).map(value));
    const known = values.filter((one) => one !== undefined);
    return known.length < values.length || known.length === 0 ? undefined : median(known);
  }

  seconds(side: Side, operation: Operation): number {
    return this.median(side, operation, ({ seconds }) => seconds) ?? NaN;
  }

  ratio(operation: Operation): number {
    return this.seconds(provider, operation) / this.seconds(noop, operation);
  }

  reads(operation: Operation): number {
    return this.median(provider, operation, ({ requests }) => requests.reads) ?? NaN;
  }

  writes(operation: Operation): number {
    return this.median(provider, operation, ({ requests }) => requests.writes) ?? NaN;
  }
}

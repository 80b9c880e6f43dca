import { Recent } from "./recent";

/** How many answers are remembered. A second of the fastest client there is, or minutes of one that is limited. */
const memory = 4_096;

/** The rate kept, as a share of the rate that passed before a refusal. */
const margin = 0.9;

/** With fewer answers, chance has too much of a say in the measured rate. */
const evidence = 5;

/** Rates that are near the last known limit, as shares of it. */
const near = { from: 0.85, to: 1.1 };

/** By how much the rate grows with each answer, in requests a second. Each second that makes 0.5 % or 50 %. */
const growth = { near: 0.005, far: 0.5 };

/** What a late timer may catch up with, in milliseconds. */
const slack = 50;

/**
 * A token bucket for all requests of the process, whose rate is learned from refusals, since Peridio never says what
 * it allows. There is no limit until the first refusal. Each one sets the rate to a little less than what has passed
 * in the time before it; while requests wait, the rate grows, slowly near the known limit and quickly far from it.
 */
export class Pace {
  #rate = Infinity;
  #limit = Infinity;
  #dueAt = 0;
  /** When the last refusal was over. */
  #resumedAt = 0;
  readonly #passed = new Recent(memory);

  /** In requests a second; infinite until something has been refused. */
  get rate(): number {
    return this.#rate;
  }

  /** What Peridio allows as far as that has been measured, in requests a second; else undefined. */
  get limit(): number | undefined {
    return Number.isFinite(this.#limit) ? Math.max(this.#limit, this.#rate) : undefined;
  }

  /** Milliseconds until the next request may leave. */
  wait(now: number): number {
    return Math.max(0, this.#dueAt - now);
  }

  /** A request leaves. */
  take(now: number): void {
    this.#dueAt = Math.max(this.#dueAt, now - slack) + 1_000 / this.#rate;
  }

  /** A request was not refused. `waited` says whether it had to wait, so that a higher rate would have been of use. */
  pass(now: number, waited: boolean): void {
    this.#passed.note(now);
    if (!waited) return;
    const [from, to] = [near.from * this.#limit, near.to * this.#limit];
    if (this.#rate < from) this.#rate = Math.min(from, this.#rate + growth.far);
    else this.#rate += this.#rate < to ? growth.near : growth.far;
  }

  /** A request was refused, for so many milliseconds. */
  refuse(now: number, span: number): void {
    const window = Math.max(span, 1_000, Math.min(10_000 / this.#rate, now - this.#resumedAt));
    this.#resumedAt = now + span;
    const passed = this.#passed.since(now - window);
    // Others may have used up what Peridio allows, which says nothing about a rate.
    if (passed === 0) return;
    const measured = (1_000 * passed) / window;
    if (passed >= evidence) {
      this.#limit = Math.min(this.#rate, measured);
      this.#rate = margin * this.#limit;
    } else if (Number.isFinite(this.#rate)) {
      this.#limit = this.#rate;
      this.#rate /= 2;
    } else {
      this.#rate = measured;
    }
  }
}

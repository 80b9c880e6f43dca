/** Receives every request (debug) and noticeable waits (info), but never headers or bodies. */
export type Log = (level: "debug" | "info", message: string) => void;

/** The shortest wait that is worth a line, in milliseconds. */
export const noticeable = 1_000;

/** Formats milliseconds for people. */
export function formatSeconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1_000)} s`;
}

/** The first interval between two notices, in milliseconds. A wait of this length is reported when it begins. */
const firstInterval = 10_000;
/** The longest interval between two notices, in milliseconds. Intervals double up to it. */
const longestInterval = 60_000;

/** The reasons why requests wait. */
export interface QueueState {
  /** For how many milliseconds the circuit breaker stops all requests. */
  readonly pausedFor: number;
  /** The measured rate limit in requests a second; undefined if it is unknown. */
  readonly limit: number | undefined;
  readonly pending: number;
}

/** Reports waits to the user: when they begin, then after 10, 20 and 40 seconds, then each minute. */
export class WaitNotices {
  #dueAt = 0;
  #interval = firstInterval;
  #hasReportedLimit = false;
  #reportedUntil = 0;

  constructor(
    private readonly log: Log,
    private readonly service: string,
  ) {}

  /** Returns the milliseconds until the next notice is due. */
  getWait(now: number): number {
    return Math.max(0, this.#dueAt - now);
  }

  /** Logs the reason for the wait, if a notice is due. */
  report(now: number, state: QueueState): void {
    const { pausedFor } = state;
    const isNewPause = pausedFor >= firstInterval && now + pausedFor > this.#reportedUntil + noticeable;
    if (now < this.#dueAt && !isNewPause) return;
    const reason = this.#describe(state);
    if (reason === undefined) return;
    this.log("info", reason);
    this.#reportedUntil = Math.max(this.#reportedUntil, now + pausedFor);
    this.#dueAt = now + this.#interval;
    this.#interval = Math.min(longestInterval, 2 * this.#interval);
  }

  #describe({ pausedFor, limit, pending }: QueueState): string | undefined {
    const queue = `${pending} ${pending === 1 ? "request waits" : "requests wait"}`;
    if (pausedFor > noticeable)
      return `${this.service} accepts no request for ${formatSeconds(pausedFor)}, so ${queue}`;
    if (limit === undefined) return undefined;
    const isKnown = this.#hasReportedLimit;
    this.#hasReportedLimit = true;
    return `${this.service} allows about ${formatRate(limit)}, so ${isKnown ? queue : "the provider slows down"}`;
  }
}

function formatRate(perSecond: number): string {
  const [count, unit] = perSecond < 1 ? [60 * perSecond, "minute"] : [perSecond, "second"];
  const rounded = Math.max(1, Math.round(count));
  return `${rounded} ${rounded === 1 ? "request" : "requests"} a ${unit}`;
}

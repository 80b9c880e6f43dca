import { noticeable, seconds, type Log } from "./log";

/** The first notices are this far apart, and a wait of this length is told as soon as it begins; in milliseconds. */
const first = 10_000;
/** The time between two notices doubles up to this, in milliseconds. */
const longest = 60_000;

/** Why requests wait. */
export interface Situation {
  /** For how many milliseconds no request leaves. */
  readonly closedFor: number;
  /** What Peridio allows, in requests a second, if that is known. */
  readonly limit: number | undefined;
  readonly waiting: number;
}

/** Tells the user of waits: when they begin, then after 10, 20 and 40 seconds, then each minute. */
export class Notices {
  #dueAt = 0;
  #interval = first;
  #paced = false;
  #closedUntil = 0;

  constructor(private readonly log: Log) {}

  /** Milliseconds until the next notice is due. */
  wait(now: number): number {
    return Math.max(0, this.#dueAt - now);
  }

  /** Tells how it stands, if that is due. */
  tell(now: number, situation: Situation): void {
    const { closedFor } = situation;
    const long = closedFor >= first && now + closedFor > this.#closedUntil + noticeable;
    if (now < this.#dueAt && !long) return;
    const reason = this.#reason(situation);
    if (reason === undefined) return;
    this.log("info", reason);
    this.#closedUntil = Math.max(this.#closedUntil, now + closedFor);
    this.#dueAt = now + this.#interval;
    this.#interval = Math.min(longest, 2 * this.#interval);
  }

  #reason({ closedFor, limit, waiting }: Situation): string | undefined {
    const queue = `${waiting} ${waiting === 1 ? "request waits" : "requests wait"}`;
    if (closedFor > noticeable) return `Peridio accepts no request for ${seconds(closedFor)}; ${queue}`;
    if (limit === undefined) return undefined;
    const known = this.#paced;
    this.#paced = true;
    return `Peridio allows about ${often(limit)}; ${known ? queue : "pacing accordingly"}`;
  }
}

function often(perSecond: number): string {
  const [count, time] = perSecond < 1 ? [60 * perSecond, "minute"] : [perSecond, "second"];
  const rounded = Math.max(1, Math.round(count));
  return `${rounded} ${rounded === 1 ? "request" : "requests"} a ${time}`;
}

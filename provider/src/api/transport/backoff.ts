const first = 1_000;
const longest = 30_000;

/** How long to wait after the given attempt (1, 2, …), in milliseconds. */
export type Backoff = (attempt: number) => number;

/** Exponential with full jitter: between 0 and 1 s, 2 s, 4 s …, at most 30 s. */
export function exponential(random: () => number): Backoff {
  return (attempt) => random() * Math.min(longest, first * 2 ** (attempt - 1));
}

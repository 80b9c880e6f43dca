/** Longer waits are as hopeless as this one, and numbers beyond all bounds would never end; in milliseconds. */
const longest = 24 * 3_600_000;

/**
 * The time that a `Retry-After` header asks for, in milliseconds since 1970; null when it is missing or neither seconds nor a
 * date. `date` is the answer's own `Date`: a date is read by the server's clock, which may differ from ours.
 */
export function retryAfter(header: string | undefined, date: string | undefined, now: number): number | null {
  const wait = header === undefined ? NaN : waitFor(header.trim(), date, now);
  return Number.isNaN(wait) ? null : now + Math.min(wait, longest);
}

function waitFor(header: string, date: string | undefined, now: number): number {
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const serverNow = Date.parse(date ?? "");
  return Date.parse(header) - (Number.isNaN(serverNow) ? now : serverNow);
}

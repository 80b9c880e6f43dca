/** The longest wait, in milliseconds. The numbers in a header have no bound. */
const longest = 24 * 3_600_000;

/**
 * The time that a `Retry-After` header asks for, in milliseconds since 1970; null if it is missing or invalid.
 * `date` is the answer's own `Date`, since the server's clock may differ from ours.
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

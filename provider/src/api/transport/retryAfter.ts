/**
 * The time that a `Retry-After` header asks for, in milliseconds since 1970; null when it is missing or neither
 * seconds nor a date.
 */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d+\s*$/.test(header)) return now + Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : date;
}

/** A moment as the API writes it: ISO 8601, UTC, whole seconds. Such texts sort by time. */
export function formatTimestamp(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

export const day = 24 * 60 * 60;

/** `moment` (as the API writes it) and some seconds more. */
export function later(moment: string, seconds: number): string {
  return formatTimestamp(new Date(Date.parse(moment) + seconds * 1000));
}

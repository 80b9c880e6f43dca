/** Told of every request (debug) and of waits that people would notice (info). Never of headers or bodies. */
export type Log = (level: "debug" | "info", message: string) => void;

/** Waits longer than this are worth a line, in milliseconds. */
export const noticeable = 1_000;

/** Milliseconds as people say them. */
export function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1_000)} s`;
}

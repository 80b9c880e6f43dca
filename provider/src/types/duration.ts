import * as z from "zod";

const units = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
const pattern = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Returns the number of seconds in `8h`, `90m`, `1d12h` or `30d`; undefined if the text is no duration. */
export function toSeconds(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null || text === "") return undefined;
  const [, d, h, m, s] = match.map((digits: string | undefined) => Number(digits ?? 0));
  return (d ?? 0) * units.d + (h ?? 0) * units.h + (m ?? 0) * units.m + (s ?? 0) * units.s;
}

/** Returns the shortest spelling with one unit: 28800 is `8h`, 5400 is `90m`. */
export function fromSeconds(seconds: number): string {
  const isWhole = (unit: keyof typeof units) => seconds >= units[unit] && seconds % units[unit] === 0;
  const unit = (["d", "h", "m", "s"] as const).find(isWhole) ?? "s";
  return `${seconds / units[unit]}${unit}`;
}

const form = "must be a duration, such as 8h, 90m or 30d";

/** A duration with bounds, both inclusive. */
export function duration(shortest: string, longest: string) {
  const [least, most] = [toSeconds(shortest) ?? 0, toSeconds(longest) ?? Infinity];
  return z.string({ error: form }).superRefine((text, context) => {
    const seconds = toSeconds(text);
    if (seconds === undefined) {
      context.addIssue({ code: "custom", message: form });
    } else if (seconds < least || seconds > most) {
      context.addIssue({ code: "custom", message: `must be between ${shortest} and ${longest}` });
    }
  });
}

/** Returns a duration in seconds, because a different spelling of the same duration is no change. Other values pass unchanged. */
export function inSeconds(value: unknown): unknown {
  return typeof value === "string" ? (toSeconds(value) ?? value) : value;
}

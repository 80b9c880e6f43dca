import { type Level, levelOf, levels, type Risk, riskNames, risks } from "../../../review/risk";

/** What is found at a glance. The level's word always stands beside it, for those who do not see colours, or anything. */
export const marks = { high: "🔴", medium: "🟠", low: "⚪" } as const satisfies Record<Level, string>;

/** What some risks are in words, the worst class first; with a level, those of that level alone. */
export function riskWords(some: readonly Risk[], level?: Level): readonly string[] {
  return riskNames
    .filter((name) => some.includes(name) && (level === undefined || risks[name].level === level))
    .map((name) => risks[name].words);
}

/** The level with its classes, as `🔴 high: grants admin`; undefined without a risk. What is less is left unsaid: it comes with the worse. */
export function riskTold(some: readonly Risk[]): string | undefined {
  const level = levelOf(some);
  return level && `${marks[level]} ${level}: ${riskWords(some, level).join(", ")}`;
}

/** For sorting: the worst first, and what has no risk last. */
export function severity(some: readonly Risk[]): string {
  const level = levelOf(some);
  return String(level === undefined ? levels.length : levels.indexOf(level));
}

import * as z from "zod";

/** The severities of rules and tests, the highest first. */
export const severities = ["refuse", "approve", "note"] as const;

/** The severities that other words mean. */
const severitiesByWord: Readonly<Record<string, (typeof severities)[number]>> = {
  block: "refuse",
  deny: "refuse",
  error: "refuse",
  review: "approve",
  warn: "note",
  warning: "note",
  info: "note",
};

function explainSeverity({ input }: { readonly input?: unknown }): string | undefined {
  const meant = typeof input === "string" ? severitiesByWord[input] : undefined;
  return meant && `must be one of ${severities.join(", ")}; did you mean ${meant}?`;
}

/** The effect of a broken rule or a failed test. */
export const severity = z.enum(severities, { error: explainSeverity });

const effects = ["counted", "approve", "ignored"] as const;

/** The effect of a violation that existed before the change: that of a new one, an approval instead of a refusal, or none. */
export type Existing = (typeof effects)[number];

/** The effect of a violation that existed before the change. */
export const existing = z.enum(effects, { error: `must be one of ${effects.join(", ")}` });

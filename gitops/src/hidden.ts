import { isRecord } from "#framework";

/** A value that the preview hides. Reports say so and never guess. */
export interface Hidden {
  /** `unknown`: known only after the update. `secret`: Pulumi hides it. */
  readonly hidden: "unknown" | "secret";
}

export const unknown: Hidden = { hidden: "unknown" };
export const secret: Hidden = { hidden: "secret" };

export function isHidden(value: unknown): value is Hidden {
  return isRecord(value) && (value.hidden === "unknown" || value.hidden === "secret");
}

/** Returns the reason in words: `secret` or `not known before the update`. */
export function describeHidden({ hidden }: Hidden): string {
  return hidden === "secret" ? "secret" : "not known before the update";
}

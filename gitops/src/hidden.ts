import { isRecord } from "#framework";

/** A value that a preview does not show. Reports say so and never guess. */
export interface Hidden {
  /** `unknown`: known only after the update. `secret`: Pulumi hides it. */
  readonly reason: "unknown" | "secret";
}

/** A value that is known only after the update. */
export const unknown: Hidden = { reason: "unknown" };
/** A secret value. */
export const secret: Hidden = { reason: "secret" };

/** Reports if a value is hidden. */
export function isHidden(value: unknown): value is Hidden {
  return isRecord(value) && (value.reason === "unknown" || value.reason === "secret");
}

/** Reports if a value is a secret. */
export function isSecret(value: unknown): boolean {
  return isHidden(value) && value.reason === "secret";
}

/** Reports if a value is known only after the update. */
export function isUnknown(value: unknown): boolean {
  return isHidden(value) && value.reason === "unknown";
}

/** Returns the reason in words: `secret` or `not known before the update`. */
export function describeHidden({ reason }: Hidden): string {
  return reason === "secret" ? "secret" : "not known before the update";
}

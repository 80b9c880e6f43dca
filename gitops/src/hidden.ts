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

/** Reports if two values are equal. Hidden ones are, if they are hidden for the same reason. */
export function isSame(one: unknown, other: unknown): boolean {
  return isHidden(one) && isHidden(other) ? one.reason === other.reason : one === other;
}

/** Returns a value, or the reason for which it is hidden. */
export function getValueOrReason<Value>(value: Value | Hidden): Value | Hidden["reason"] {
  return isHidden(value) ? value.reason : value;
}

/** Returns the reason in words: `secret` or `not known before the update`. */
export function describeHidden({ reason }: Hidden): string {
  return reason === "secret" ? "secret" : "not known before the update";
}

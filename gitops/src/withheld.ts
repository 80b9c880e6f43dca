import { isRecord } from "#framework";

/** A value that a preview does not show. Reports say so and never guess. */
export interface Withheld {
  /** `unknown`: known only after the update. `secret`: Pulumi hides it. */
  readonly reason: "unknown" | "secret";
}

export const unknown: Withheld = { reason: "unknown" };
export const secret: Withheld = { reason: "secret" };

export function isWithheld(value: unknown): value is Withheld {
  return isRecord(value) && (value.reason === "unknown" || value.reason === "secret");
}

export function isSecret(value: unknown): boolean {
  return isWithheld(value) && value.reason === "secret";
}

export function isUnknown(value: unknown): boolean {
  return isWithheld(value) && value.reason === "unknown";
}

/** Returns the reason in words: `secret` or `not known before the update`. */
export function describeWithheld({ reason }: Withheld): string {
  return reason === "secret" ? "secret" : "not known before the update";
}

import { isRecord } from "../../../provider/src/core/values";

/** A value that cannot be told. It is said, never guessed. */
export interface Hidden {
  /** `unknown`: a preview cannot know it yet. `secret`: Pulumi keeps it so. */
  readonly hidden: "unknown" | "secret";
}

export const unknown: Hidden = { hidden: "unknown" };
export const secret: Hidden = { hidden: "secret" };

export function isHidden(value: unknown): value is Hidden {
  return isRecord(value) && (value.hidden === "unknown" || value.hidden === "secret");
}

import type { Call } from "../../contract/call";
import type { PropertyErrors } from "../../contract/errors";
import { formatTimestamp } from "../../model/values";

interface Expiring {
  readonly expires_at?: string | undefined;
}

/** Checks the expiry of a new or changed token, which must be in the future. */
export function checkExpiry({ now }: Call, { expires_at }: Expiring): PropertyErrors {
  if (expires_at === undefined) return {};
  // A leap second is a valid moment for the contract, but not for a date of JavaScript.
  if (Number.isNaN(Date.parse(expires_at))) return { expires_at: ["is invalid"] };
  return toTimestamp(expires_at) <= now ? { expires_at: ["must be in the future"] } : {};
}

export function toTimestamp(text: string): string {
  return formatTimestamp(new Date(text));
}

import { type Hidden, isHidden, unknown } from "../preview/resource";
import type { Declaration } from "./declaration";
import type { Side } from "./directory";
import { isObserved } from "./properties";
import { readText } from "../objects/reading";

/** Returns the expiry of a token; null if the token does not expire. Peridio sets that of an API token at its creation. */
export function readExpiry(declaration: Declaration, side: Side): string | Hidden | null {
  const expiresAt = readText(declaration.values[side].expiresAt);
  if (isHidden(expiresAt)) return expiresAt;
  if (expiresAt !== undefined) return Number.isNaN(Date.parse(expiresAt)) ? unknown : toUtc(expiresAt);
  return declaration.kind === "OrganizationApiToken" && !isObserved(declaration, side) ? unknown : null;
}

/** Returns a moment in UTC, in whole seconds. */
function toUtc(moment: string): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`;
}

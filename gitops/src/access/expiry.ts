import type { Kind } from "../preview/document";
import { type Hidden, isHidden, type Resource, unknown } from "../preview/resource";
import type { Side } from "./directory";
import { isObserved, readProperty, readText } from "./properties";

/** Returns the expiry of a token; null if the token does not expire. Peridio sets that of an API token at its creation. */
export function readExpiry(resource: Resource, side: Side, kind: Kind): string | Hidden | null {
  const expiresAt = readText(readProperty(resource, side, kind, "expiresAt"));
  if (isHidden(expiresAt)) return expiresAt;
  if (expiresAt !== undefined) return Number.isNaN(Date.parse(expiresAt)) ? unknown : toUtc(expiresAt);
  return resource.kind === "OrganizationApiToken" && !isObserved(resource, side) ? unknown : null;
}

/** Returns a moment in UTC, in whole seconds. */
function toUtc(moment: string): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`;
}

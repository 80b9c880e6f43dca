import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

/** Formats a moment as the APIs do: ISO 8601, UTC, whole seconds. The results sort by time. */
export function formatTimestamp(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

export const secondsPerHour = 60 * 60;

export const secondsPerDay = 24 * secondsPerHour;

export function addSeconds(timestamp: string, seconds: number): string {
  return formatTimestamp(new Date(Date.parse(timestamp) + seconds * 1000));
}

// Peridio Resource Names (PRNs). The state holds UUIDs, and responses hold PRNs.
export const toOrganizationPrn = (id: string): string => `prn:1:${id}`;
export const toUserPrn = (id: string): string => `prn:1:user:${id}`;
export const toMemberPrn = (organization: string, id: string): string => `prn:1:${organization}:org_user:${id}`;
export const toInvitationPrn = (organization: string, id: string): string =>
  `prn:1:${organization}:org_invitation:${id}`;

/** Returns the UUID at the end of a PRN, or the UUID itself. */
export const toUuid = (prnOrUuid: string): string => prnOrUuid.slice(-36);

/** Generates a secret with a prefix that tells its kind. */
export function generateSecret(prefix: string): string {
  return prefix + randomBytes(24).toString("base64url");
}

export function generateApiKey(): string {
  return generateSecret("emulator_");
}

/**
 * Sets those of the `properties` that `changes` contains.
 * @returns true if a value changed, so that `updated_at` moves only then
 */
export function applyChanges(target: object, changes: object, properties: readonly string[]): boolean {
  let hasChanged = false;
  for (const property of properties) {
    if (!Object.hasOwn(changes, property)) continue;
    const value: unknown = Reflect.get(changes, property);
    if (isDeepStrictEqual(value, Reflect.get(target, property))) continue;
    Reflect.set(target, property, value);
    hasChanged = true;
  }
  return hasChanged;
}

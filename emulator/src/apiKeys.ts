import { randomBytes } from "node:crypto";

/** A key as random as a real one. */
export function newKey(): string {
  return `emulator_${randomBytes(24).toString("base64url")}`;
}

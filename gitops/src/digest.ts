import { createHash } from "node:crypto";

/** Returns the SHA-256 digest in hexadecimal digits. */
export function computeDigest(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

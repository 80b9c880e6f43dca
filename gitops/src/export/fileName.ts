import { createHash } from "node:crypto";

/** Names that Windows gives to devices, whatever follows a dot. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;
/** How a name ends that stands for another one. */
const marked = /-[0-9a-f]{12}$/;

/**
 * A file name for an organization that every file system can hold, and that no other organization has, on those that ignore case
 * either. Names of small letters, digits, `.`, `_` and `-` stay as they are.
 */
export function fileName(organization: string): string {
  const isSafe = /^[a-z0-9][a-z0-9._-]{0,99}$/.test(organization) && !device.test(organization);
  if (isSafe && !marked.test(organization)) return `${organization}.yaml`;
  const readable = organization.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const stem = readable.replace(/^-|-$/g, "").slice(0, 60) || "organization";
  return `${stem}-${createHash("sha256").update(organization).digest("hex").slice(0, 12)}.yaml`;
}

import type { LaidOut } from "../../../provider/src/layouts/layout";

/** The rules that a layout sets for an organization, in words; a rule that it does not mention is not among them. */
export function policiesOf({ security = {}, roster }: LaidOut): readonly string[] {
  const { requireTwoFactor, sessionTimeout, ipAllowlist, apiKeyRotation } = security;
  const words: string[] = [];
  if (requireTwoFactor !== undefined)
    words.push(requireTwoFactor ? "second factor required" : "no second factor required");
  if (sessionTimeout !== undefined) words.push(`sessions end after ${sessionTimeout}`);
  if (apiKeyRotation !== undefined) words.push(`API keys end after ${days(apiKeyRotation.maxAgeDays)}`);
  if (ipAllowlist !== undefined) words.push(allowed(ipAllowlist.map(({ cidr }) => cidr)));
  if (roster.minAdmins !== undefined)
    words.push(`at least ${roster.minAdmins} admin${roster.minAdmins === 1 ? "" : "s"}`);
  if (roster.ignore !== undefined && roster.ignore.length > 0) words.push(`leaves ${roster.ignore.join(", ")} alone`);
  return words;
}

function allowed(blocks: readonly string[]): string {
  if (blocks.length === 0) return "any address";
  return blocks.length <= 3 ? `only from ${blocks.join(", ")}` : `only from ${blocks.length} blocks of addresses`;
}

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}

import type { Facts } from "../facts";
import { type Finding, found } from "../finding";

/** Security settings that are as Peridio starts with, or weaker than they could be. */
export function security({ name, security }: Facts): readonly Finding[] {
  const findings: Finding[] = [];
  if (security?.requireTwoFactor === false) {
    findings.push(found("twoFactorNotRequired", name, "does not require a second factor"));
  }
  if (security?.apiKeyRotation === null) {
    findings.push(found("noKeyRotation", name, "never asks for new API keys"));
  }
  if (security?.ipAllowlist?.length === 0) {
    findings.push(found("noAllowlist", name, "has no allowlist, so that any address may reach it"));
  }
  return findings;
}

import { getErrorMessage, listBriefly } from "#framework";
import { ApiError, canonicalizeEmail, hasAdminRights, type Peridio, type RosterEntry } from "../api";

/** Describes the API tokens that Peridio revokes when it removes members, as far as the API key can see these tokens. */
export async function describeRevocations(
  api: Peridio,
  organizationId: string,
  leaving: readonly RosterEntry[],
): Promise<readonly string[]> {
  const emails = leaving.flatMap(({ kind, email }) => (kind === "member" ? [email] : []));
  if (emails.length === 0 || api.explainUnsupported("apiTokens") !== undefined) return [];
  const subject = `The removal of ${listBriefly(emails)} revokes`;
  const { organizations } = await api.caller(organizationId);
  // Other members see only their own tokens.
  if (!organizations.some(({ id, role }) => id === organizationId && hasAdminRights(role)))
    return [`${subject} all API tokens of the removed members. Only an admin's API key can list these tokens.`];
  const names = new Map<string, string[]>();
  try {
    for await (const { name, owner } of api.apiTokens.list(organizationId)) {
      const email = owner === null ? "" : canonicalizeEmail(owner.email);
      names.set(email, [...(names.get(email) ?? []), name]);
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [
      `${subject} all API tokens of the removed members. The provider cannot list them: ${getErrorMessage(error)}`,
    ];
  }
  return emails.flatMap((email) => {
    const owned = names.get(canonicalizeEmail(email)) ?? [];
    if (owned.length === 0) return [];
    return `The removal of ${email} revokes the API ${owned.length === 1 ? "token" : "tokens"} ${listBriefly(owned.sort())}.`;
  });
}

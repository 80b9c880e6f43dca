import { formatTimestamp } from "../model/values";
import type { ControlledEmulator } from "./actor";
import { ControlError, findOrganization } from "./lookup";

/** Moments in ISO 8601; null for never. */
export interface ApiTokenTimes {
  readonly expires_at?: string | null | undefined;
  readonly last_used_at?: string | null | undefined;
}

/** Simulates events of tokens that only Avocado Connect has. Tokens are named by id, or by name if no other has it. */
export class TokenControl {
  constructor(private readonly emulator: ControlledEmulator) {}

  /** Sets the expiry and the last use of an organization's API token. */
  setApiToken(idOrName: string, organization: string, { expires_at, last_used_at }: ApiTokenTimes): void {
    const token = findToken("API token", idOrName, organization, this.#getOrganization(organization).api_tokens);
    if (expires_at !== undefined) token.expires_at = toTimestamp(expires_at);
    if (last_used_at !== undefined) token.last_used_at = toTimestamp(last_used_at);
  }

  #getOrganization(name: string) {
    return findOrganization(this.emulator.state, name);
  }
}

function toTimestamp(moment: string | null): string | null {
  return moment === null ? null : formatTimestamp(new Date(moment));
}

/** Finds a token by id or name. @throws ControlError if there is none, or if several have the name */
function findToken<Token extends { readonly id: string; readonly name: string | null }>(
  kind: string,
  idOrName: string,
  organization: string,
  tokens: readonly Token[],
): Token {
  const [token, another] = tokens.filter(({ id, name }) => id === idOrName || name === idOrName);
  if (token === undefined) throw new ControlError(404, `${organization} has no ${kind} ${idOrName}.`);
  if (another !== undefined) {
    throw new ControlError(409, `${organization} has several ${kind}s ${idOrName}. Use the id of one.`);
  }
  return token;
}

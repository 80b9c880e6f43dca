import { randomUUID } from "node:crypto";
import { formatTimestamp } from "../model/values";
import type { ControlledEmulator } from "./actor";
import { ControlError, findOrganization } from "./lookup";

/** Moments in ISO 8601; null for never. */
export interface ApiTokenTimes {
  readonly expires_at?: string | null | undefined;
  readonly last_used_at?: string | null | undefined;
}

/**
 * Simulates events of tokens that only Avocado Connect has. Tokens are named by id, by the raw token, or by name if no
 * other token has it.
 */
export class TokenControl {
  constructor(private readonly emulator: ControlledEmulator) {}

  /** Sets the expiry and the last use of an organization's API token. */
  setApiToken(idOrName: string, organization: string, { expires_at, last_used_at }: ApiTokenTimes): void {
    const token = findToken("API token", idOrName, organization, this.#getOrganization(organization).api_tokens);
    if (expires_at !== undefined) token.expires_at = toTimestamp(expires_at);
    if (last_used_at !== undefined) token.last_used_at = toTimestamp(last_used_at);
  }

  /** Lets a device join with a claim token. By default, `device_id` is random. */
  consumeClaimToken(idOrName: string, organization: string, { device_id = randomUUID() }: JoiningDevice = {}): void {
    const token = findToken("claim token", idOrName, organization, this.#getOrganization(organization).claim_tokens);
    const now = formatTimestamp(this.emulator.now);
    if (token.expires_at !== null && token.expires_at <= now) {
      throw new ControlError(409, `The claim token expired at ${token.expires_at}.`);
    }
    if (token.max_uses !== null && token.uses.length >= token.max_uses) {
      throw new ControlError(409, `The claim token has no uses left (${token.max_uses}).`);
    }
    token.uses.push({ device_id, claimed_at: now });
  }

  #getOrganization(name: string) {
    return findOrganization(this.emulator.state, name);
  }
}

export interface JoiningDevice {
  readonly device_id?: string | undefined;
}

function toTimestamp(moment: string | null): string | null {
  return moment === null ? null : formatTimestamp(new Date(moment));
}

interface Token {
  readonly id: string;
  readonly name: string | null;
  readonly token: string;
}

/** @throws ControlError if there is no token, or if several have the name */
function findToken<Row extends Token>(kind: string, idOrName: string, organization: string, rows: readonly Row[]): Row {
  const [row, another] = rows.filter(({ id, name, token }) => [id, name, token].includes(idOrName));
  // The text may be a raw token, and messages never contain one.
  if (row === undefined) throw new ControlError(404, `${organization} has no such ${kind}.`);
  if (another !== undefined) {
    throw new ControlError(409, `${organization} has several ${kind}s ${idOrName}. Use the id of one.`);
  }
  return row;
}

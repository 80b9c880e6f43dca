import { adminV2 } from "../apis/adminV2/api";
import { findApi } from "../apis/apis";
import type { StoredState } from "../apis/connect/stateSchema";
import type { Api } from "../contract/api";
import type { RequestSource } from "../contract/call";
import { ApiError } from "../contract/errors";
import type { ContractRequest } from "../contract/request";
import { checkLimit } from "../contract/limits";
import { getUserById, type Organization, type ResourceType, type User } from "../model/state";
import type { Traffic } from "../traffic/traffic";
import { ControlError, findOrganization, findUser } from "./lookup";

/** The parts of an emulator that the control plane uses. */
export interface ControlledEmulator {
  readonly state: StoredState;
  readonly now: Date;
  readonly traffic: Traffic;
  perform(request: ContractRequest, source: RequestSource): Promise<Response>;
}

/** The user whose roles limit a change. If absent, the owner of the organization acts, who may do everything. */
export interface Actor {
  readonly as?: string | undefined;
}

/** Sends a request about an organization to the Admin API, as the actor or as the organization's owner. */
export async function performAs(
  emulator: ControlledEmulator,
  organization: string,
  actor: Actor,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const { id } = findOrganization(emulator.state, organization);
  const user = findActingUser(emulator, organization, actor);
  await performAsUser(emulator, user, method, `/v2/organizations/${id}${path}`, body);
}

/** Returns the actor or, by default, the organization's owner. */
export function findActingUser({ state }: ControlledEmulator, organization: string, { as }: Actor): User {
  return as === undefined ? getUserById(state, findOrganization(state, organization).owner_id) : findUser(state, as);
}

/** Sends a request to the API of its path as a user. @throws ControlError */
export async function performAsUser(
  emulator: ControlledEmulator,
  user: User,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  // A copy, because validation adds defaults to it. JSON contains no undefined values.
  const sent: unknown = body && JSON.parse(JSON.stringify(body));
  try {
    await emulator.perform({ method, path, query: {}, headers: {}, body: sent }, { user });
  } catch (error) {
    throw toControlError(findApi(path), `${method} ${path} as ${user.email}`, error);
  }
}

/** @throws ControlError if the organization's limit is below `count` */
export function checkOrganizationLimit(organization: Organization, type: ResourceType, count: number): void {
  try {
    checkLimit(organization, type, count);
  } catch (error) {
    throw toControlError(adminV2, `${type}: ${count} in ${organization.name}`, error);
  }
}

function toControlError(api: Api, request: string, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { status, body } = api.toErrorResponse(error.reason);
  return new ControlError(status, `${request} was refused: ${JSON.stringify(body)}`);
}

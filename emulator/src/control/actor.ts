import { adminV2 } from "../apis/adminV2/api";
import type { RequestSource } from "../contract/call";
import { ApiError } from "../contract/errors";
import type { ContractRequest } from "../contract/request";
import { checkLimit } from "../contract/rules";
import { getUserById, type Organization, type ResourceType, type State, type User } from "../model/state";
import type { Traffic } from "../traffic/traffic";
import { ControlError, findOrganization, findUser } from "./lookup";

/** The parts of an emulator that the control plane uses. */
export interface ControlledEmulator {
  readonly state: State;
  readonly now: Date;
  readonly traffic: Traffic;
  perform(request: ContractRequest, source: RequestSource): Promise<Response>;
}

/** The user whose roles limit a change. If absent, the change needs no role. */
export interface Actor {
  readonly as?: string | undefined;
}

/** Sends a request about an organization to the Admin API, as the actor or as the organization's owner. */
export async function performAs(
  emulator: ControlledEmulator,
  organization: string,
  { as }: Actor,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const { id, owner_id } = findOrganization(emulator.state, organization);
  const user = as === undefined ? getUserById(emulator.state, owner_id) : findUser(emulator.state, as);
  await performAsUser(emulator, user, method, `/v2/organizations/${id}${path}`, body);
}

/** Sends a request to the Admin API as a user. @throws ControlError */
export async function performAsUser(
  emulator: ControlledEmulator,
  user: User,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  // A copy without undefined values, because validation fills defaults in.
  const sent: unknown = body && JSON.parse(JSON.stringify(body));
  try {
    await emulator.perform({ method, path, query: {}, headers: {}, body: sent }, { user });
  } catch (error) {
    throw toControlError(`${method} ${path} as ${user.email}`, error);
  }
}

/** @throws ControlError if the organization's limit is below `count` */
export function checkOrganizationLimit(organization: Organization, type: ResourceType, count: number): void {
  try {
    checkLimit(organization, type, count);
  } catch (error) {
    throw toControlError(`${type}: ${count} in ${organization.name}`, error);
  }
}

function toControlError(request: string, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { status, body } = adminV2.toErrorResponse(error.reason);
  return new ControlError(status, `${request} was refused: ${JSON.stringify(body)}`);
}

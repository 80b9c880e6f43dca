import { documentPaths, hasOperation } from "../apis/apis";
import { getInvitationStatus } from "../contract/people";
import {
  findUserByEmail,
  isSameEmail,
  type Group,
  type Invitation,
  type Member,
  type Organization,
  type State,
  type User,
} from "../model/state";
import { toUuid } from "../model/values";
import type { Selection } from "../traffic/selection";

/** Rejects a request to the control plane, with the status of its response over HTTP. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ControlError";
  }
}

// These functions find objects by the names that the control plane uses. They throw a ControlError (404) for unknown names.

export function findOrganization<O extends Organization>({ organizations }: State<O>, nameOrId: string): O {
  const organization =
    organizations.find(({ name }) => name === nameOrId) ?? organizations.find(({ id }) => id === toUuid(nameOrId));
  if (organization === undefined) throw new ControlError(404, `There is no organization ${nameOrId}.`);
  return organization;
}

export function findUser(state: State, email: string): User {
  const user = findUserByEmail(state, email);
  if (user === undefined) throw new ControlError(404, `There is no user ${email}.`);
  return user;
}

export function findMember(state: State, email: string, organization: string): Member {
  const user = findUserByEmail(state, email);
  const member = findOrganization(state, organization).members.find(({ user_id }) => user_id === user?.id);
  if (member === undefined) throw new ControlError(404, `${email} is not a member of ${organization}.`);
  return member;
}

export function findPendingInvitation(state: State, email: string, organization: string, now: string): Invitation {
  const invitation = findOrganization(state, organization).invitations.find(
    (candidate) => getInvitationStatus(candidate, now) === "pending" && isSameEmail(candidate.email, email),
  );
  if (invitation === undefined) throw new ControlError(404, `${organization} has no pending invitation for ${email}.`);
  return invitation;
}

export function findGroup(state: State, nameOrId: string, organization: string): Group {
  return findNamed(findOrganization(state, organization).groups, nameOrId, "group", organization);
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Finds a row of `parent` by its name or its id. */
export function findNamed<Row extends Named>(
  rows: readonly Row[],
  nameOrId: string,
  kind: string,
  parent: string,
): Row {
  const row = rows.find(({ name }) => name === nameOrId) ?? rows.find(({ id }) => id === nameOrId);
  if (row === undefined) throw new ControlError(404, `${parent} has no ${kind} ${nameOrId}.`);
  return row;
}

/** Rejects a fault or a hold that no request can match. */
export function checkOperation({ operation }: Selection): void {
  if (operation === undefined || hasOperation(operation)) return;
  throw new ControlError(
    422,
    `There is no operation ${operation}, so no request would match. Use an operationId from ${documentPaths.join(" or ")}.`,
  );
}

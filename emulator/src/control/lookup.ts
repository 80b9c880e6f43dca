import { getInvitationStatus } from "../rules/invitations";
import { toUuid } from "../prn";
import {
  sameEmail,
  findUserByEmail,
  type Invitation,
  type Member,
  type Organization,
  type State,
  type User,
} from "../state";
import { ControlError } from "./controlError";

// What the control plane's names stand for. Each throws a `ControlError` (404) if there is no such thing.

/** The organization of that name, id or PRN. */
export function organizationNamed({ organizations }: State, nameOrId: string): Organization {
  const found =
    organizations.find(({ name }) => name === nameOrId) ?? organizations.find(({ id }) => id === toUuid(nameOrId));
  if (found === undefined) throw new ControlError(404, `There is no organization ${nameOrId}.`);
  return found;
}

export function userNamed(state: State, email: string): User {
  const user = findUserByEmail(state, email);
  if (user === undefined) throw new ControlError(404, `There is no user ${email}.`);
  return user;
}

export function memberNamed(state: State, email: string, organization: string): Member {
  const user = findUserByEmail(state, email);
  const member = organizationNamed(state, organization).members.find(({ user_id }) => user_id === user?.id);
  if (member === undefined) throw new ControlError(404, `${email} is no member of ${organization}.`);
  return member;
}

export function pendingInvitation(state: State, email: string, organization: string, now: string): Invitation {
  const invitation = organizationNamed(state, organization).invitations.find(
    (one) => getInvitationStatus(one, now) === "pending" && sameEmail(one.email, email),
  );
  if (invitation === undefined) throw new ControlError(404, `${organization} has no pending invitation for ${email}.`);
  return invitation;
}

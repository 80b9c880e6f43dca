import { getUserById, type Member, type Organization, type State, type User } from "../../model/state";
import { findBy } from "./operation";
import { getMemberRole } from "./roles";

// People as this API shows them.

/** Returns the address for a person without a name, because this API requires one. */
export function getDisplayName({ name, email }: User): string {
  return name ?? email;
}

/** Shows the person who created an object. */
export function showUser(user: User) {
  return { id: user.id, name: getDisplayName(user), email: user.email };
}

export function showMember(state: State, organization: Organization, member: Member) {
  const user = getUserById(state, member.user_id);
  return {
    id: member.id,
    user_id: user.id,
    name: getDisplayName(user),
    email: user.email,
    role: getMemberRole(organization, member),
  };
}

/** Returns the member with exactly this user id. @throws ApiError (404) */
export function findMember({ members }: Organization, userId: string): Member {
  return findBy(members, (member) => member.user_id === userId);
}

import type { Organization, State } from "../state";

/** Takes the organization away, with all that is in it. */
export function removeOrganization(state: State, organization: Organization): void {
  state.organizations.splice(state.organizations.indexOf(organization), 1);
}

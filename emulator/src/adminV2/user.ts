import { ok, type Operations } from "../operation";
import { toOrganizationPrn, toUserPrn } from "../prn";
import { operation } from "./operation";

export const user: Operations = {
  "get-current-user": operation("read_users", (call) => {
    const { id, email, username, name } = call.caller;
    const organizations = call.visibleOrganizations().map((organization) => ({
      prn: toOrganizationPrn(organization.id),
      name: organization.name,
      display_name: organization.display_name,
      role: organization.members.find(({ user_id }) => user_id === id)?.role,
      is_owner: organization.owner_id === id,
    }));
    const bound = call.boundTo === null ? null : toOrganizationPrn(call.boundTo);
    return ok({ prn: toUserPrn(id), email, username, name, organization_prn: bound, organizations });
  }),
};

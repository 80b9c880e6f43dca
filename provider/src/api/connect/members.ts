import type { Http } from "../http/http";
import { data } from "../http/envelope";
import { path } from "../http/path";
import type { Backend } from "../port";
import { uuid } from "./ids";
import { pages } from "./pages";
import { changedRole, member as schema, roleOf } from "./schemas";

export function members(http: Http): Backend["members"] {
  const all = (organizationId: string): string => path`/api/orgs/${uuid(organizationId)}/members`;
  return {
    list: (organizationId) => pages(http, all(organizationId), schema(organizationId)),
    setRole: async (member, role) => {
      const address = `${all(member.organizationId)}${path`/${uuid(member.userId)}/role`}`;
      const changed = await http.put(address, { role }, data(changedRole));
      return { ...member, role: roleOf(changed.role), isOwner: changed.role === "owner" };
    },
    remove: async (organizationId, userId) => http.delete(`${all(organizationId)}${path`/${uuid(userId)}`}`),
  };
}

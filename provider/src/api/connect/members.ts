import { data } from "../http/envelope";
import type { Http } from "../http/http";
import { path } from "../http/path";
import type { Backend } from "../port";
import { uuid } from "./ids";
import { page, pages } from "./pages";
import { roleOnWire } from "./lacks";
import { changedRole, member, roleOf, type Wire } from "./schemas";

const listed = page(member);
const changed = data(changedRole);

export function members(http: Http): Backend["members"] {
  const all = (organizationId: string): string => path`/api/orgs/${uuid(organizationId)}/members`;
  return {
    async *list(organizationId) {
      for await (const found of pages(http, all(organizationId), listed, ({ userId }) => userId)) yield { ...found, organizationId };
    },
    setRole: async (member, wanted) => {
      const address = `${all(member.organizationId)}${path`/${uuid(member.userId)}/role`}`;
      const { role } = await http.put(address, { role: roleOnWire(wanted) } satisfies Wire["update-role"], changed);
      return { ...member, role: roleOf(role), isOwner: role === "owner" };
    },
    remove: async (organizationId, userId) => http.delete(`${all(organizationId)}${path`/${uuid(userId)}`}`),
  };
}

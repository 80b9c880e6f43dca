import type { Http } from "../http/http";
import type { Backend } from "../port";
import { about } from "../http/about";
import { data } from "../http/envelope";
import { page, pages } from "./pages";
import { path } from "../http/path";
import { member, type Wire } from "./schemas";
import { roleOnWire } from "./lacks";

const one = data(member);
const list = page(member);

export function members(http: Http): Backend["members"] {
  return {
    list: (organizationId) => pages(http, path`/v2/organizations/${organizationId}/members`, list, ({ userId }) => userId),
    setRole: async ({ organizationId, userId }, role) =>
      http.patch(
        path`/v2/organizations/${organizationId}/members/${userId}`,
        { role: roleOnWire(role) } satisfies Wire["update-member"],
        about(one, { organizationId, userId }),
      ),
    remove: async (organizationId, userId) => http.delete(path`/v2/organizations/${organizationId}/members/${userId}`),
  };
}

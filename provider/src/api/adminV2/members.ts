import type { Http } from "../http/http";
import type { Backend } from "../port";
import { data } from "../http/envelope";
import { pages } from "./pages";
import { path } from "../http/path";
import { member } from "./schemas";

export function members(http: Http): Backend["members"] {
  return {
    list: (organizationId) => pages(http, path`/v2/organizations/${organizationId}/members`, member),
    setRole: async ({ organizationId, userId }, role) =>
      http.patch(path`/v2/organizations/${organizationId}/members/${userId}`, { role }, data(member)),
    remove: async (organizationId, userId) => http.delete(path`/v2/organizations/${organizationId}/members/${userId}`),
  };
}

import type { Http } from "../http/http";
import type { Backend } from "../port";
import { data } from "../http/envelope";
import { path } from "../http/path";
import { limits as schema } from "./schemas";

const answer = data(schema);

export function limits(http: Http): Backend["limits"] {
  return async (organizationId) => http.get(path`/v2/organizations/${organizationId}/limits`, answer);
}

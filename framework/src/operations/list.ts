import * as z from "zod";
import { formatUnsupported } from "../client";
import { UserError } from "../errors";
import { getTypeName } from "../explain";
import { explainUnsupported } from "../requirements";
import type { AnyResource, Listed } from "../resource";
import { requireValid } from "../validation";
import type { Values } from "../values";
import type { Run } from "./run";

/** Lists the objects that can be imported. Throws a `UserError` if the query is invalid or the API cannot list. */
export function list(run: Run, resource: AnyResource, query: Values): AsyncIterable<Listed> {
  const unsupported = explainUnsupported(run.api, resource.requires);
  if (unsupported !== undefined)
    throw new UserError(`${getTypeName(resource)} cannot be listed: ${formatUnsupported(unsupported)}`);
  if (resource.list === undefined)
    throw new UserError(`${getTypeName(resource)} has no list. Import the object by its id.`);
  const validQuery = requireValid(resource.query ?? z.object({}), query, `a list of ${getTypeName(resource)}`);
  return resource.list(run.createContext(resource, resource.token), validQuery);
}

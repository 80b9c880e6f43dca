import * as z from "zod";
import { formatUnsupported } from "../client";
import { UserError } from "../errors";
import { labelled } from "../explain";
import { explainUnsupportedResource } from "../requirements";
import type { AnyResource, Listed } from "../resource";
import { accepted } from "../validation";
import type { Values } from "../values";
import type { Run } from "./run";

/** Lists the objects that can be imported. Throws a `UserError` if the query is invalid or the API cannot list. */
export function list(run: Run, resource: AnyResource, query: Values, api = run.api): AsyncIterable<Listed> {
  const unsupported = explainUnsupportedResource(run.api, resource);
  if (unsupported !== undefined)
    throw new UserError(`${labelled(resource)} cannot be listed: ${formatUnsupported(unsupported)}`);
  if (resource.list === undefined) throw new UserError(`${labelled(resource)} cannot be listed.`);
  const validQuery = accepted(resource.query ?? z.object({}), query, `a list of ${labelled(resource)}`);
  return resource.list(run.context(resource.token, api), validQuery);
}

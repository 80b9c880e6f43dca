import type { z } from "zod";
import type { Resource } from "../resource";
import { listOrganizations, locateOrganization, ofOrganization, type organizationId } from "../types/organizationId";
import { organization } from "./organization";

/** The inputs that all resources with one object for each organization have. */
type Inputs = z.ZodObject<{ organizationId: typeof organizationId }>;

type Shared = "query" | "parent" | "identity" | "resolveImportId" | "list";

/** The members that all resources with one object for each organization share. The id of such a resource is the organization's id. */
export const onePerOrganization = {
  query: ofOrganization,
  parent: { resource: organization, id: "organizationId" },
  identity: ["organizationId"],

  resolveImportId: ({ api }, id) => locateOrganization(api, id),

  async *list({ api }, { organizationId }) {
    for (const { id, name } of await listOrganizations(api, organizationId)) yield { id, name };
  },
} satisfies Pick<Resource<Inputs, Inputs, typeof ofOrganization>, Shared>;

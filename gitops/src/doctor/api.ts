import type { BackendName } from "#provider";
import { get, listRecords } from "./json";

/** An organization that the API key can see. Only the paths of requests contain its id, and no report does. */
export interface VisibleOrganization {
  readonly id: string;
  /** The texts by which `--organization` chooses it: its id, its name and, with Avocado Connect, its slug. */
  readonly names: readonly string[];
  readonly role: unknown;
}

/** The parts of an API that its contract does not express. */
export interface Api {
  /** The id of the operation that returns the API key's user. */
  readonly userOperation: string;
  /** The parameter of paths that names the organization. */
  readonly organizationParameter: string;
  readonly listOrganizations: (user: unknown) => readonly VisibleOrganization[];
  /** The parameter that asks for the next page. */
  readonly cursorParameter: string;
  /** Returns the cursor of the next page; undefined at the end. */
  readonly getNext: (page: unknown) => unknown;
}

/** The parts of each API. */
export const apis: Readonly<Record<BackendName, Api>> = {
  connect: {
    userOperation: "Me_show",
    organizationParameter: "org_id",
    listOrganizations(user) {
      // A bound token lists the user's other organizations, but has no access to them.
      const bound = get(user, "data", "token", "organization_id");
      const all = listRecords(get(user, "data", "organizations")).map((organization) => ({
        id: String(organization.id),
        names: [organization.slug, organization.name, organization.id].map(String),
        role: organization.role,
      }));
      return typeof bound === "string" ? all.filter(({ id }) => id === bound) : all;
    },
    cursorParameter: "cursor",
    getNext: (page) => (get(page, "meta", "has_next") === true ? get(page, "meta", "after") : undefined),
  },
  "admin-v2": {
    userOperation: "get-current-user",
    organizationParameter: "organization_prn",
    listOrganizations: (user) =>
      listRecords(get(user, "data", "organizations")).map(({ prn, name, role }) => ({
        id: String(prn),
        names: [name, prn].map(String),
        role,
      })),
    cursorParameter: "page",
    getNext: (page) => get(page, "next_page") ?? undefined,
  },
};

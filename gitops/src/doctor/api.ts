import { isRecord } from "#framework";
import type { BackendName } from "#provider";

/** An organization that the API key can see. Only requests contain its names. */
export interface Organization {
  readonly id: string;
  readonly names: readonly string[];
  readonly role: unknown;
}

/** The parts of an API that its contract does not express. */
export interface Api {
  /** The operation that returns the API key's user. */
  readonly user: string;
  /** The parameter of paths that names the organization. */
  readonly organization: string;
  readonly listOrganizations: (user: unknown) => readonly Organization[];
  /** The parameter that asks for the next page. */
  readonly cursor: string;
  /** Returns the cursor of the next page; undefined at the end. */
  readonly getNext: (page: unknown) => unknown;
}

export const apis: Readonly<Record<BackendName, Api>> = {
  connect: {
    user: "Me_show",
    organization: "org_id",
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
    cursor: "cursor",
    getNext: (page) => (get(page, "meta", "has_next") === true ? get(page, "meta", "after") : undefined),
  },
  "admin-v2": {
    user: "get-current-user",
    organization: "organization_prn",
    listOrganizations: (user) =>
      listRecords(get(user, "data", "organizations")).map(({ prn, name, role }) => ({
        id: String(prn),
        names: [name, prn].map(String),
        role,
      })),
    cursor: "page",
    getNext: (page) => get(page, "next_page") ?? undefined,
  },
};

/** Returns the value at a path of properties; undefined if there is none. */
export function get(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (holder, name) => (isRecord(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined),
    value,
  );
}

/** Returns the objects in a list; none for another value. */
export function listRecords(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Returns the items of a list's response, which can be in a property of `data`. */
export function listItems(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const data = get(body, "data");
  if (Array.isArray(data)) return listRecords(data);
  const lists = isRecord(data) ? Object.values(data).filter(Array.isArray) : [];
  return listRecords(lists[0]);
}

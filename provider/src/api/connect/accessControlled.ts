import * as z from "zod";
import type { Http } from "#framework/http";
import type { Fields } from "../contract";
import { unwrapData } from "../http/answer";
import { createNamedOperations, type Objects } from "./collection";
import { grantGroups, grantUsers } from "./grants";
import { createPageSchema, id, optionalText, readList, replaceNull, user, type Wire } from "./schemas";

/** The fields of responses that projects and cohorts share. */
export const fields = {
  id,
  name: z.string(),
  /** Null for none. */
  description: optionalText,
  everyone_enabled: z.boolean(),
} satisfies Fields<Wire["project"]>;

export const listedProject = z.object(fields).transform(({ everyone_enabled, ...rest }) => ({
  ...rest,
  /** True if all members of the organization have access. */
  everyoneEnabled: everyone_enabled,
}));

export const project = z
  .object({
    ...fields,
    access_users: z.array(user).readonly(),
    access_groups: z
      .array(z.object({ id } satisfies Fields<Wire["access-group"]>).transform(({ id }) => id))
      .readonly(),
  } satisfies Fields<Wire["project-with-access"]>)
  .transform(({ everyone_enabled, access_users, access_groups, ...rest }) => ({
    ...rest,
    everyoneEnabled: everyone_enabled,
    users: access_users,
    /** The UUIDs of groups. */
    groups: access_groups,
  }));

const answer = unwrapData(project);

/** A project or a cohort, as a list contains it. Both have the same properties and operations, so cohorts use the types of projects. */
export type ListedProject = Readonly<z.output<typeof listedProject>>;

/** A project or a cohort, with those who have access. */
export type Project = Readonly<z.output<typeof project>>;

/** The settings of a project or a cohort. `null` clears a value, and an omitted value stays. */
export interface ProjectSettings {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly everyoneEnabled?: boolean | undefined;
}

export function toBody({ name, description, everyoneEnabled }: ProjectSettings) {
  return { name, description: replaceNull(description, ""), everyone_enabled: everyoneEnabled };
}

/** Returns the operations of projects or cohorts. A write returns the object after the change. */
export function accessControlled(objects: Objects<ListedProject, Project, ProjectSettings>) {
  const userGrants = grantUsers(objects, {
    path: "access/users",
    getEntries: ({ users }) => users,
    replaceEntries: (one, users) => ({ ...one, users }),
    answer,
  });
  const groupGrants = grantGroups(objects, {
    path: "access/groups",
    getEntries: ({ groups }) => groups,
    replaceEntries: (one, groups) => ({ ...one, groups }),
    answer,
  });
  return {
    ...createNamedOperations(objects, (created) => ({ ...created, users: [], groups: [] })),
    /** Grants access to a user. */
    addUser: userGrants.add,
    /** Revokes a user's access. Succeeds if there is none. */
    removeUser: userGrants.remove,
    /** Grants access to a group. */
    addGroup: groupGrants.add,
    /** Revokes a group's access. Succeeds if there is none. */
    removeGroup: groupGrants.remove,
  };
}

const cohortPage = createPageSchema(
  z.object({ id: z.string(), device_count: z.number().nullish() } satisfies Fields<Wire["listed-cohort"]>),
);

/** Counts the devices in the cohorts at a path, or in one of them. */
export async function countDevices(http: Http, cohorts: string, only?: string): Promise<number> {
  let count = 0;
  for await (const { id, device_count } of readList(http, cohorts, cohortPage, ({ id }) => id))
    if (only === undefined || id === only) count += device_count ?? 0;
  return count;
}

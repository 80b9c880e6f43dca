import * as z from "zod";
import { readGroups, readProjects } from "../access/read";
import { asUuid } from "../types/objectId";
import { defineListFunction } from "./listFunction";

const project = z
  .object({
    id: z
      .string()
      .meta({ description: "The id of the project: the organization's id, a `/`, and the project's UUID." }),
    name: z.string().meta({ description: "The name of the project." }),
    description: z.string().optional().meta({ description: "The purpose of the project. Absent if there is none." }),
    everyoneEnabled: z.boolean().meta({ description: "`true` if all members of the organization have access." }),
    users: z.array(z.string()).meta({
      description: "The e-mail addresses of people with a direct grant, sorted.",
    }),
    groups: z.array(z.string()).meta({
      description:
        "The names of the groups to which access is granted, sorted. A group that Peridio does not list has its UUID here.",
    }),
  })
  .meta({ id: "FoundProject", description: "A project of an organization." });

export const getProjects = defineListFunction({
  name: "projects",
  description:
    "The projects of one organization that the API key can see, with the granted access. `getEffectiveAccess` returns " +
    "the people who have access. Only Avocado Connect supports this function.",
  right: "viewer",
  item: project,
  items: "The projects, sorted by name.",

  async read(api, organizationId) {
    const [groups, projects] = await Promise.all([readGroups(api, organizationId), readProjects(api, organizationId)]);
    const names = new Map(groups.map(({ id, name }) => [asUuid(id), name]));
    return projects.map(({ id, name, description, everyoneEnabled, users, groups }) => ({
      id,
      name,
      description: description ?? undefined,
      everyoneEnabled,
      users: users.map(({ email }) => email).sort(),
      groups: groups.map((group) => names.get(group) ?? group).sort(),
    }));
  },
});

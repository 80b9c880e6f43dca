import * as z from "zod";
import { readGroups } from "../access/read";
import { defineListFunction } from "./listFunction";

const group = z
  .object({
    id: z.string().meta({ description: "The id of the group: the organization's id, a `/`, and the group's UUID." }),
    name: z.string().meta({ description: "The name of the group." }),
    description: z.string().optional().meta({ description: "The purpose of the group. Absent if there is none." }),
    members: z.array(z.string()).meta({ description: "The e-mail addresses of the members, sorted." }),
  })
  .meta({ id: "FoundGroup", description: "A group of members of an organization." });

export const getGroups = defineListFunction({
  name: "groups",
  description: "The groups of one organization with their members. Only Avocado Connect supports this function.",
  right: "viewer",
  item: group,
  items: "The groups, sorted by name.",

  async read(api, organizationId) {
    const groups = await readGroups(api, organizationId);
    return groups.map(({ id, name, description, members }) => ({
      id,
      name,
      description: description ?? undefined,
      members: members.map(({ email }) => email).sort(),
    }));
  },
});

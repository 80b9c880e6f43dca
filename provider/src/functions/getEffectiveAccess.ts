import * as z from "zod";
import { UserError } from "#framework";
import { type AccessPath, computeAccess } from "../access/effective";
import { readGroups, readProjects } from "../access/read";
import { withOrganization } from "../example";
import type { ProviderFunction } from "../resource";
import { email, isSameEmail } from "../types/email";
import { asUuid } from "../types/objectId";
import { idOrName, locateOrganization } from "../types/organizationId";

const inputs = z.object({
  organizationId: idOrName,
  email: email.optional().meta({ description: "Returns only the access of this person. Default: of all members." }),
  project: z
    .string()
    .min(1, "must not be empty")
    .optional()
    .meta({ description: "Returns only access to the project with this name or id. Default: to all projects." }),
});

const access = z
  .object({
    email: z.string().meta({ description: "The e-mail address of the member." }),
    projectId: z.string().meta({ description: "The id of the project." }),
    project: z.string().meta({ description: "The name of the project." }),
    reasons: z.array(z.string()).meta({
      description:
        "Every reason for the access: `role owner`, `role admin`, `everyone` (the project is open to all members), " +
        "`user` (granted directly) or `group NAME`.",
    }),
  })
  .meta({ id: "EffectiveAccess", description: "The access of one person to one project." });

const outputs = z.object({
  access: z.array(access).meta({ description: "The access, sorted by project and e-mail address." }),
});

export const getEffectiveAccess: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getEffectiveAccess",
  description:
    "The members of one organization who have access to its projects, and why: by role, because a project is open to " +
    "everyone, by a direct grant or through a group. Requires an admin or an owner, because other users cannot see all projects. " +
    "Only Avocado Connect supports this function.",
  example: `${withOrganization("acme")}
  firmware:
    type: peridio:Project
    properties: { organizationId: "\${acme.id}", name: firmware, everyoneEnabled: true }
variables:
  found:
    fn::invoke:
      function: peridio:getEffectiveAccess
      arguments: { organizationId: "\${acme.id}", project: "\${firmware.id}" }
outputs:
  access: \${found.access}
`,
  right: "admin",
  requires: "projects",
  inputs,
  outputs,

  async call({ api }, { organizationId, email, project }) {
    const id = await locateOrganization(api, organizationId);
    const [members, groups, projects] = await Promise.all([
      api.roster.members(id),
      readGroups(api, id),
      readProjects(api, id, (one) => project === undefined || one.name === project || one.id === project),
    ]);
    if (project !== undefined && projects.length === 0)
      throw new UserError(
        `organization ${organizationId} has no project ${JSON.stringify(project)} that this API key can see. Pass the name or id of a project.`,
      );
    const people = members.filter((member) => email === undefined || isSameEmail(member.email, email));
    const grantees = groups.map((group) => ({ ...group, id: asUuid(group.id) }));
    const found = [...computeAccess(people, grantees, projects)].map(({ person, object, paths }) => ({
      email: person.email,
      projectId: object.id,
      project: object.name,
      reasons: paths.map(describe),
    }));
    return { access: found.sort((a, b) => compareText(a.project, b.project) || compareText(a.email, b.email)) };
  },
};

function describe(path: AccessPath): string {
  if (path.kind === "role") return `role ${path.role}`;
  return path.kind === "group" ? `group ${path.group}` : path.kind;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import * as z from "zod";
import { UserError } from "#framework";
import type { ProviderFunction } from "../resource";
import { canonicalizeId, getOrganizationId, projectId } from "../types/objectId";
import { idOrName, locateOrganization } from "../types/organizationId";
import { createListExample } from "./listFunction";

const inputs = z.object({
  organizationId: idOrName,
  projectId: projectId.optional().meta({
    description: "Returns only the tokens for cohorts of this project: the `id` of a Project. Default: all tokens.",
  }),
});

const claimToken = z
  .object({
    id: z.string().meta({ description: "The id of the token: the organization's id, a `/`, and the token's UUID." }),
    name: z.string().optional().meta({
      description: "The name of the token. Several tokens can have one name. Absent if there is none.",
    }),
    expiresAt: z
      .string()
      .optional()
      .meta({
        description:
          "The moment from which the token is invalid: ISO 8601, UTC. Absent if Peridio returns none. The moment " +
          "2099-12-31T23:59:59Z stands for a token that does not expire.",
      }),
    maxUses: z.int().optional().meta({
      description: "The number of devices that can join with the token. Absent if there is no limit.",
    }),
    uses: z.int().meta({ description: "The number of devices that have joined with the token." }),
    cohortId: z.string().optional().meta({
      description: "The UUID of the cohort of the devices that join. Absent if there is none.",
    }),
    tags: z.array(z.string()).meta({ description: "The tags of the devices that join." }),
  })
  .meta({ id: "FoundClaimToken", description: "A claim token of an organization, without its secret." });

const outputs = z.object({
  claimTokens: z.array(claimToken).meta({
    description: "The tokens, also those that have expired or have no uses left, sorted by name and id.",
  }),
});

export const getClaimTokens: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getClaimTokens",
  description:
    "The claim tokens of one organization, with the number of devices that have joined with each. The result never " +
    "contains the secret of a token. Requires an admin or an owner. Only Avocado Connect supports this function.",
  example: createListExample("claimTokens"),
  right: "admin",
  requires: "claimTokens",
  inputs,
  outputs,

  async call({ api }, { organizationId, projectId }) {
    const id = await locateOrganization(api, organizationId);
    const project = projectId && canonicalizeId(projectId);
    if (project !== undefined && getOrganizationId(project) !== id)
      throw new UserError(`project ${project} is not in organization ${organizationId}. Correct \`projectId\`.`);
    const claimTokens: z.output<typeof claimToken>[] = [];
    const found = project === undefined ? api.claimTokens.list(id) : api.claimTokens.listOfProject(project);
    for await (const { id, name, expiresAt, maxUses, uses, cohortId, tags } of found)
      claimTokens.push({
        id,
        ...(name !== "" && { name }),
        ...(expiresAt !== null && { expiresAt }),
        ...(maxUses !== null && { maxUses }),
        uses,
        ...(cohortId !== null && { cohortId }),
        tags: [...tags],
      });
    const key = ({ name = "", id }: z.output<typeof claimToken>): string => `${name}\n${id}`;
    return { claimTokens: claimTokens.sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
  },
};

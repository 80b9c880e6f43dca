import * as z from "zod";
import type { ProviderFunction } from "../resource";
import { observedRole } from "../types/role";

const inputs = z.object({});

const outputs = z.object({
  id: z.string().meta({ description: "The user's PRN." }),
  email: z.string().meta({ description: "The user's e-mail address." }),
  boundTo: z.string().optional().meta({
    description:
      "The PRN of the organization that the API key is bound to. Absent for an API key of the whole account.",
  }),
  organizations: z
    .array(
      z
        .object({
          id: z.string().meta({ description: "The organization's PRN." }),
          name: z.string().meta({ description: "The organization's name." }),
          role: observedRole,
          isOwner: z.boolean().meta({ description: "`true` if the user owns the organization." }),
        })
        .meta({ id: "OwnPlace", description: "The user's membership in an organization." }),
    )
    .meta({ description: "The organizations that the API key can see." }),
});

export const getCurrentUser: ProviderFunction<typeof inputs, typeof outputs> = {
  token: "peridio:index:getCurrentUser",
  description: "The user of the provider's API key, and the organizations that the API key can see.",
  example: `
variables:
  user:
    fn::invoke:
      function: peridio:getCurrentUser
outputs:
  me: \${user.email}
`,
  right: "anybody",
  inputs,
  outputs,

  async call({ api }) {
    const { id, email, boundTo, organizations } = await api.caller();
    return {
      id,
      email,
      ...(boundTo !== null && { boundTo }),
      organizations: organizations.map(({ id, name, role, isOwner }) => ({ id, name, role, isOwner })),
    };
  },
};

import * as z from "zod";
import { defineProvider, defineResourceFor, UserError } from "pulumi-provider-kit";
import { type Acme, connect } from "./acme";

const name = z.string().min(1).meta({ description: "The name.", replaceOnChange: true });

const token = defineResourceFor<Acme>()({
  token: "acme:index:Token",
  description: "A token of the service.",
  inputs: z.object({ name }),
  outputs: z.object({ name, secret: z.string().optional().meta({ description: "The secret.", secret: true }) }),
  identity: ["name"],
  findExisting: async ({ api }, { name }) => {
    for await (const { id, ...other } of api.tokens())
      if (other.name === name)
        throw new UserError(
          `Acme has a token with this name and shows its secret only once. If no program uses the token, delete it (id ${id}).`,
        );
    return undefined;
  },
  create: ({ api }, { name }) => api.create(name),
  read: async ({ api }, id, { state }) => {
    const found = await api.find(id);
    return found && { ...found, ...(typeof state.secret === "string" && { secret: state.secret }) };
  },
  delete: ({ api }, { id }) => api.delete(id),
});

export const provider = defineProvider({
  package: { name: "acme", version: "1.0.0", description: "Tokens as code." },
  configuration: z.object({
    endpoint: z.url().default("https://api.acme.example").meta({ description: "The URL of the API." }),
    apiKey: z.string().optional().meta({ description: "The API key. Default: ACME_API_KEY.", secret: true }),
  }),
  resources: [token],
  connect: ({ endpoint, apiKey }, environment, { log, redact, keep }) => {
    const key = apiKey ?? environment.ACME_API_KEY;
    if (key === undefined) throw new UserError("Acme requires an API key. Set `acme:apiKey` or ACME_API_KEY.");
    keep(key);
    return { client: connect({ endpoint, apiKey: key, log, redact }), scope: endpoint };
  },
});

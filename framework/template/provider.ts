import * as z from "zod";
import { AlreadyExistsError, defineProvider, defineResourceFor, UserError } from "pulumi-provider-kit";
import { type Client, connect } from "./client";

const inputs = z.object({
  name: z.string().min(1).meta({ description: "The name. No other project has it.", replaceOnChange: true }),
  description: z
    .string()
    .optional()
    .meta({ description: "The purpose of the project.", resetsTo: () => "" }),
});

const project = defineResourceFor<Client>()({
  token: "acme:index:Project",
  description: "A project of Acme.",
  inputs,
  outputs: inputs,
  identity: ["name"],
  findExisting: async ({ api }, { name }) => {
    const found = await api.findProjectByName(name);
    if (found) throw new AlreadyExistsError(found.id, "with this name");
    return undefined;
  },
  create: ({ api }, desired) => api.createProject(desired),
  read: ({ api }, id) => api.findProject(id),
  // A property that leaves the program returns to its default, so the update sends it.
  update: ({ api }, { name, description = "" }, { id }) => api.updateProject(id, { name, description }),
  delete: ({ api }, { id }) => api.deleteProject(id),
});

export const provider = defineProvider({
  package: { name: "acme", displayName: "Acme", version: "0.1.0", description: "Acme with Pulumi." },
  configuration: z.object({
    endpoint: z.url().default("https://api.acme.example").meta({ description: "The URL of the API." }),
    apiKey: z.string().optional().meta({ description: "The API key. Default: ACME_API_KEY.", secret: true }),
  }),
  resources: [project],
  connect: ({ endpoint, apiKey }, environment, { log, redact, keep }) => {
    const key = apiKey ?? environment.ACME_API_KEY;
    if (key === undefined) throw new UserError("Acme requires an API key. Set `acme:apiKey` or ACME_API_KEY.");
    keep(key);
    return { client: connect({ endpoint, apiKey: key, log, redact }), scope: endpoint };
  },
});

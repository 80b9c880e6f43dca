import * as z from "zod";
import { AlreadyExistsError, defineProvider, defineResourceFor } from "pulumi-provider-kit";
import { type Note, Notebook } from "./notebook";

const inputs = z.object({
  title: z.string().min(1).meta({ description: "The title.", replaceOnChange: true }),
  text: z.string().meta({ description: "The text." }),
  tags: z
    .array(z.string())
    .optional()
    .meta({
      description: "Words to find the note by, in any order.",
      itemKey: String,
      resetsTo: () => [],
    }),
  password: z.string().optional().meta({ description: "Protects the note.", secret: true }),
});
const outputs = inputs.extend({ revision: z.int().meta({ description: "The number of changes." }) });
const query = z.object({ prefix: z.string().optional().meta({ description: "The start of the titles." }) });

const defineResource = defineResourceFor<Notebook>();

const note = defineResource({
  token: "notes:index:Note",
  description: "A note in the notebook.",
  inputs,
  outputs,
  query,
  identity: ["title"],
  findExisting: async ({ api }, { title }) => {
    if (await api.find(title)) throw new AlreadyExistsError(title, "in the notebook");
    return undefined;
  },
  plan: () => Promise.resolve({ unknown: ["revision"] }),
  create: async ({ api }, desired) => observed(await api.save(desired), desired.password),
  read: async ({ api }, id, { state }) => {
    const found = await api.find(id);
    return found && observed(found, state.password);
  },
  update: async ({ api }, desired) => observed(await api.save(desired), desired.password),
  delete: ({ api }, { id }) => api.remove(id),
  list: async function* ({ api }, { prefix = "" }) {
    for (const title of await api.titles()) if (title.startsWith(prefix)) yield { id: title, name: title };
  },
});

/** The notebook never returns the password, so the state keeps it. */
function observed(found: Note, password: unknown) {
  return { id: found.title, ...found, ...(typeof password === "string" && { password }) };
}

export const provider = defineProvider({
  package: { name: "notes", version: "1.0.0", description: "Notes as code." },
  configuration: z.object({
    file: z.string().default("notes.json").meta({ description: "The file of the notebook." }),
  }),
  resources: [note],
  connect: ({ file }) => ({ client: new Notebook(file) }),
});

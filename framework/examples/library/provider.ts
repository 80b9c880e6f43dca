import * as z from "zod";
import { AlreadyExistsError, defineProvider, defineResourceFor, UserError } from "pulumi-provider-kit";
import { connect, type Library } from "./library";

const defineResource = defineResourceFor<Library>();

const shelfInputs = z.object({
  name: z.string().min(1).meta({ description: "The name. No other shelf has it.", replaceOnChange: true }),
});

const shelf = defineResource({
  token: "library:index:Shelf",
  description: "A shelf. Its deletion deletes its books.",
  inputs: shelfInputs,
  outputs: shelfInputs,
  identity: ["name"],
  findExisting: async ({ api }, { name }) => {
    const found = await api.findShelfByName(name);
    if (found) throw new AlreadyExistsError(found.id, "with this name");
    return undefined;
  },
  create: ({ api }, { name }) => api.createShelf(name),
  read: ({ api }, id) => api.findShelf(id),
  delete: ({ api }, { id }) => api.deleteShelf(id),
  parts: {
    // The program cannot keep the shelf, and its deletion needs no option to delete books.
    deletionOptions: () => ({ retain: false, force: true }),
    // Runs before the first book is released, so a refusal changes nothing.
    guardDeletion: async ({ api }, id) => {
      const lent = (await api.listBooks(id)).find(({ isLent }) => isLent);
      if (lent) throw new UserError(`${lent.title} is lent. Wait until the reader returns the book.`);
    },
  },
});

const bookInputs = z.object({
  shelfId: z.string().meta({ description: "The `id` of the shelf.", replaceOnChange: true }),
  title: z.string().min(1).meta({ description: "The title.", replaceOnChange: true }),
});

const book = defineResource({
  token: "library:index:Book",
  description: "A book on a shelf.",
  inputs: bookInputs,
  outputs: bookInputs.extend({ isLent: z.boolean().meta({ description: "True if a reader has the book." }) }),
  identity: ["shelfId", "title"],
  findExisting: async ({ api }, { shelfId, title }) => {
    const found = await api.findBookByTitle(shelfId, title);
    if (found) throw new AlreadyExistsError(found.id, "on this shelf");
    return undefined;
  },
  create: ({ api }, { shelfId, title }) => api.createBook(shelfId, title),
  read: ({ api }, id) => api.findBook(id),
  delete: ({ api }, { id }) => api.deleteBook(id),
  parent: {
    resource: shelf,
    id: "shelfId",
    // The deletion of the shelf deletes the book, and nothing of the book lasts.
    release: () => Promise.resolve(),
  },
});

export const provider = defineProvider({
  package: { name: "library", version: "1.0.0", description: "Shelves and books as code." },
  configuration: z.object({
    endpoint: z.url().meta({ description: "The URL of the API." }),
    apiKey: z.string().meta({ description: "The API key.", secret: true }),
  }),
  resources: [shelf, book],
  connect: ({ endpoint, apiKey }, _, { log, redact }) => ({ client: connect({ endpoint, apiKey, log, redact }) }),
});

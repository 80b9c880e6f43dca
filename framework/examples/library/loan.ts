import * as z from "zod";
import {
  type AnyClient,
  declarations,
  defineResourceFor,
  MissingRightError,
  type Permissions,
  plannedNames,
  UserError,
} from "pulumi-provider-kit";

/** A loan, as the API returns it. */
export type Loan = z.output<typeof outputs> & { readonly id: string };

/** The client of loans. */
export interface Loans extends AnyClient {
  /** The number of books that a reader may have. */
  readonly limit: number;
  explainUnsupported(feature: "loans"): { readonly reason: string } | undefined;
  canLend(): Promise<boolean>;
  find(id: string): Promise<Loan | undefined>;
  findByBook(bookId: string): Promise<Loan | undefined>;
  list(reader: string | undefined): AsyncIterable<Loan>;
  /** Begins a loan, or begins it again. */
  lend(bookId: string, reader: string): Promise<Loan>;
  end(id: string): Promise<void>;
}

const inputs = z.object({
  bookId: z.string().meta({ description: "The `id` of the book.", replaceOnChange: true }),
  reader: z.string().meta({ description: "The reader's number." }),
});

const outputs = inputs.extend({
  isLate: z.boolean().meta({ description: "True if the reader returns the book late." }),
});

const loan = defineResourceFor<Loans>()({
  token: "library:index:Loan",
  description: "A book that a reader has.",
  inputs,
  outputs,
  identity: ["bookId"],
  // Messages say `Loan 4711/b-1` in place of `Loan b-1`.
  namedBy: ["reader", "bookId"],
  // `library:index:Lending` in the state of an earlier version becomes a Loan, and its `user` the reader.
  formerTokens: ["library:index:Lending"],
  migrate: ({ user, ...others }) => (user === undefined ? others : { reader: user, ...others }),
  deprecation: "Use Reservation instead.",
  // A book has one reader, so the old loan ends before the new one begins.
  deleteBeforeReplace: true,
  // The API refuses to end loans of rare books. It is then no error that the loan still exists.
  mayOutliveDeletion: true,
  // The client's `explainUnsupported` and the `permissions` below decide about these words.
  requires: "loans",
  rights: { read: "reader", create: "librarian", update: "librarian", delete: "librarian" },
  // `plannedNames` adds `countPlanned` to the context, and `declarations` adds `getDesired`.
  uses: [plannedNames, declarations],
  plan: ({ api, countPlanned }, { phase, desired, observed }) => {
    // `partial` has unknown values, `preview` none. `apply` is right before the first write.
    if (phase !== "preview" || observed !== undefined) return Promise.resolve(undefined);
    const count = countPlanned(`loans of ${desired.reader}`);
    if (count > api.limit) throw new UserError(`${desired.reader} may have only ${api.limit} books. Remove a loan.`);
    return Promise.resolve({ unknown: ["isLate"], warnings: [`The library sends an e-mail to ${desired.reader}.`] });
  },
  // Each `up` reads the loan first, and an update begins a late loan again.
  assess: ({ isLate }) => ({ refreshBeforeUpdate: true, drifted: isLate === true ? ["isLate"] : [] }),
  // Adopts a loan of the same reader. `create` would fail for it.
  findExisting: async ({ api }, { bookId, reader }) => {
    const found = await api.findByBook(bookId);
    return found?.reader === reader ? found : undefined;
  },
  // `pulumi import` takes the id of a book too.
  resolveImportId: async ({ api }, id) => (await api.findByBook(id))?.id ?? id,
  query: z.object({ reader: z.string().optional().meta({ description: "The reader's number." }) }),
  list: async function* ({ api }, { reader }) {
    for await (const { id, bookId } of api.list(reader)) yield { id, name: bookId };
  },
  ownership: {
    // A Reservation with the key of this loan manages the same object.
    sharedKey: ({ bookId }) => ({ collection: "readers of books", name: String(bookId), path: ["bookId"] }),
    // A loan also decides where the book is, so no other resource may.
    otherKeys: ({ bookId }) => ({ items: [{ collection: "places", name: String(bookId), path: ["bookId"] }] }),
    describeSkippedDelete: () => Promise.resolve("The reader keeps the book."),
  },
  create: ({ api }, { bookId, reader }) => api.lend(bookId, reader),
  read: ({ api }, id) => api.find(id),
  update: ({ api }, { bookId, reader }) => api.lend(bookId, reader),
  delete: async ({ api }, { id }, { authorize }) => {
    await authorize();
    await api.end(id);
  },
});

const permissions: Permissions<Loans> = {
  authorize: async (api, { resource, verb }) => {
    if (resource.rights?.[verb] === "librarian" && !(await api.canLend()))
      throw new MissingRightError("Only librarians lend books. Use the API key of a librarian.");
  },
  explain: (_, error) => Promise.resolve(error),
};

export { loan, permissions };

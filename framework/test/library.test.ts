import * as z from "zod";
import { defineProvider } from "pulumi-provider-kit";
import { Engine, json, secret, StubServer } from "pulumi-provider-kit/testing";
import { type Loan, loan, type Loans, permissions } from "../examples/library/loan";
import { provider } from "../examples/library/provider";

const sent = z.object({ name: z.string().optional(), title: z.string().optional(), shelfId: z.string().optional() });

interface Stored extends z.output<typeof sent> {
  readonly id: string;
  isLent?: boolean;
}

const shelves = new Map<string, Stored>();
const books = new Map<string, Stored>();
let server: StubServer;
beforeAll(async () => {
  server = await StubServer.start();
});
afterAll(() => server.stop());

/** Lets the service answer from memory. */
function serve(): void {
  for (const map of [shelves, books]) map.clear();
  server.script((request, response) => {
    const { pathname, searchParams } = new URL(request.url, server.endpoint);
    const [, collection, id = ""] = pathname.split("/");
    const reply = (status: number, body?: unknown) => {
      json(status, body)(request, response);
    };
    const all = collection === "shelves" ? shelves : books;
    if (request.method === "POST") {
      const id = `${String(collection)}-${all.size + 1}`;
      const made = { isLent: false, ...sent.parse(JSON.parse(request.body)), id };
      all.set(made.id, made);
      reply(201, made);
    } else if (request.method === "DELETE") {
      all.delete(id);
      for (const [key, { shelfId }] of books) if (shelfId === id) books.delete(key);
      reply(204);
    } else if (id !== "") reply(all.has(id) ? 200 : 404, all.get(id) ?? { message: "It does not exist." });
    else if (collection === "shelves") reply(200, [...shelves.values()]);
    else
      reply(
        200,
        [...books.values()].filter(({ shelfId }) => shelfId === searchParams.get("shelfId")),
      );
  });
}

const program = {
  novels: { type: "Shelf", inputs: () => ({ name: "novels" }) },
  emma: { type: "Book", inputs: (id: (name: string) => string) => ({ shelfId: id("novels"), title: "Emma" }) },
};

async function build(): Promise<Engine> {
  serve();
  const target = { provider, parent: { type: "Shelf", input: "shelfId" } };
  const engine = new Engine(target, {}, { endpoint: server.endpoint, apiKey: secret("test-key") });
  await engine.up(program);
  return engine;
}

const listWrites = () =>
  server.received.filter(({ method }) => method !== "GET").map(({ method, url }) => [method, url]);

test("a destroy deletes a shelf with its books in one request, and a removed book in its own", async () => {
  const engine = await build();
  await engine.destroy();
  expect([engine.state.size, engine.warnings, shelves.size, books.size]).toEqual([0, [], 0, 0]);
  expect(listWrites().slice(2)).toEqual([["DELETE", "/shelves/shelves-1"]]);
  const other = await build();
  await other.up({ novels: program.novels });
  expect(listWrites().slice(2)).toEqual([["DELETE", "/books/books-1"]]);
});

test("a lent book keeps its shelf, and the destroy changes nothing", async () => {
  const engine = await build();
  for (const book of books.values()) book.isLent = true;
  await expect(engine.destroy()).rejects.toThrow("Wait until the reader returns the book.");
  expect([engine.state.size, listWrites().length]).toEqual([2, 2]);
});

describe("a loan", () => {
  const loans = new Map<string, Loan>();
  const client: Loans = {
    name: "the library",
    limit: 1,
    explainUnsupported: () => undefined,
    canLend: () => Promise.resolve(true),
    find: (id) => Promise.resolve(loans.get(id)),
    findByBook: (bookId) => Promise.resolve(loans.get(`of ${bookId}`)),
    list: async function* () {
      yield* await Promise.resolve(loans.values());
    },
    lend: (bookId, reader) => {
      const made = { id: `of ${bookId}`, bookId, reader, isLate: false };
      loans.set(made.id, made);
      return Promise.resolve(made);
    },
    end: (id) => Promise.resolve(void loans.delete(id)),
  };
  const start = (options: Partial<Loans> = {}) => {
    const definition = { package: provider.package, resources: [loan], service: { permissions } };
    return new Engine(
      { provider: defineProvider({ ...definition, connect: () => ({ client: { ...client, ...options } }) }) },
      {},
    );
  };
  const lend = (bookId: string, reader: string) => ({ type: "Loan", inputs: () => ({ bookId, reader }) });
  beforeEach(() => {
    loans.clear();
  });

  test("is created, repaired, given to another reader and ended", async () => {
    const engine = start();
    await engine.up({ emma: lend("emma", "4711") });
    loans.set("of emma", { id: "of emma", bookId: "emma", reader: "4711", isLate: true });
    expect(await engine.up({ emma: lend("emma", "4711") })).toMatchObject([
      { op: "update", diff: { isLate: "update" } },
    ]);
    expect(loans.get("of emma")?.isLate).toBe(false);
    await engine.up({ emma: lend("emma", "4712") });
    expect(await engine.listNames("Loan", {})).toEqual(["emma"]);
    expect(await engine.import("other", "Loan", "emma")).toEqual({ bookId: "emma", reader: "4712" });
    await engine.destroy();
    expect(loans.size).toBe(0);
  });

  test("is refused over the limit, without the right, and without the feature", async () => {
    const two = { emma: lend("emma", "4711"), persuasion: lend("persuasion", "4711") };
    await expect(start().preview(two)).rejects.toThrow("4711 may have only 1 books. Remove a loan.");
    const one = { emma: lend("emma", "4711") };
    await expect(start({ canLend: () => Promise.resolve(false) }).preview(one)).rejects.toThrow("Only librarians lend");
    const explainUnsupported = () => ({ reason: "This library has no loans: remove the loan" });
    await expect(start({ explainUnsupported }).preview(one)).rejects.toThrow("This library has no loans");
  });

  test("of an earlier version has a reader", () => {
    expect(loan.migrate?.({ user: "4711", bookId: "emma" })).toEqual({ reader: "4711", bookId: "emma" });
  });
});

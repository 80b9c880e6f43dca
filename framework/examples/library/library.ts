import * as z from "zod";
import type { ClientOptions } from "pulumi-provider-kit";
import { createHttp, type Http, type HttpConfig, path, postOnce, query } from "pulumi-provider-kit/http";

const shelf = z.object({ id: z.string(), name: z.string() });
const book = z.object({ id: z.string(), shelfId: z.string(), title: z.string(), isLent: z.boolean() });

/** Connects to the service. Sends nothing. */
export function connect(connection: Pick<HttpConfig, "endpoint" | "apiKey" | "log" | "redact">): Library {
  const settings = { endpoint: "`library:endpoint`", apiKey: "`library:apiKey`" };
  return new Library(
    createHttp({ service: "the library", userAgent: "pulumi-library/1.0.0", settings, ...connection }),
  );
}

/** The client of a service with shelves, and with books on them. */
export class Library {
  readonly name = "the library";

  constructor(private readonly http: Http) {}

  with(options: ClientOptions) {
    return new Library(this.http.with(options));
  }

  findShelf(id: string) {
    return this.http.find(path`/shelves/${id}`, shelf);
  }

  async findShelfByName(name: string) {
    return (await this.http.get("/shelves", z.array(shelf))).find((one) => one.name === name);
  }

  createShelf(name: string) {
    const post = () => this.http.post("/shelves", { name }, shelf);
    return postOnce(this.http, post, (http) => new Library(http).findShelfByName(name));
  }

  /** Deletes a shelf and its books. */
  deleteShelf(id: string) {
    return this.http.delete(path`/shelves/${id}`);
  }

  listBooks(shelfId: string) {
    return this.http.get(`/books${query({ shelfId })}`, z.array(book));
  }

  findBook(id: string) {
    return this.http.find(path`/books/${id}`, book);
  }

  async findBookByTitle(shelfId: string, title: string) {
    return (await this.listBooks(shelfId)).find((one) => one.title === title);
  }

  createBook(shelfId: string, title: string) {
    const post = () => this.http.post("/books", { shelfId, title }, book);
    return postOnce(this.http, post, (http) => new Library(http).findBookByTitle(shelfId, title));
  }

  deleteBook(id: string) {
    return this.http.delete(path`/books/${id}`);
  }
}

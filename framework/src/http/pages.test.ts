import { InvalidResponseError } from "./errors";
import { readPages, type Page } from "./pages";

/** Reads a list of numbers to its end or error. */
async function read(
  page: (count: number) => Page<number>,
): Promise<{ readonly items: number; readonly error: unknown }> {
  let [count, items] = [0, 0];
  const list = readPages(
    {
      path: "/things",
      field: "next",
      read: () => Promise.resolve(page(count++)),
      getId: String,
    },
    "Acme",
  );
  try {
    for await (const item of list) items += item >= 0 ? 1 : 0;
    return { items, error: undefined };
  } catch (error) {
    return { items, error };
  }
}

test("a list ends with its last cursor", async () => {
  expect(await read((count) => ({ items: [count], next: count < 3 ? `after ${count}` : null }))).toEqual({
    items: 4,
    error: undefined,
  });
});

test.each([
  ["repeats its cursor", (count: number) => ({ items: [count], next: "again" }), 2, "next points to an earlier page"],
  [
    "repeats its items under new cursors",
    (count: number) => ({ items: [1, 2], next: `${count}` }),
    2,
    "a page contains only items of earlier pages",
  ],
  [
    "has new items and cursors forever",
    (count: number) => ({ items: [count], next: `${count}` }),
    1_000,
    "it has more than 1000 pages",
  ],
  [
    "has cursors and no items forever",
    (count: number) => ({ items: [], next: `${count}` }),
    0,
    "it has more than 1000 pages",
  ],
])("a list that %s is an error", async (_, page, items, reason) => {
  const ended = await read(page);
  expect(ended).toMatchObject({ items, error: { name: InvalidResponseError.name, field: "next" } });
  expect(String(ended.error)).toContain(
    `The list does not end: ${reason}. Report this to Acme's support. (GET /things`,
  );
});

test("overlapping pages yield each item once", async () => {
  const ended = await read((count) => ({ items: [count, count + 1], next: count < 2 ? `${count}` : null }));
  expect(ended).toEqual({ items: 4, error: undefined });
});

test("a last page with only earlier items is not an error", async () => {
  const ended = await read((count) => ({ items: count === 0 ? [1, 2] : [2], next: count === 0 ? "more" : null }));
  expect(ended).toEqual({ items: 2, error: undefined });
});

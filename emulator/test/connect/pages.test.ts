import { readValue, readText, type Client } from "../client";
import { createFixture } from "./fixture";

/** Creates a fixture with twenty more members, user0 to user19. */
async function crowd() {
  const staged = await createFixture();
  for (let index = 0; index < 20; index++) {
    staged.emulator.control.addMember(`user${index}@acme.example`, "acme-dev", "viewer");
  }
  return { ...staged, members: `${staged.org}/members` };
}

async function emails(client: Client, path: string): Promise<unknown[]> {
  const { status, body } = await client.get(path);
  const count = Number(readValue(body, "data.length"));
  return [status, ...Array.from({ length: count }, (_, index) => readValue(body, `data.${index}.email`))];
}

test("without parameters of pages, the response is the whole list without meta", async () => {
  const { ada, members } = await crowd();
  for (const path of [members, `${members}?search=acme`]) {
    const { body } = await ada.get(path);
    expect([readValue(body, "data.length"), readValue(body, "meta")]).toEqual([24, undefined]);
  }
});

test.each(["limit=20", "direction=after"])(
  "with %s, the response is a page of twenty with its position",
  async (query) => {
    const { ada, members } = await crowd();
    const first = await ada.get(`${members}?${query}`);
    expect(readValue(first.body, "data.length")).toBe(20);
    expect(readValue(first.body, "meta")).toEqual({
      after: readText(first.body, "meta.after"),
      before: null,
      has_next: true,
      has_previous: false,
      total: 24,
    });
    const second = await ada.get(`${members}?cursor=${readText(first.body, "meta.after")}`);
    expect(readValue(second.body, "data")).toMatchObject(
      [16, 17, 18, 19].map((index) => ({ email: `user${index}@acme.example` })),
    );
    expect(readValue(second.body, "meta")).toEqual({
      after: null,
      before: readText(second.body, "meta.before"),
      has_next: false,
      has_previous: true,
      total: 24,
    });
    const back = await ada.get(`${members}?cursor=${readText(second.body, "meta.before")}&direction=before`);
    expect(readValue(back.body, "data")).toEqual(readValue(first.body, "data"));
  },
);

test.each([
  ["0", 1],
  ["-5", 1],
  ["1", 1],
  ["24", 24],
  ["100", 24],
  ["1000000000000000000000000", 24],
])("a limit of %s gives %i rows", async (limit, count) => {
  const { ada, members } = await crowd();
  const { body } = await ada.get(`${members}?limit=${limit}`);
  expect([readValue(body, "data.length"), readValue(body, "meta.total")]).toEqual([count, 24]);
});

test("a limit is at most a hundred", async () => {
  const { ada, members, organization } = await crowd();
  const [owner] = organization.members;
  if (owner === undefined) throw new Error("There is no owner.");
  for (let sequence = 1000; sequence < 1100; sequence++) organization.members.push({ ...owner, sequence });
  expect(readValue((await ada.get(`${members}?limit=101`)).body, "data.length")).toBe(100);
});

test("before without a cursor is the end of the list in the same order", async () => {
  const { ada, members } = await crowd();
  expect(await emails(ada, `${members}?direction=before&limit=2`)).toEqual([
    200,
    "user18@acme.example",
    "user19@acme.example",
  ]);
});

test("the total of a page counts the search results", async () => {
  const { ada, members } = await crowd();
  const { body } = await ada.get(`${members}?search=user1&limit=3`);
  expect([readValue(body, "data.length"), readValue(body, "meta.total")]).toEqual([3, 11]);
  expect((await ada.get(`${members}?search=user1&limit=3&cursor=${readText(body, "meta.after")}`)).status).toBe(200);
  expect((await ada.get(`${members}?search=user&limit=3&cursor=${readText(body, "meta.after")}`)).status).toBe(422);
});

test("invitations have pages, and their cursors are invalid for members", async () => {
  const { emulator, ada, org } = await crowd();
  await emulator.control.invite("grace@acme.example", "acme-dev", "viewer");
  const { body } = await ada.get(`${org}/invitations?limit=1`);
  expect(readValue(body, "meta")).toMatchObject({ has_next: true, total: 2 });
  const cursor = readText(body, "meta.after");
  expect(await emails(ada, `${org}/invitations?limit=1&cursor=${cursor}`)).toEqual([200, "grace@acme.example"]);
  expect((await ada.get(`${org}/members?limit=1&cursor=${cursor}`)).status).toBe(422);
});

test.each([
  ["limit=x", "limit"],
  ["limit=", "limit"],
  ["limit=1.5", "limit"],
  ["limit=1&limit=2", "limit"],
  ["direction=up", "direction"],
  ["cursor=abc", "cursor"],
  ["cursor=", "cursor"],
  ["serach=bob", "serach"],
])("a list rejects ?%s", async (query, name) => {
  const { ada, members } = await crowd();
  const { status, body } = await ada.get(`${members}?${query}`);
  expect([status, body]).toEqual([422, { errors: { [name]: ["is invalid"] } }]);
});

test("invitations cannot be searched", async () => {
  const { ada, org } = await createFixture();
  expect((await ada.get(`${org}/invitations?search=dora`)).status).toBe(422);
});

import { NotFoundError, type Organization, type Peridio } from "../../src/api";
import { cacheReads } from "../../src/api/cachedClient";
import { all, emulated, rejection, type Emulated } from "./emulated";

const one = "retrieve-an-organization";
const list = "list-organizations";

let peridio: Emulated;
beforeAll(async () => {
  peridio = await emulated();
});
beforeEach(async () => {
  peridio.reset();
  for (const name of ["globex", "initech"])
    await peridio.emulator.control.createOrganization(name, { description: `All of ${name}` });
});
afterAll(async () => peridio.close());

const client = (): Peridio => cacheReads(peridio.client({ maxRetries: 0 }));
const idOf = (name: string): string => `prn:1:${peridio.emulator.control.getOrganization(name).id}`;
/** Sorted, since concurrent requests arrive in any order. */
const reads = (): string[] =>
  peridio
    .requests()
    .filter((operation) => operation === one || operation === list)
    .sort();

async function get(process: Peridio, ...names: string[]): Promise<Organization[]> {
  return Promise.all(names.map(async (name) => process.organizations.get(idOf(name))));
}

const glance = async (process: Peridio, ...names: string[]): Promise<Organization[]> =>
  get(process.with({ cachedReads: true }), ...names);

/** A process that has read the caller. */
async function withCaller(): Promise<Peridio> {
  const process = client();
  await process.caller();
  return process;
}

/** A process that has read the list. */
async function withList(): Promise<Peridio> {
  const process = await withCaller();
  await glance(process, "acme", "globex");
  expect(reads()).toEqual([list, one]);
  return process;
}

test("the first organization is one request, and all others come from one complete list", async () => {
  const alone = await get(client(), "acme", "globex", "initech");
  const process = await withCaller();
  expect(await glance(process, "acme", "globex", "initech")).toEqual(alone);
  await glance(process.with({ signal: new AbortController().signal }), "initech", "acme", "globex");
  expect(reads()).toEqual([list, one, one, one, one]);
});

test("a read with a time limit uses the list too", async () => {
  const process = await withCaller();
  const { signal } = new AbortController();
  await get(process.with({ cachedReads: true }).with({ signal }), "acme", "globex", "initech");
  expect(reads()).toEqual([list, one]);
});

test("reads before a write are one request each", async () => {
  const process = await withCaller();
  await get(process, "acme", "globex", "initech");
  expect(reads()).toEqual([one, one, one]);
});

test("a read before a write does not use a list that was read earlier", async () => {
  const process = await withList();
  await peridio.emulator.control.updateOrganization("initech", { description: "Closed" });
  expect((await get(process, "initech"))[0]?.description).toBe("Closed");
});

test("the list is read after as many requests as it has pages", async () => {
  for (let n = 1; n <= 98; n++) await peridio.emulator.control.createOrganization(`fleet-${String(n)}`);
  const process = await withCaller();
  await glance(process, "acme", "fleet-98");
  expect(reads()).toEqual([one, one]);
  await glance(process, "globex", "fleet-97", "initech");
  expect(reads()).toEqual([list, list, one, one]);
});

test("every organization is one request until the caller is read", async () => {
  await glance(client(), "acme", "globex", "initech");
  expect(peridio.requests()).toEqual([one, one, one]);
});

test("a list that was read for another purpose is reused", async () => {
  const process = await withCaller();
  await all(process.organizations.list());
  await glance(process, "acme", "globex", "initech");
  expect(reads()).toEqual([list, one]);
});

test("an organization that is missing in the list is requested individually, and the error names it", async () => {
  const process = await withList();
  const unknown = "prn:1:00000000-0000-4000-8000-000000000000";
  const error = await rejection(process.with({ cachedReads: true }).organizations.get(unknown));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(String(error)).toContain(unknown);
  await rejection(process.with({ cachedReads: true }).organizations.get(unknown));
  expect(reads()).toEqual([list, one, one, one]);
});

describe("after a write, an organization is not taken from the list", () => {
  test("if the change failed after its effect", async () => {
    const process = await withList();
    peridio.emulator.control.fault({ method: "PATCH", when: "after", effect: "drop" });
    await rejection(process.organizations.update(idOf("initech"), { description: "Closed" }));
    expect((await glance(process, "initech"))[0]?.description).toBe("Closed");
    expect(reads()).toEqual([list, one, one]);
  });

  test("if its transfer failed after its effect", async () => {
    peridio.emulator.control.addMember("bob@acme.example", "initech", "admin");
    const process = await withList();
    peridio.emulator.control.fault({ method: "POST", when: "after", effect: "drop" });
    peridio.emulator.control.fault({ operation: one, effect: "html" });
    await rejection(process.organizations.transferOwnership(idOf("initech"), "bob@acme.example"));
    expect((await glance(process, "initech"))[0]?.owner?.email).toBe("bob@acme.example");
  });

  test("if it was deleted", async () => {
    const id = idOf("initech");
    const process = await withList();
    await process.organizations.delete(id);
    expect(await rejection(process.with({ cachedReads: true }).organizations.get(id))).toBeInstanceOf(NotFoundError);
  });
});

test.each([
  ["is rejected", { status: 403 }],
  ["fails", { status: 500 }],
  ["gets no answer", "drop"],
  ["has an invalid organization", { omit: "data.0.name" }],
] as const)("every organization is requested individually if the list %s", async (_, effect) => {
  peridio.emulator.control.fault({ operation: list, effect, times: "always" });
  const process = await withCaller();
  const found = await glance(process, "acme", "globex", "initech");
  expect(found.map(({ name }) => name)).toEqual(["acme", "globex", "initech"]);
  expect(reads()).toEqual([list, one, one, one]);
});

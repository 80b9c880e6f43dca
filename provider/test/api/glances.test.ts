import { NotFound, type Organization, type Peridio } from "../../src/api";
import { peridio as shared } from "../../src/api/peridio";
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

const client = (): Peridio => shared(peridio.client({ maxRetries: 0 }));
const idOf = (name: string): string => `prn:1:${peridio.emulator.control.organization(name).id}`;
/** Sorted, since concurrent requests arrive in any order. */
const looks = (): string[] => peridio.requests().filter((operation) => operation === one || operation === list).sort();

async function get(process: Peridio, ...names: string[]): Promise<Organization[]> {
  return Promise.all(names.map(async (name) => process.organizations.get(idOf(name))));
}

const glance = async (process: Peridio, ...names: string[]): Promise<Organization[]> =>
  get(process.glancing(), ...names);

/** A process that has checked its key. */
async function checked(): Promise<Peridio> {
  const process = client();
  await process.caller();
  return process;
}

/** A process that has the list already. */
async function withList(): Promise<Peridio> {
  const process = await checked();
  await glance(process, "acme", "globex");
  expect(looks()).toEqual([list, one]);
  return process;
}

test("the first organization is a request, all others are one list, and as whole", async () => {
  const alone = await get(client(), "acme", "globex", "initech");
  const process = await checked();
  expect(await glance(process, "acme", "globex", "initech")).toEqual(alone);
  await glance(process.within(new AbortController().signal), "initech", "acme", "globex");
  expect(looks()).toEqual([list, one, one, one, one]);
});

test("who asks within a time limit takes part as well", async () => {
  const process = await checked();
  const { signal } = new AbortController();
  await get(process.glancing().within(signal), "acme", "globex", "initech");
  expect(looks()).toEqual([list, one]);
});

test("what a write may follow is a request of its own, however many", async () => {
  const process = await checked();
  await get(process, "acme", "globex", "initech");
  expect(looks()).toEqual([one, one, one]);
});

test("what a write may follow comes from no list that is there already", async () => {
  const process = await withList();
  await peridio.emulator.control.updateOrganization("initech", { description: "Closed" });
  expect((await get(process, "initech"))[0]?.description).toBe("Closed");
});

test("of a list of two pages, two organizations are a request each", async () => {
  for (let n = 1; n <= 98; n++) await peridio.emulator.control.createOrganization(`fleet-${String(n)}`);
  const process = await checked();
  await glance(process, "acme", "fleet-98");
  expect(looks()).toEqual([one, one]);
  await glance(process, "globex", "fleet-97", "initech");
  expect(looks()).toEqual([list, list, one, one]);
});

test("where nobody has asked whose key it is, each is a request", async () => {
  await glance(client(), "acme", "globex", "initech");
  expect(peridio.requests()).toEqual([one, one, one]);
});

test("the list is the one that others have asked for", async () => {
  const process = await checked();
  await all(process.organizations.list());
  await glance(process, "acme", "globex", "initech");
  expect(looks()).toEqual([list, one]);
});

test("an organization that is not in the list is asked for itself, and named", async () => {
  const process = await withList();
  const unknown = "prn:1:00000000-0000-4000-8000-000000000000";
  const error = await rejection(process.glancing().organizations.get(unknown));
  expect(error).toBeInstanceOf(NotFound);
  expect(String(error)).toContain(unknown);
  await rejection(process.glancing().organizations.get(unknown));
  expect(looks()).toEqual([list, one, one, one]);
});

describe("an organization that this process has written to is not taken from a list that is older", () => {
  test("when the change failed after its effect", async () => {
    const process = await withList();
    peridio.emulator.control.fault({ method: "PATCH", when: "after", effect: "drop" });
    await rejection(process.organizations.update(idOf("initech"), { description: "Closed" }));
    expect((await glance(process, "initech"))[0]?.description).toBe("Closed");
    expect(looks()).toEqual([list, one, one]);
  });

  test("when its transfer failed after its effect", async () => {
    peridio.emulator.control.addMember("bob@acme.example", "initech", "admin");
    const process = await withList();
    peridio.emulator.control.fault({ method: "POST", when: "after", effect: "drop" });
    peridio.emulator.control.fault({ operation: one, effect: "html" });
    await rejection(process.organizations.transferOwnership(idOf("initech"), "bob@acme.example"));
    expect((await glance(process, "initech"))[0]?.owner?.email).toBe("bob@acme.example");
  });

  test("when it is deleted", async () => {
    const id = idOf("initech");
    const process = await withList();
    await process.organizations.delete(id);
    expect(await rejection(process.glancing().organizations.get(id))).toBeInstanceOf(NotFound);
  });
});

test.each([
  ["is refused", { status: 403 }],
  ["fails", { status: 500 }],
  ["gets no answer", "drop"],
  ["has one organization that does not fit", { omit: "data.0.name" }],
] as const)("where the list %s, each is asked for itself", async (_, effect) => {
  peridio.emulator.control.fault({ operation: list, effect, times: "always" });
  const process = await checked();
  const found = await glance(process, "acme", "globex", "initech");
  expect(found.map(({ name }) => name)).toEqual(["acme", "globex", "initech"]);
  expect(looks()).toEqual([list, one, one, one]);
});
